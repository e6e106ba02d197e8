//! `invocation`: one invocation of the deployed function.

use jiff::Timestamp;

use crate::report::{self, Answer};
use crate::rule::Invocation;

impl Answer for Invocation {
    const KIND: &'static str = "invocation";

    fn text(&self, _: fn() -> Timestamp) -> Option<String> {
        None
    }

    fn note(&self) -> Option<String> {
        Some(report::invocation(self).join("\n"))
    }
}
