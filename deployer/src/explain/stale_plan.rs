//! The errors for a reviewed plan that cannot be executed.

use crate::error::{CommandError, Sentence};
use crate::exit::Exit;
use crate::next_command::NextCommand;
use crate::plan::ReviewedPlan;

/// Refuses if the current plan differs from the reviewed one.
pub fn compare(
    reviewed: &ReviewedPlan,
    current: &ReviewedPlan,
    next: &NextCommand,
) -> Result<(), CommandError> {
    let other = reviewed.other_inputs(current);
    if !other.is_empty() {
        let versions = match reviewed.deployer == current.deployer {
            true => String::new(),
            false => format!(" (it was made by deployer {})", reviewed.deployer),
        };
        return Err(refusal(
            format!(
                "the plan of {} does not match these inputs{versions}: {} changed; nothing was written",
                reviewed.made,
                other.join(", ")
            ),
            next,
        ));
    }
    let moved = reviewed.moved(current);
    if !moved.is_empty() {
        return Err(refusal(
            format!(
                "the stack changed since the plan of {}: {} changed; nothing was written",
                reviewed.made,
                moved.join(", ")
            ),
            next,
        ));
    }
    Ok(())
}

/// The error if CloudFormation would replace or remove more than was reviewed.
pub fn unreviewed(resources: &[String], next: &NextCommand) -> CommandError {
    refusal(
        format!(
            "CloudFormation would replace or remove more than was reviewed: {}; nothing was changed",
            resources.join(", ")
        ),
        next,
    )
}

fn refusal(sentence: String, next: &NextCommand) -> CommandError {
    CommandError::new(Exit::NeedsConfirmation, Sentence(sentence))
        .hint(format!("create a new plan and review it: {}", next.code(&["plan", "--out", "FILE"])))
}
