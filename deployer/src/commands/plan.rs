//! `deployer plan`.

use crate::plan::survey;
use crate::session::legacy as connect;
use std::path::PathBuf;

use serde::Serialize;

use crate::config::FlowArgs;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::explain::blocked;
use crate::finding::Finding;
use crate::host::Host;
use crate::host::terminal::OutputFormat;
use crate::options::adoption::AdoptionArgs;
use crate::options::on_drift::OutsideArgs;
use crate::options::plan_file;
use crate::options::plan_file::Options;
use crate::plan::inputs;
use crate::plan::{Action, Drift, Rights, plan};
use crate::report;
use crate::session::GlobalArgs;

/// Show what `up` would do; writes nothing.
///
/// Compares what is wanted with what is there, and shows the uploads, what happens to each resource and
/// to which of its properties, what is lost, who may do more or less than before, and what was changed
/// outside the stack. Not even a change set is made; `up` shows CloudFormation's own view before it asks.
#[derive(Debug, Clone, clap::Args)]
pub struct PlanArgs {
    /// What describes the flow.
    #[command(flatten)]
    pub flow: FlowArgs,
    /// What to do about drift.
    #[command(flatten)]
    pub drift: OutsideArgs,
    /// Whose stack it may be.
    #[command(flatten)]
    pub adoption: AdoptionArgs,
    /// Exit with 3 where there is work or drift, and with 0 only where there is neither
    #[arg(long)]
    pub detailed_exitcode: bool,
    /// Keep the plan in a file, for `up --plan FILE`
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// Runs the command.
///
/// # Errors
/// When an input is faulty, AWS refuses a read, or something stands in the way of `up`.
pub(super) async fn run(
    args: &PlanArgs,
    global: &GlobalArgs,
    world: &mut Host,
) -> Result<Exit, CommandError> {
    let PlanArgs { flow, drift, adoption, .. } = args.clone();
    let options = Options { flow, drift, adoption };
    let mut wanted = inputs::wanted_of_stack(&options.flow)?;
    wanted.desired.adopt = options.adoption.adopt;
    let cloud = connect::reach(world, global, &wanted.config.organizations).await?;
    let (wanted, observed) = survey::look(&cloud, wanted, &options.drift).await?;
    let plan = plan(&wanted.desired, &observed);
    if let Action::Blocked(reason) = &plan.action {
        let desired = &wanted.desired;
        return Err(blocked::error(reason, desired.stack_name.as_str(), &desired.bucket));
    }
    if let Some(path) = &args.out {
        let kept = plan_file::now(world, &options, &wanted.desired, &observed, &plan);
        plan_file::write(path, &kept)?;
    }
    match global.output {
        OutputFormat::Text => {
            for line in report::warnings(&wanted.warnings) {
                world.terminal.tell(&line);
            }
            world.answer(&report::plan(&plan, &wanted.desired));
            if let Some(path) = args.out.as_ref().map(|path| path.display()) {
                world.terminal.tell(&format!(
                    "wrote the plan to {path}; `deployer up --plan {path}` executes exactly this"
                ));
            }
        }
        OutputFormat::Json => world.answer_object(
            "plan",
            &Answer {
                stack_name: wanted.desired.stack_name.as_str(),
                action: plan.action.name(),
                architecture: wanted.desired.architecture.to_string(),
                uploads: plan
                    .steps
                    .iter()
                    .filter_map(|step| upload(step, &wanted.desired))
                    .collect(),
                changes: report::change_objects(&plan.changes),
                rights: &plan.rights,
                tags_change: plan.tags_change,
                drift: plan.drift.as_ref(),
                warnings: &wanted.warnings,
            },
        ),
    }
    let work = plan.action != Action::Nothing || plan.drift.is_some();
    Ok(if args.detailed_exitcode && work { Exit::Work } else { Exit::Done })
}

#[derive(Serialize)]
struct Answer<'a> {
    stack_name: &'a str,
    action: &'static str,
    architecture: String,
    uploads: Vec<String>,
    changes: Vec<serde_json::Value>,
    rights: &'a [Rights],
    tags_change: bool,
    drift: Option<&'a Drift>,
    warnings: &'a [Finding],
}

fn upload(step: &crate::plan::Step, desired: &crate::plan::Desired) -> Option<String> {
    match step {
        crate::plan::Step::Upload(index) => {
            Some(format!("s3://{}/{}", desired.bucket, desired.uploads[*index].key))
        }
        _ => None,
    }
}
