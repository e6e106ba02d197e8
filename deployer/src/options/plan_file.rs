//! Plans in files: written by `plan --out`, read and held against the present by `up --plan`.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::config::FlowArgs;
use crate::error::CommandError;
use crate::host::Host;
use crate::options::adoption::AdoptionArgs;
use crate::options::on_drift::OutsideArgs;
use crate::plan::{Desired, Observed, Plan, PlanFileError, ReviewedPlan};

/// The options in a plan's file.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Options {
    pub flow: FlowArgs,
    pub drift: OutsideArgs,
    pub adoption: AdoptionArgs,
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
pub fn now(
    world: &Host,
    options: &Options,
    desired: &Desired,
    observed: &Observed,
    plan: &Plan,
) -> ReviewedPlan {
    let options = serde_json::to_value(options).expect("options are texts");
    ReviewedPlan::new(options, (world.clock)().to_string(), desired, observed, plan)
}

/// Writes a plan; a plan that was there before is replaced.
pub fn write(path: &Path, plan: &ReviewedPlan) -> Result<(), CommandError> {
    let named = |error| FileError::Write(path.display().to_string(), error);
    std::fs::write(path, plan.text()).map_err(|error| CommandError::usage(named(error)))
}

/// Reads a plan and the options in it.
pub fn read(path: &Path) -> Result<(ReviewedPlan, Options), CommandError> {
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
