//! The question before something that cannot be taken back.

use crate::error::{CommandError, Sentence};
use crate::exit::Exit;
use crate::world::World;

/// Asks, unless all is agreed to (`--yes`). `otherwise` says what did not happen, such as "nothing was
/// removed".
///
/// # Errors
/// [`Exit::NeedsConfirmation`] where a person says no, or nobody can be asked.
pub(super) async fn ask(
    world: &mut World,
    agreed: bool,
    question: &str,
    otherwise: &str,
) -> Result<(), CommandError> {
    if agreed {
        return Ok(());
    }
    let sentence = if !world.terminal.is_interactive() {
        format!("there is no terminal to ask on; {otherwise}")
    } else if world.terminal.confirm(question).await {
        return Ok(());
    } else {
        format!("it was not agreed to; {otherwise}")
    };
    Err(CommandError::new(Exit::NeedsConfirmation, Sentence(sentence))
        .hint("--yes goes ahead without asking"))
}
