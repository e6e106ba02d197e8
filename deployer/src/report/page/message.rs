//! The page about one message: what its verdict is, the path that it took, and what happened.

use handler::actions::Effect;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::{Cell, Fact, Page, Section, drawing, plain, timeline};
use crate::graph::{Graph, PathTaken};
use crate::report::invocation::actions;
use crate::report::local_time::moment;
use crate::report::simulation::simulated_rows;
use crate::report::trace::timeline_rows;
use crate::report::{picture, verdict};
use crate::rule::RuleOutcome;
use crate::trace::{MessageOutcome, MessageRecord, TimelineEvent};

/// A message that was simulated.
pub struct SimulatedMessage<'a> {
    /// The name of the flow.
    pub flow: &'a str,
    /// Its state machine.
    pub graph: &'a Graph,
    /// The path of the execution.
    pub path: &'a PathTaken,
    /// What happened.
    pub timeline: &'a [TimelineEvent],
    /// What happens for each recipient.
    pub outcome: &'a RuleOutcome<'a>,
    /// Whether addresses are shown.
    pub with_contents: bool,
}

impl SimulatedMessage<'_> {
    /// The HTML document.
    pub fn html(&self) -> String {
        let title = format!("One message through {}", self.flow);
        let mut facts = vec![
            Fact::new("Flow", self.flow),
            Fact::new("Invocations", self.outcome.attempts.to_string()),
        ];
        if let Some(id) = self.outcome.invocation_id {
            facts.push(Fact::new("Invocation ID", id));
        }
        let sections = vec![
            self.verdict(),
            drawing("State machine", picture(self.flow, self.graph, Some(self.path))),
            timeline(&simulated_rows(self.timeline)),
        ];
        Page { title, facts, sections }.html()
    }

    fn verdict(&self) -> Section {
        let outcome = self.outcome;
        let row = |(nth, effect): (usize, &Effect)| {
            let name = match &effect.recipient {
                Some(address) if self.with_contents => address.clone(),
                Some(_) => format!("Recipient {}", nth + 1),
                None => "Addresses that the event left out".to_owned(),
            };
            let added = if effect.added { "added to the message; " } else { "" };
            let action = format!("{added}{}", actions(&effect.actions, outcome.fallback));
            vec![Cell::new(name), Cell::new(action)]
        };
        let paragraphs = match (outcome.verdict, outcome.policy) {
            (None, _) => vec!["There is no verdict.".to_owned()],
            (Some(_), Some(policy)) => {
                vec![format!("The policy --on-failure {policy} answered, not the state machine.")]
            }
            (Some(_), None) => Vec::new(),
        };
        Section {
            heading: "Verdict".to_owned(),
            paragraphs,
            columns: vec!["Recipient", "Action"],
            rows: outcome.recipients.iter().enumerate().map(row).collect(),
            ..Section::default()
        }
    }
}

/// A message that WorkMail handed over.
pub struct TracedMessage<'a> {
    /// What AWS knows of it.
    pub record: &'a MessageRecord,
    /// What happened to it.
    pub timeline: &'a [TimelineEvent],
    /// What its verdict is.
    pub outcome: &'a MessageOutcome,
    /// The state machine as it is defined now, if it can be read.
    pub graph: Option<&'a Graph>,
    /// When the page is made.
    pub now: Timestamp,
    /// The time zone of the person.
    pub zone: &'a TimeZone,
}

/// The page about a message that was handed over once, or several times.
#[derive(Default)]
pub struct TracedPage(Option<Page>);

impl TracedPage {
    /// Adds a message with the next invocation ID.
    pub fn add(&mut self, message: &TracedMessage<'_>) {
        let next = message.page();
        match &mut self.0 {
            None => self.0 = Some(next),
            Some(page) => {
                let facts = Section {
                    heading: format!("Invocation ID {}", message.record.invocation_id),
                    columns: vec!["Name", "Value"],
                    rows: next
                        .facts
                        .into_iter()
                        .map(|fact| vec![Cell::new(fact.name), Cell::new(fact.value)])
                        .collect(),
                    ..Section::default()
                };
                page.sections.extend([facts].into_iter().chain(next.sections));
            }
        }
    }

    /// The HTML document.
    pub fn html(&self) -> String {
        self.0.as_ref().map(Page::html).unwrap_or_default()
    }
}

impl TracedMessage<'_> {
    fn page(&self) -> Page {
        let record = self.record;
        let id = record.message_id().unwrap_or(&record.invocation_id);
        let mut facts = vec![Fact::new("Invocation ID", &record.invocation_id)];
        if let Some(message) = record.message_id() {
            facts.insert(0, Fact::new("Message ID", message));
        }
        facts.extend(record.execution_arn.as_ref().map(|arn| Fact::new("Execution", arn)));
        let claimed = record.entry.as_ref().and_then(|entry| entry.claimed_at);
        facts.extend(claimed.map(|at| Fact::new("Claimed", moment(at, self.zone))));
        let lines = verdict::lines(self.outcome, record, self.timeline, self.now);
        let mut sections = vec![Section {
            heading: "Verdict".to_owned(),
            paragraphs: lines.iter().map(|line| plain(line).trim().to_owned()).collect(),
            ..Section::default()
        }];
        if let (Some(graph), Some(history)) = (self.graph, &record.history) {
            let path = PathTaken::of(history);
            let mut section = drawing("State machine", picture(id, graph, Some(&path)));
            section.paragraphs.push(
                "The path of the execution through the state machine as it is defined now."
                    .to_owned(),
            );
            sections.push(section);
        }
        let first = self.timeline.first().map_or(self.now, |event| event.at);
        sections.push(timeline(&timeline_rows(self.timeline, first)));
        Page { title: plain(&format!("Message {id}")), facts, sections }
    }
}
