//! `rule_outcome`: what a rule does with the message in the end.

use jiff::Timestamp;

use crate::report::{self, Answer};
use crate::rule::Outcome;

impl Answer for Outcome<'_> {
    const KIND: &'static str = "rule_outcome";

    fn text(&self, _: Timestamp) -> Option<String> {
        Some(report::rule_outcome(self))
    }
}
