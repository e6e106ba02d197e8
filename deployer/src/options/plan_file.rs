//! Plans in files: written by `plan --out`, read by `up --plan`.

use std::path::Path;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::config::FlowArgs;
use crate::error::CommandError;
use crate::files::atomic_write;
use crate::files::text::read_text;
use crate::next_command::NextCommand;
use crate::options::adoption::AdoptionArgs;
use crate::options::on_drift::OnDriftArgs;
use crate::plan::{Desired, Observed, Plan, PlanFileError, ReviewedPlan};

/// The options in a plan file.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Options {
    pub flow: FlowArgs,
    pub drift: OnDriftArgs,
    pub adoption: AdoptionArgs,
    /// The environment of the settings file.
    #[serde(default)]
    pub environment: Option<String>,
}

/// Why a plan file cannot be used.
#[derive(Debug, thiserror::Error)]
enum FileError {
    #[error("cannot read the plan {0}")]
    Read(String, #[source] std::io::Error),
    #[error("the plan {0} cannot be executed")]
    Plan(String, #[source] PlanFileError),
}

/// The current plan, to store or to compare with a stored one.
pub fn current(
    options: &Options,
    now: Timestamp,
    desired: &Desired,
    observed: &Observed,
    plan: &Plan,
) -> ReviewedPlan {
    let options = serde_json::to_value(options).expect("options are texts");
    ReviewedPlan::new(options, now.to_string(), &desired.stack, observed, plan)
}

/// Writes a plan, and replaces what the file contained before.
pub fn write(path: &Path, plan: &ReviewedPlan) -> Result<(), CommandError> {
    Ok(atomic_write(path, plan.text().as_bytes()).map_err(|error| error.of("the plan to "))?)
}

/// Reads a plan and its options.
pub fn read(path: &Path, next: &NextCommand) -> Result<(ReviewedPlan, Options), CommandError> {
    let name = || path.display().to_string();
    let text =
        read_text(path).map_err(|error| CommandError::usage(FileError::Read(name(), error)))?;
    let fault = |error| {
        CommandError::usage(FileError::Plan(name(), error))
            .hint(format!("create a new one: {}", next.code(&["plan", "--out", &name()])))
    };
    let plan = ReviewedPlan::parse(&text).map_err(fault)?;
    let options = serde_json::from_value(plan.options.clone());
    let options = options.map_err(|error| fault(PlanFileError::Foreign(Some(error))))?;
    Ok((plan, options))
}
