//! What remains to be done after the adoption of a stack of the original application.

use crate::next_command::NextCommand;

/// The rule is kept, and `pull` retrieves the definition.
pub fn after_adoption(next: &NextCommand) -> String {
    format!(
        "You do not need to change the WorkMail rule: it names the same function.\n\
         Every later `up` keeps the definition, the output state, and the wait, unless it sets \
         them. {} writes the definition to a file, for --state-machine FILE.",
        next.code(&["pull", "FILE"])
    )
}
