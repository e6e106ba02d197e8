//! `rule_outcome`: what a rule does with the message in the end.

use jiff::Timestamp;

use crate::report::{self, Answer};
use crate::rule::RuleOutcome;

impl Answer for RuleOutcome<'_> {
    const KIND: &'static str = "rule_outcome";

    fn text(&self, _: fn() -> Timestamp) -> Option<String> {
        Some(report::rule_outcome(self))
    }
}
