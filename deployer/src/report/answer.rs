//! What a command answers with: one value, as text for a person or as one JSON object for a program.
//!
//! The answers, one file each, are in [`answers`](super::answers); what the objects look like is in
//! docs/json-output.schema.json.

use jiff::Timestamp;
use serde::Serialize;

pub type Clock = fn() -> Timestamp;

pub trait Answer: Serialize {
    /// The `type` of the JSON object.
    const KIND: &'static str;

    /// What a person reads on stdout; `None` if nothing is printed. Only a text about the time reads the clock.
    fn text(&self, _: Clock) -> Option<String> {
        None
    }

    /// What a person reads on stderr after that.
    fn note(&self) -> Option<String> {
        None
    }
}
