//! `trace`: what happened to a message.

use jiff::Timestamp;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use crate::report::{self, Answer, Reader};
use crate::trace::{MessageOutcome, MessageRecord, TimelineEvent};

/// A message by one of its invocation ids.
pub struct Trace<'a> {
    /// What AWS knows of it.
    pub record: &'a MessageRecord,
    /// What happened to it.
    pub timeline: &'a [TimelineEvent],
    /// What its verdict is.
    pub outcome: &'a MessageOutcome,
    /// Where the search of the log began.
    pub searched_from: Timestamp,
    /// Whether no other trace precedes it.
    pub is_first: bool,
}

#[derive(Serialize)]
struct Object<'a> {
    message_id: Option<&'a str>,
    invocation_id: &'a str,
    execution_arn: Option<&'a str>,
    execution_found: bool,
    asked_until: Option<Timestamp>,
    entry: Option<Value>,
    timeline: &'a [TimelineEvent],
    #[serde(flatten)]
    outcome: &'a MessageOutcome,
}

impl Serialize for Trace<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let record = self.record;
        let entry = record.entry.as_ref().map(|entry| {
            json!({
                "claimed_at": entry.claimed_at, "expires_at": entry.expires_at,
                "output_state": record.output_state(), "recorded": entry.verdict.is_some(),
            })
        });
        let object = Object {
            message_id: record.message_id(),
            invocation_id: &record.invocation_id,
            execution_arn: record.execution_arn.as_deref(),
            execution_found: record.history.is_some(),
            asked_until: record.asked_until(),
            entry,
            timeline: self.timeline,
            outcome: self.outcome,
        };
        object.serialize(serializer)
    }
}

impl Answer for Trace<'_> {
    const KIND: &'static str = "trace";

    /// An empty line separates it from the trace before.
    fn text(&self, reader: &Reader<'_>) -> Option<String> {
        let Self { record, timeline, outcome, searched_from, is_first } = *self;
        let space = if is_first { "" } else { "\n" };
        Some(format!(
            "{space}{}",
            report::trace(record, timeline, outcome, searched_from, (reader.clock)(), &reader.zone)
        ))
    }
}
