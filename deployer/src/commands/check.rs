//! `deployer check`.

use crate::explain;
use crate::plan::survey;
use crate::session::legacy as connect;
use serde::Serialize;

use crate::config::FlowArgs;
use crate::config::{Config, Origins};
use crate::error::CommandError;
use crate::exit::Exit;
use crate::finding::Finding;
use crate::flow::Flow;
use crate::host::Host;
use crate::host::terminal::OutputFormat;
use crate::plan::inputs;
use crate::plan::{Desired, MAX_BODY};
use crate::report;
use crate::session::GlobalArgs;
use crate::template::RenderError;

/// Check the state machine, the template and the handler, without AWS.
///
/// Needs no credentials and no network. Each finding has a severity, a code, the place in the file, what is
/// wrong and what to do. Exits with 3 where there are errors; warnings alone stop nothing. With --online, Step
/// Functions and CloudFormation look at the state machine and the template too; nothing is made of them.
#[derive(Debug, Clone, clap::Args)]
pub struct CheckArgs {
    /// What describes the flow.
    #[command(flatten)]
    pub flow: FlowArgs,
    /// Ask Step Functions and CloudFormation as well
    #[arg(long)]
    pub online: bool,
}

/// What came of the check.
#[derive(Default)]
struct Checked {
    findings: Vec<Finding>,
    /// What was looked at.
    done: Vec<&'static str>,
    /// What could not be looked at, because what it is made of has errors.
    left: Vec<&'static str>,
    /// What is sound enough to be looked at by AWS.
    flow: Option<Flow>,
    desired: Option<Desired>,
}

/// Runs the command.
///
/// # Errors
/// When an option's value cannot be used, or AWS cannot be asked; what is wrong with a file is a finding.
pub(super) async fn run(
    args: &CheckArgs,
    global: &GlobalArgs,
    origins: &Origins,
    world: &mut Host,
) -> Result<Exit, CommandError> {
    let config = Config::from_args(&args.flow)?;
    let mut checked = check(&config)?;
    let asked = match args.online {
        true => ask(&config, &mut checked, global, world).await,
        false => Ok(()),
    };
    let Checked { mut findings, done, left, .. } = checked;
    origins.relocate(&mut findings);
    tell_findings(&findings, global, world);
    // What was found without AWS is worth knowing even where AWS does not answer.
    asked?;
    let errors = findings.iter().filter(|finding| finding.is_error()).count();
    let warnings = findings.len() - errors;
    match global.output {
        OutputFormat::Text => world.answer(&report::checked(&done, &left, errors, warnings)),
        OutputFormat::Json => {
            let answer = Answer { errors, warnings, checked: done, unchecked: left };
            world.answer_object("checked", &answer);
        }
    }
    Ok(if errors > 0 { Exit::Work } else { Exit::Done })
}

fn tell_findings(findings: &[Finding], global: &GlobalArgs, world: &mut Host) {
    for finding in findings {
        match global.output {
            OutputFormat::Text => {
                report::finding(finding).iter().for_each(|line| world.answer(line));
            }
            OutputFormat::Json => world.answer_object("finding", finding),
        }
    }
}

#[derive(Serialize)]
struct Answer {
    errors: usize,
    warnings: usize,
    checked: Vec<&'static str>,
    unchecked: Vec<&'static str>,
}

/// Has AWS look at what is sound so far.
async fn ask(
    config: &Config,
    checked: &mut Checked,
    global: &GlobalArgs,
    world: &Host,
) -> Result<(), CommandError> {
    let definition = checked.flow.as_ref().map(|flow| &flow.definition);
    let body = checked.desired.as_ref().map(|desired| desired.template.body());
    // Larger ones would have to be uploaded first.
    let body = body.filter(|body| body.len() <= MAX_BODY);
    let places = [("step-functions", definition.is_some()), ("cloudformation", body.is_some())];
    for (place, sound) in places {
        if sound { checked.done.push(place) } else { checked.left.push(place) }
    }
    if definition.is_none() && body.is_none() {
        return Ok(());
    }
    let cloud = connect::reach(world, global, &config.organizations).await?;
    survey::in_its_account(&cloud, &config.organizations).await?;
    let (machine, template) = tokio::try_join!(
        async {
            match definition {
                Some(definition) => {
                    let validation = cloud.machines.validate(&definition.to_json()).await?;
                    Ok(definition.findings(&validation))
                }
                None => Ok(Vec::new()),
            }
        },
        async {
            match &body {
                Some(body) => cloud.stacks.validate(body).await,
                None => Ok(None),
            }
        },
    )?;
    checked.findings.extend(machine);
    let fault = |sentence: String| Finding::error("cloudformation", "$", sentence);
    checked.findings.extend(template.map(fault));
    Ok(())
}

fn check(config: &Config) -> Result<Checked, CommandError> {
    let mut checked = Checked::default();
    let flow = match crate::flow::flow(config) {
        Ok(flow) => {
            checked.findings.extend(flow.warnings.clone());
            checked.findings.extend(flow.not_run_here());
            Some(flow)
        }
        Err(error) => {
            checked.findings.extend(error.into_findings());
            None
        }
    };
    checked.done.push("definition");
    let artifact =
        inputs::artifact(config).map_err(|error| checked.findings.push(error.finding())).ok();
    checked.done.push("handler");
    let desired = match (&flow, artifact) {
        (Some(flow), Some(artifact)) => Some(Desired::new(config, flow, &artifact)),
        _ => None,
    };
    checked.flow = flow;
    let Some(desired) = desired else {
        checked.left.push("template");
        return Ok(checked);
    };
    match desired {
        Ok(desired) => checked.desired = Some(desired),
        Err(RenderError::Faulty(findings)) => checked.findings.extend(findings),
        Err(error) => return Err(explain::inputs::render_error(error)),
    }
    checked.done.push("template");
    Ok(checked)
}
