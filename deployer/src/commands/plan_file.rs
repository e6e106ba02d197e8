//! Plans in files: written by `plan --out`, read and held against the present by `up --plan`.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::cli::FlowArgs;
use crate::commands::outside::OutsideArgs;
use crate::error::{CommandError, Sentence};
use crate::exit::Exit;
use crate::plan::{Desired, Observed, Plan, PlanFileError, ReviewedPlan};
use crate::world::World;

/// The options in a plan's file.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Options {
    pub(super) flow: FlowArgs,
    pub(super) drift: OutsideArgs,
}

/// The file cannot be used.
#[derive(Debug, thiserror::Error)]
enum FileError {
    #[error("cannot write the plan to {0}")]
    Write(String, #[source] std::io::Error),
    #[error("cannot read the plan {0}")]
    Read(String, #[source] std::io::Error),
    #[error("the plan {0} cannot be executed")]
    Plan(String, #[source] PlanFileError),
}

/// The plan as it is now.
pub(super) fn now(
    world: &World,
    options: &Options,
    desired: &Desired,
    observed: &Observed,
    plan: &Plan,
) -> ReviewedPlan {
    let options = serde_json::to_value(options).expect("options are texts");
    ReviewedPlan::new(options, (world.clock)().to_string(), desired, observed, plan)
}

/// Writes a plan; a plan that was there before is replaced.
pub(super) fn write(path: &Path, plan: &ReviewedPlan) -> Result<(), CommandError> {
    let named = |error| FileError::Write(path.display().to_string(), error);
    std::fs::write(path, plan.text()).map_err(|error| CommandError::usage(named(error)))
}

/// Reads a plan and the options in it.
pub(super) fn read(path: &Path) -> Result<(ReviewedPlan, Options), CommandError> {
    let name = || path.display().to_string();
    let text = std::fs::read_to_string(path)
        .map_err(|error| CommandError::usage(FileError::Read(name(), error)))?;
    let fault = |error| {
        CommandError::usage(FileError::Plan(name(), error))
            .hint("make a new one: deployer plan --out")
    };
    let plan = ReviewedPlan::parse(&text).map_err(fault)?;
    let options = serde_json::from_value(plan.options.clone());
    let options = options.map_err(|error| fault(PlanFileError::Foreign(Some(error))))?;
    Ok((plan, options))
}

/// Refuses where the present is not what was reviewed.
pub(super) fn hold_against(kept: &ReviewedPlan, now: &ReviewedPlan) -> Result<(), CommandError> {
    let other = kept.other_inputs(now);
    if !other.is_empty() {
        let versions = match kept.deployer == now.deployer {
            true => String::new(),
            false => format!(" (it was made by deployer {})", kept.deployer),
        };
        return Err(refusal(format!(
            "the plan of {} is not what these inputs give{versions}: {} changed; nothing was written",
            kept.made,
            other.join(", ")
        )));
    }
    let moved = kept.moved(now);
    if !moved.is_empty() {
        return Err(refusal(format!(
            "the stack moved since the plan of {}: {} changed; nothing was written",
            kept.made,
            moved.join(", ")
        )));
    }
    Ok(())
}

/// The error where CloudFormation would take away more than was reviewed.
pub(super) fn beyond(resources: &[String]) -> CommandError {
    refusal(format!(
        "CloudFormation would replace or remove more than was reviewed: {}; nothing was changed",
        resources.join(", ")
    ))
}

fn refusal(sentence: String) -> CommandError {
    CommandError::new(Exit::NeedsConfirmation, Sentence(sentence))
        .hint("make a new plan and review it: deployer plan --out FILE")
}
