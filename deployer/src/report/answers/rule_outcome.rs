//! `rule_outcome`: what a rule does with the message in the end.

use crate::report::{self, Answer, Reader};
use crate::rule::RuleOutcome;

impl Answer for RuleOutcome<'_> {
    const KIND: &'static str = "rule_outcome";

    fn text(&self, _: &Reader<'_>) -> Option<String> {
        Some(report::rule_outcome(self))
    }
}
