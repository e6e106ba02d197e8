//! `deployer check`.

use serde::Serialize;

use crate::cli::{FlowArgs, GlobalArgs, OutputFormat};
use crate::commands::prepare;
use crate::config::{Config, Origins};
use crate::error::CommandError;
use crate::exit::Exit;
use crate::finding::Finding;
use crate::plan::Desired;
use crate::report;
use crate::template::RenderError;
use crate::world::World;

/// Check the state machine, the template and the handler, without AWS.
///
/// Needs no credentials and no network. Each finding has a severity, a code, the place in the file, what is
/// wrong and what to do. Exits with 3 where there are errors; warnings alone stop nothing.
#[derive(Debug, Clone, clap::Args)]
pub struct CheckArgs {
    /// What describes the flow.
    #[command(flatten)]
    pub flow: FlowArgs,
}

/// What came of the check.
#[derive(Default)]
struct Checked {
    findings: Vec<Finding>,
    /// What was looked at.
    done: Vec<&'static str>,
    /// What could not be looked at, because what it is made of has errors.
    left: Vec<&'static str>,
}

/// Runs the command.
///
/// # Errors
/// When an option's value cannot be used; what is wrong with a file is a finding.
pub fn run(
    args: &CheckArgs,
    global: &GlobalArgs,
    origins: &Origins,
    world: &mut World,
) -> Result<Exit, CommandError> {
    let config = Config::from_args(&args.flow)?;
    let Checked { mut findings, done, left } = check(&config)?;
    origins.relocate(&mut findings);
    let errors = findings.iter().filter(|finding| finding.is_error()).count();
    let warnings = findings.len() - errors;
    match global.output {
        OutputFormat::Text => {
            for line in findings.iter().flat_map(report::finding) {
                world.answer(&line);
            }
            world.answer(&report::checked(&done, &left, errors, warnings));
        }
        OutputFormat::Json => {
            for finding in &findings {
                world.answer_object("finding", finding);
            }
            let answer = Answer { errors, warnings, checked: done, unchecked: left };
            world.answer_object("checked", &answer);
        }
    }
    Ok(if errors > 0 { Exit::Work } else { Exit::Done })
}

#[derive(Serialize)]
struct Answer {
    errors: usize,
    warnings: usize,
    checked: Vec<&'static str>,
    unchecked: Vec<&'static str>,
}

fn check(config: &Config) -> Result<Checked, CommandError> {
    let mut checked = Checked::default();
    let flow = match prepare::flow(config) {
        Ok(flow) => {
            checked.findings.extend(flow.warnings.clone());
            Some(flow)
        }
        Err(error) => {
            checked.findings.extend(error.into_findings());
            None
        }
    };
    checked.done.push("definition");
    let artifact =
        prepare::artifact(config).map_err(|error| checked.findings.push(error.finding())).ok();
    checked.done.push("handler");
    let (Some(flow), Some(artifact)) = (flow, artifact) else {
        checked.left.push("template");
        return Ok(checked);
    };
    match Desired::new(config, &flow, &artifact) {
        Ok(_) => {}
        Err(RenderError::Faulty(findings)) => checked.findings.extend(findings),
        Err(error) => return Err(prepare::render_error(error)),
    }
    checked.done.push("template");
    Ok(checked)
}
