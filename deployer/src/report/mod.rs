//! Telling: facts become lines for people or objects for programs.

mod assignments;
mod changes;
mod console_steps;
mod drift;
mod failure;
mod health;
mod holdings;
mod invocation;
mod json;
mod lines;
mod pipeline;
mod prepared;
mod recovery;
mod removal;
mod summary;

pub use assignments::{Assignments, Quoting, outputs_object};
pub use console_steps::console_steps;
pub use failure::tell_error;
pub use health::health;
pub use invocation::{about_to_invoke, invocation, no_message, rule_outcome};
pub use json::{change_objects, object};
pub use lines::stack_event;
pub use pipeline::pipeline;
pub use prepared::prepared;
pub use recovery::recovery;
pub use removal::removal;
pub use summary::{checked, finding, outputs, plan, preparations, warnings};

use async_trait::async_trait;
use jiff::Timestamp;

use crate::cli::OutputFormat;
use crate::cloud::ResourceChange;
use crate::operation::{Audience, Event};
use crate::plan::beyond;
use crate::terminal::Terminal;

/// Tells an operation's events, and asks, on a terminal.
pub struct Reporter<'a> {
    /// Where to.
    pub terminal: &'a mut Terminal,
    /// For whom.
    pub format: OutputFormat,
    /// The wall clock.
    pub clock: fn() -> Timestamp,
    /// Whether everything is agreed to in advance (`--yes`).
    pub agreed: bool,
    /// What is asked.
    pub question: String,
    /// What was agreed to by its plan, in place of a question.
    pub reviewed: Option<Vec<ResourceChange>>,
    /// The resources to which more would happen than was reviewed.
    pub beyond: Vec<String>,
}

#[async_trait]
impl Audience for Reporter<'_> {
    fn event(&mut self, event: &Event) {
        match self.format {
            OutputFormat::Json => {
                // A closed pipe is no reason to stop an operation on a stack.
                let _ = self.terminal.answer(&json::event(event, (self.clock)()));
            }
            OutputFormat::Text => {
                for line in lines::lines(event) {
                    self.terminal.tell(&line);
                }
            }
        }
    }

    async fn agrees(&mut self, changes: &[ResourceChange]) -> bool {
        if let Some(reviewed) = &self.reviewed {
            let beyond = beyond(changes, reviewed);
            self.beyond = beyond.into_iter().map(|change| change.logical_id.clone()).collect();
            return self.beyond.is_empty();
        }
        self.agreed || self.terminal.confirm(&self.question).await
    }
}
