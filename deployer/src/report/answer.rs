//! What a command answers with: one value, as text for a person or as one JSON object for a program.
//!
//! The answers, one file each, are in [`answers`](super::answers); what the objects look like is in
//! docs/reference/json-output.schema.json.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;

use crate::next_command::NextCommand;

/// What a text for a person depends on in addition to the answer.
pub struct Reader<'a> {
    /// Only a text about the time reads the clock.
    pub clock: fn() -> Timestamp,
    /// The zone of the times that are printed.
    pub zone: TimeZone,
    /// Whether the answer is shown on a terminal, which has room for more than a line for each finding.
    pub on_terminal: bool,
    /// Makes the commands that are printed.
    pub next: &'a NextCommand,
}

pub trait Answer: Serialize {
    /// The `type` of the JSON object.
    const KIND: &'static str;

    /// What a person reads on stdout; `None` if nothing is printed.
    fn text(&self, _: &Reader<'_>) -> Option<String> {
        None
    }

    /// Whether a program reads that text byte by byte, so that nothing is escaped unless a terminal shows it.
    fn is_exact(&self) -> bool {
        false
    }

    /// Whether the text is a file, such as JSON or YAML, whose lines are never broken.
    fn is_data(&self) -> bool {
        false
    }

    /// What a person reads on stderr after that.
    fn note(&self, _: &Reader<'_>) -> Option<String> {
        None
    }
}
