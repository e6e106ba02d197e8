//! `deployer plan`.

use serde::Serialize;

use crate::cli::{FlowArgs, GlobalArgs, OutputFormat};
use crate::commands::{blocked, prepare};
use crate::error::CommandError;
use crate::exit::Exit;
use crate::finding::Finding;
use crate::plan::{Action, Observed, Rights, plan};
use crate::report;
use crate::world::World;

/// Show what `up` would do; writes nothing.
///
/// Compares what is wanted with what is there, and shows the uploads, what happens to each resource and
/// to which of its properties, what is lost, and who may do more or less than before. Not even a change set is made; `up` shows CloudFormation's own view before it asks.
#[derive(Debug, Clone, clap::Args)]
pub struct PlanArgs {
    /// What describes the flow.
    #[command(flatten)]
    pub flow: FlowArgs,
    /// Exit with 3 where there is work, and with 0 only where there is none
    #[arg(long)]
    pub detailed_exitcode: bool,
}

/// Runs the command.
///
/// # Errors
/// When an input is faulty, AWS refuses a read, or something stands in the way of `up`.
pub async fn run(
    args: &PlanArgs,
    global: &GlobalArgs,
    world: &mut World,
) -> Result<Exit, CommandError> {
    let wanted = prepare::wanted(&args.flow)?;
    let cloud = prepare::connect(world, global, &wanted.config.organizations).await?;
    let observed = Observed::read(&cloud, &wanted.desired).await?;
    let plan = plan(&wanted.desired, &observed);
    if let Action::Blocked(reason) = &plan.action {
        let desired = &wanted.desired;
        return Err(blocked::error(reason, desired.stack_name.as_str(), &desired.bucket));
    }
    match global.output {
        OutputFormat::Text => {
            for line in report::warnings(&wanted.warnings) {
                world.terminal.tell(&line);
            }
            world.answer(&report::plan(&plan, &wanted.desired));
        }
        OutputFormat::Json => world.answer_object(
            "plan",
            &Answer {
                stack_name: wanted.desired.stack_name.as_str(),
                action: action_name(&plan.action),
                architecture: wanted.desired.architecture.to_string(),
                uploads: plan
                    .steps
                    .iter()
                    .filter_map(|step| upload(step, &wanted.desired))
                    .collect(),
                changes: report::change_objects(&plan.changes),
                rights: &plan.rights,
                tags_change: plan.tags_change,
                warnings: &wanted.warnings,
            },
        ),
    }
    let work = args.detailed_exitcode && plan.action != Action::Nothing;
    Ok(if work { Exit::Work } else { Exit::Done })
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
    warnings: &'a [Finding],
}

fn action_name(action: &Action) -> &'static str {
    match action {
        Action::Create => "create",
        Action::Recreate(_) => "recreate",
        Action::Update => "update",
        Action::Nothing => "nothing",
        Action::Blocked(_) => "blocked",
    }
}

fn upload(step: &crate::plan::Step, desired: &crate::plan::Desired) -> Option<String> {
    match step {
        crate::plan::Step::Upload(index) => {
            Some(format!("s3://{}/{}", desired.bucket, desired.uploads[*index].key))
        }
        _ => None,
    }
}
