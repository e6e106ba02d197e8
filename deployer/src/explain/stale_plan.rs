//! Why a reviewed plan is not executed.

use crate::error::{CommandError, Sentence};
use crate::exit::Exit;
use crate::plan::ReviewedPlan;

/// Refuses where the present is not what was reviewed.
pub fn compare(kept: &ReviewedPlan, now: &ReviewedPlan) -> Result<(), CommandError> {
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
pub fn beyond(resources: &[String]) -> CommandError {
    refusal(format!(
        "CloudFormation would replace or remove more than was reviewed: {}; nothing was changed",
        resources.join(", ")
    ))
}

fn refusal(sentence: String) -> CommandError {
    CommandError::new(Exit::NeedsConfirmation, Sentence(sentence))
        .hint("make a new plan and review it: deployer plan --out FILE")
}
