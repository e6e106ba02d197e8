//! `deployer check`.

use crate::artifact::functions::{Package, outline};
use crate::config::{Config, FlowArgs};
use crate::error::CommandError;
use crate::exit::Exit;
use crate::explain::package;
use crate::finding::Finding;
use crate::flow::{Flow, flow_with_samples};
use crate::options::deny_warnings::DenyWarningsArgs;
use crate::plan::survey::check_account;
use crate::plan::{DesiredStack, MAX_BODY, inputs};
use crate::report::answers::Checked;
use crate::session::Session;
use crate::template::RenderError;

/// Check the state machine, template, and handler, without AWS.
///
/// Needs no credentials, no network, and no organization. Each finding has a severity, a code, the
/// place in the file, the problem, and what to do. Exits with 3 if there are errors; warnings do
/// not count unless --deny-warnings treats them as errors. With --online, Step Functions and
/// CloudFormation also check the state machine and the template; nothing is created.
#[derive(Debug, Clone, clap::Args)]
pub struct CheckArgs {
    /// What describes the flow.
    #[command(flatten)]
    pub flow: FlowArgs,
    /// Also check with Step Functions and CloudFormation
    #[arg(long)]
    pub online: bool,
    /// Whether warnings are errors.
    #[command(flatten)]
    pub deny: DenyWarningsArgs,
}

/// The state of the check.
#[derive(Default)]
struct Check {
    findings: Vec<Finding>,
    /// What was checked.
    done: Vec<&'static str>,
    /// What could not be checked, because one of its inputs has errors.
    left: Vec<&'static str>,
    /// What has no errors, so that AWS can check it too.
    flow: Option<Flow>,
    stack: Option<DesiredStack>,
}

/// Fails when the value of an option cannot be used, or AWS cannot be called; errors in a file are
/// findings.
pub async fn run(args: &CheckArgs, session: &mut Session<'_>) -> Result<Exit, CommandError> {
    // AWS can only be called in the account and the region of an organization.
    let (flow, note) = match args.online {
        true => (args.flow.clone(), None),
        false => args.flow.or_example(),
    };
    let config = Config::from_args(&flow)?;
    note.into_iter().for_each(|note| session.remark(note));
    session.announce_flow(&config.flow);
    let mut check = check(&config)?;
    check.flow.iter().for_each(|flow| session.remark_samples(flow));
    let online = match args.online {
        true => check_online(&config, &mut check, session).await,
        false => Ok(()),
    };
    let Check { mut findings, done, left, .. } = check;
    session.layers.origins.relocate(&mut findings);
    findings.iter().for_each(|finding| session.answer(finding));
    // Findings without AWS are useful even if a call to AWS fails.
    online?;
    let answer = Checked::of(&findings, &done, &left);
    session.answer(&answer);
    let is_denied = args.deny.deny_warnings && answer.warnings > 0;
    Ok(if answer.errors > 0 || is_denied { Exit::Work } else { Exit::Done })
}

/// Lets AWS check what has no errors so far.
async fn check_online(
    config: &Config,
    check: &mut Check,
    session: &mut Session<'_>,
) -> Result<(), CommandError> {
    let definition = check.flow.as_ref().map(|flow| &flow.definition);
    let body = check.stack.as_ref().map(|stack| stack.template.body());
    // Larger ones would have to be uploaded first.
    let body = body.filter(|body| body.len() <= MAX_BODY);
    let places = [("step-functions", definition.is_some()), ("cloudformation", body.is_some())];
    for (place, sound) in places {
        if sound { check.done.push(place) } else { check.left.push(place) }
    }
    if definition.is_none() && body.is_none() {
        return Ok(());
    }
    let cloud = session.connect_for(&config.organizations).await?;
    check_account(&cloud, config.organizations.account()).await?;
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
    check.findings.extend(machine);
    let fault = |sentence: String| Finding::error("cloudformation", "$", sentence);
    check.findings.extend(template.map(fault));
    Ok(())
}

/// The code of the functions that a flow brings, without a build; `None` if there are findings.
fn packages(flow: &Flow, findings: &mut Vec<Finding>) -> Option<Vec<Package>> {
    let outlined = flow.belongings.functions.iter().map(|function| match outline(function) {
        Ok(package) => Some(package),
        Err(error) => {
            findings.push(package::finding(&error, function));
            None
        }
    });
    // All of them are checked, not only the first.
    outlined.collect::<Vec<_>>().into_iter().collect()
}

/// Checks everything that can be checked without AWS.
fn check(config: &Config) -> Result<Check, CommandError> {
    let mut check = Check::default();
    let flow = match flow_with_samples(config) {
        Ok(flow) => {
            check.findings.extend(flow.warnings.clone());
            check.findings.extend(flow.not_run_here());
            Some(flow)
        }
        Err(error) => {
            check.findings.extend(error.into_findings());
            None
        }
    };
    check.done.push("definition");
    let artifact =
        inputs::artifact(config).map_err(|error| check.findings.push(error.finding())).ok();
    check.done.push("handler");
    let packages = flow.as_ref().and_then(|flow| packages(flow, &mut check.findings));
    let stack = match (&flow, artifact, packages) {
        (Some(flow), Some(artifact), Some(packages)) => {
            Some(DesiredStack::new(config, flow, &artifact, &packages, None))
        }
        _ => None,
    };
    check.flow = flow;
    let Some(stack) = stack else {
        check.left.push("template");
        return Ok(check);
    };
    match stack {
        Ok(stack) => {
            check.findings.extend_from_slice(stack.template.warnings());
            check.stack = Some(stack);
        }
        Err(RenderError::Faulty(findings) | RenderError::Overlay(findings)) => {
            check.findings.extend(findings);
        }
        Err(error) => return Err(error.into()),
    }
    check.done.push("template");
    Ok(check)
}
