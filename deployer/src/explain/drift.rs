//! The error for drift that stops an update.

use crate::error::{CommandError, Sentence};
use crate::exit::Exit;
use crate::next_command::NextCommand;

/// The error if a change that was made outside the stack would be overwritten.
pub fn refusal(next: &NextCommand) -> CommandError {
    let sentence = "the state machine was changed outside the stack, and this would overwrite that; \
                    nothing was written";
    CommandError::new(Exit::NeedsConfirmation, Sentence(sentence.to_owned()))
        .hint(format!(
            "{} writes the definition as it is now to a file, for --state-machine",
            next.code(&["pull", "FILE"])
        ))
        .hint("--keep-live-definition deploys it as it is now; --revert-drift overwrites it")
}
