//! What the program is handed: the outside, so that the same program runs over AWS and over memory.

use jiff::Timestamp;
use serde::Serialize;
use uuid::Uuid;

use crate::cli::OutputFormat;
use crate::config::Surroundings;
use crate::report::{self, Reporter};
use crate::terminal::Terminal;
use cloud::Connect;

/// The outside of the program.
pub struct World {
    /// Makes connections to AWS, or to what stands in for it.
    pub connect: Box<dyn Connect>,
    /// The terminal.
    pub terminal: Terminal,
    /// The wall clock.
    pub clock: fn() -> Timestamp,
    /// Variables and folder.
    pub surroundings: Surroundings,
    /// Makes an id that nobody has seen before.
    pub new_id: fn() -> Uuid,
}

/// The time now: the only place where the program looks at a clock.
#[expect(clippy::disallowed_methods, reason = "the one clock that everybody is handed")]
#[must_use]
pub fn wall_clock() -> Timestamp {
    Timestamp::now()
}

/// An id that nobody has seen before: the only place where the program throws dice.
#[expect(clippy::disallowed_methods, reason = "the one source of ids that everybody is handed")]
#[must_use]
pub fn new_id() -> Uuid {
    Uuid::new_v4()
}

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
