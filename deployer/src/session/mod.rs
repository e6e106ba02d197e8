//! One command at work.

pub mod connect;
mod global_args;

pub use global_args::GlobalArgs;

use serde::Serialize;

use crate::error::{CommandError, Sentence};
use crate::exit::Exit;
use crate::explain::failed_operation;
use crate::host::World;
use crate::host::terminal::OutputFormat;
use crate::operation::{Operation, attach};
use crate::report::{self, Reporter};
use cloud::{Cloud, Stack};

impl World {
    /// Tells an operation's events on the terminal, and asks `question` there unless all is agreed to.
    pub fn reporter(
        &mut self,
        format: OutputFormat,
        agreed: bool,
        question: String,
    ) -> Reporter<'_> {
        let live = format == OutputFormat::Text && self.terminal.screen().is_some();
        Reporter {
            live: live.then(Default::default),
            clock: self.clock,
            terminal: &mut self.terminal,
            format,
            agreed,
            question,
            reviewed: None,
            beyond: Vec::new(),
        }
    }

    /// Gives a piece of the answer. Who closes the pipe has read enough.
    pub fn answer(&mut self, text: &str) {
        let _ = self.terminal.answer(text);
    }

    /// Gives an answer to a program.
    pub fn answer_object(&mut self, kind: &str, body: &impl Serialize) {
        let now = (self.clock)();
        self.answer(&report::object(kind, body, now));
    }
}

/// Asks, unless all is agreed to (`--yes`). `otherwise` says what did not happen, such as "nothing was
/// removed".
///
/// # Errors
/// [`Exit::NeedsConfirmation`] where a person says no, or nobody can be asked.
pub async fn ask(
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

/// Follows the operation that goes on with `stack` to its end, whatever that is: the plan is made anew
/// afterwards.
pub async fn wait(
    world: &mut World,
    global: &GlobalArgs,
    cloud: &Cloud,
    stack: &Stack,
) -> Result<(), CommandError> {
    let clock = world.clock;
    let mut reporter = world.reporter(global.output, true, String::new());
    let mut operation = Operation { cloud, audience: &mut reporter, clock };
    attach(&mut operation, stack)
        .await
        .map_err(|error| failed_operation::error(error, &stack.name))?;
    Ok(())
}
