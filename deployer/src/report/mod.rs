//! Telling: facts become lines for people or objects for programs.

mod adoption;
mod answer;
pub mod answers;
mod assignments;
mod change_set;
mod changes;
mod command_line;
mod console_steps;
mod data_loss;
mod drift;
mod failure;
mod graph;
mod health;
mod invocation;
mod json;
mod junit;
mod lines;
mod live;
#[cfg(test)]
mod live_tests;
mod log_line;
mod picture;
mod pipeline;
mod removal;
mod sequence_diff;
mod simulation;
mod style;
mod summary;
mod svg;
mod testing;
mod trace;
mod usage;
mod verdict;
mod xml;

pub use adoption::after_adoption;
pub use answer::Answer;
pub use assignments::{Assignments, Quoting, outputs_object};
pub use change_set::prepared;
pub use command_line::command_line;
pub use console_steps::console_steps;
pub use drift::drift;
pub use failure::tell_error;
pub use graph::graph;
pub use health::health;
pub use invocation::{about_to_invoke, invocation, no_message, rule_outcome};
pub use json::{SCHEMA_DOCUMENT, change_objects, object};
pub use junit::junit;
pub use lines::stack_event;
pub use log_line::{look_failed, nothing_logged};
pub use picture::{MOST_STATES, picture};
pub use pipeline::pipeline;
pub use removal::removal;
pub use simulation::{
    NO_CRASH, asks_for_real, assumption, changed, happened, simulated, waits_for_changes,
};
pub use summary::{checked, finding, outputs, plan, preparations, warnings};
pub use testing::{coverage, test_failure, test_line, test_summary, too_little_coverage};
pub use trace::trace;
pub use usage::usage;

use async_trait::async_trait;
use jiff::Timestamp;
use tokio::time::Instant;

use crate::host::terminal::OutputFormat;
use crate::host::terminal::Terminal;
use crate::operation::{Audience, Event};
use crate::plan::beyond;
use cloud::ResourceChange;
use live::Live;

/// Tells an operation's events, and asks, on a terminal.
pub struct Reporter<'a> {
    /// Where to.
    pub terminal: &'a mut Terminal,
    /// For whom.
    pub format: OutputFormat,
    /// The wall clock.
    pub clock: fn() -> Timestamp,
    /// What is under way, where that is kept in view.
    pub live: Option<Live>,
    /// Whether everything is agreed to in advance (`--yes`).
    pub agreed: bool,
    /// What is asked.
    pub question: String,
    /// What was agreed to by its plan, in place of a question.
    pub reviewed: Option<Vec<ResourceChange>>,
    /// The resources to which more would happen than was reviewed.
    pub beyond: Vec<String>,
}

impl Reporter<'_> {
    fn tell(&mut self, event: &Event) {
        let (Some(live), Some(screen)) = (&mut self.live, self.terminal.screen()) else {
            lines::lines(event).iter().for_each(|line| self.terminal.tell(line));
            return;
        };
        let now = Instant::now();
        live.hear(event, now, self.clock);
        let rows = live.rows(now, screen);
        if live::is_in_view(event) {
            self.terminal.draw(&rows);
        } else {
            let lines = lines::lines(event);
            let text = (!lines.is_empty()).then(|| lines.join("\n"));
            self.terminal.tell_above(text.as_deref(), &rows);
        }
    }
}

#[async_trait]
impl Audience for Reporter<'_> {
    fn event(&mut self, event: &Event) {
        match self.format {
            OutputFormat::Json => {
                // A closed pipe is no reason to stop an operation on a stack.
                let _ = self.terminal.answer(&json::event(event, (self.clock)()));
            }
            OutputFormat::Text => self.tell(event),
        }
    }

    fn time_passes(&mut self) {
        if let (Some(live), Some(screen)) = (&self.live, self.terminal.screen()) {
            self.terminal.draw(&live.rows(Instant::now(), screen));
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
