//! Why a reviewed plan is not executed.

use crate::error::{CommandError, Sentence};
use crate::exit::Exit;
use crate::plan::ReviewedPlan;

/// Refuses a plan if inputs or stack have changed since it was reviewed.
pub fn check(reviewed: &ReviewedPlan, now: &ReviewedPlan) -> Result<(), CommandError> {
    let other = reviewed.other_inputs(now);
    if !other.is_empty() {
        let versions = match reviewed.deployer == now.deployer {
            true => String::new(),
            false => format!(" (it was made by deployer {})", reviewed.deployer),
        };
        return Err(refusal(format!(
            "the plan of {} is not what these inputs give{versions}: {} changed; nothing was written",
            reviewed.made,
            other.join(", ")
        )));
    }
    let moved = reviewed.moved(now);
    if !moved.is_empty() {
        return Err(refusal(format!(
            "the stack moved since the plan of {}: {} changed; nothing was written",
            reviewed.made,
            moved.join(", ")
        )));
    }
    Ok(())
}

/// The error if CloudFormation would replace or remove more than was reviewed.
pub fn unreviewed(resources: &[String]) -> CommandError {
    refusal(format!(
        "CloudFormation would replace or remove more than was reviewed: {}; nothing was changed",
        resources.join(", ")
    ))
}

fn refusal(sentence: String) -> CommandError {
    CommandError::new(Exit::NeedsConfirmation, Sentence(sentence))
        .hint("make a new plan and review it: deployer plan --out FILE")
}
