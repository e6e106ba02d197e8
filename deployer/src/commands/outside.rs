//! Drift on the command line: the options that decide about it, and the refusal without them.

use serde::{Deserialize, Serialize};

use crate::error::{CommandError, Sentence};
use crate::exit::Exit;
use crate::plan::{Desired, is_wanted};
use cloud::Cloud;

/// What `up` and `plan` do about changes that were made outside the stack.
#[derive(Debug, Clone, Default, clap::Args, Serialize, Deserialize)]
pub struct OutsideArgs {
    /// Bring everything that was changed outside the stack back to the template
    #[arg(long)]
    pub revert_drift: bool,
    /// Take the definition that the state machine has now in place of the flow's
    #[arg(long, conflicts_with = "revert_drift")]
    pub keep_live_definition: bool,
}

/// Makes sure that what was to be brought back is back: CloudFormation looks for drift by itself, and
/// only in the types and properties that it knows how to read.
pub(super) async fn is_reverted(
    cloud: &Cloud,
    desired: &Desired,
    machine: &str,
) -> Result<(), CommandError> {
    if is_wanted(desired, cloud.machines.definition(machine).await?.as_deref()) {
        return Ok(());
    }
    let sentence = "the stack is as wanted, but CloudFormation left the state machine as it was changed \
                    outside";
    Err(CommandError::failed(sentence).hint(
        "change the definition, if only its Comment, and run `deployer up --revert-drift` again",
    ))
}

/// The error where a change that was made outside would be overwritten.
pub(super) fn refusal(stack_name: &str) -> CommandError {
    let sentence = "the state machine was changed outside the stack, and this would overwrite that; \
                    nothing was written";
    CommandError::new(Exit::NeedsConfirmation, Sentence(sentence.to_owned()))
        .hint(format!(
            "`deployer pull FILE --stack-name {stack_name}` writes the definition as it is now to a \
             file, for --state-machine"
        ))
        .hint("--keep-live-definition goes on with it as it is now; --revert-drift overwrites it")
}
