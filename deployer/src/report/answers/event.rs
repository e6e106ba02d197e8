//! `event`: an event as WorkMail would send it.

use serde::Serialize;

use crate::host::harmless::in_json;
use crate::report::{Answer, Reader};

/// The event of one invocation.
#[derive(Serialize)]
pub struct Event<'a> {
    /// How many invocations precede this one.
    pub attempt: u16,
    /// The event, as JSON on one line.
    pub text: &'a str,
}

impl Answer for Event<'_> {
    const KIND: &'static str = "event";

    fn text(&self, _: &Reader<'_>) -> Option<String> {
        Some(in_json(self.text))
    }

    fn is_data(&self) -> bool {
        true
    }
}
