//! Formats facts as text for people and as JSON for programs.

mod adoption;
mod answer;
pub mod answers;
mod assignments;
mod build;
mod call;
mod change_set;
mod changes;
mod console_steps;
mod data_loss;
mod drift;
mod excerpt;
mod failure;
mod flow;
mod function_line;
mod graph;
mod health;
mod invocation;
mod json;
mod junit;
mod lines;
mod live;
#[cfg(test)]
mod live_tests;
mod local_time;
mod log_line;
mod page;
mod past_operations;
mod picture;
#[cfg(test)]
mod picture_tests;
mod pipeline;
mod prospect;
mod removal;
mod sample;
mod sequence_diff;
mod simulation;
mod status_rows;
mod style;
mod summary;
mod svg;
mod testing;
mod trace;
mod usage;
mod verdict;
mod xml;

pub use adoption::after_adoption;
pub use answer::{Answer, Reader};
pub use assignments::{Assignments, Quoting, outputs_object};
pub use build::build;
pub use call::call;
pub use change_set::prepared;
pub use console_steps::{console_steps, end_of_workmail, numbered};
pub use drift::drift;
pub use failure::tell_error;
pub use flow::{deployed_flow, flow, setting_of_tests};
pub use function_line::{function_line, other_version};
pub use graph::graph;
pub use health::health;
pub use invocation::{about_to_invoke, invocation, no_message, rule_outcome};
pub use json::{SCHEMA_DOCUMENT, change_objects, object};
pub use junit::junit;
pub use local_time::moment;
pub use log_line::{look_failed, message_line, nothing_logged, searching};
pub use page::{SimulatedMessage, TestedFlow, TracedMessage, TracedPage};
pub use past_operations::past_operations;
pub use picture::{MOST_STATES, picture};
pub use pipeline::pipeline;
pub use prospect::{after_redrive, after_stop, why_settled};
pub use removal::removal;
pub use sample::{sample_answers, sample_parameter};
pub use simulation::{
    NO_CRASH, asks_for_real, assumptions, changed, happened, simulated, waits_for_changes,
};
pub use status_rows::status_rows;
pub use summary::{checked, finding, outputs, plan, preparations, warnings};
pub use testing::{coverage, test_failure, test_line, test_summary, too_little_coverage};
pub use trace::trace;
pub use usage::usage;

use async_trait::async_trait;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use tokio::time::Instant;

use crate::host::terminal::{OutputFormat, Terminal};
use crate::next_command::NextCommand;
use crate::operation::{Event, Observer};
use crate::plan::unreviewed;
use cloud::ResourceChange;
use live::Live;

/// Prints an operation's events on a terminal, and asks for confirmation.
pub struct Reporter<'a> {
    pub terminal: &'a mut Terminal,
    pub format: OutputFormat,
    /// Whether a person reads only what there is to confirm.
    pub quiet: bool,
    pub clock: fn() -> Timestamp,
    /// The zone of the times that are printed.
    pub zone: TimeZone,
    /// Makes the commands that are printed.
    pub next: &'a NextCommand,
    /// The block of what is in progress, if it is shown.
    pub live: Option<Live>,
    /// Whether everything is confirmed in advance (`--yes`).
    pub agreed: bool,
    /// The question for confirmation.
    pub question: String,
    /// The changes confirmed by a reviewed plan; replaces the question.
    pub reviewed: Option<Vec<ResourceChange>>,
    /// The resources with changes beyond those that were reviewed.
    pub unreviewed: Vec<String>,
}

impl Reporter<'_> {
    /// Whether the question cannot be answered without this event.
    fn is_to_confirm(&self, event: &Event) -> bool {
        !self.agreed && matches!(event, Event::ChangeSetReady { .. } | Event::DriftFound(_))
    }

    fn print(&mut self, event: &Event) {
        let (Some(live), Some(screen)) = (&mut self.live, self.terminal.screen()) else {
            lines::lines(event, self.next, &self.zone)
                .iter()
                .for_each(|line| self.terminal.tell(line));
            return;
        };
        let now = Instant::now();
        live.on_event(event, now, self.clock);
        let rows = live.rows(now, screen);
        if live::is_in_view(event) {
            self.terminal.draw(&rows);
        } else {
            let lines = lines::lines(event, self.next, &self.zone);
            let text = (!lines.is_empty()).then(|| lines.join("\n"));
            self.terminal.tell_above(text.as_deref(), &rows);
        }
    }
}

#[async_trait]
impl Observer for Reporter<'_> {
    fn on_event(&mut self, event: &Event) {
        match self.format {
            OutputFormat::Json => {
                // A closed pipe must not stop an operation on a stack.
                let _ = self.terminal.answer(&json::event(event, (self.clock)()));
            }
            OutputFormat::Text if self.quiet && !self.is_to_confirm(event) => {}
            OutputFormat::Text => self.print(event),
        }
    }

    fn on_tick(&mut self) {
        if let (Some(live), Some(screen)) = (&self.live, self.terminal.screen()) {
            self.terminal.draw(&live.rows(Instant::now(), screen));
        }
    }

    async fn confirm(&mut self, changes: &[ResourceChange]) -> bool {
        if let Some(reviewed) = &self.reviewed {
            let unreviewed = unreviewed(changes, reviewed);
            self.unreviewed =
                unreviewed.into_iter().map(|change| change.logical_id.clone()).collect();
            return self.unreviewed.is_empty();
        }
        self.agreed || self.terminal.confirm(&self.question).await
    }
}
