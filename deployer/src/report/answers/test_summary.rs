//! `test_summary`: the result of all tests.

use jiff::Timestamp;

use crate::report::{self, Answer};
use crate::testing::TestSummary;

impl Answer for TestSummary {
    const KIND: &'static str = "test_summary";

    fn text(&self, _: fn() -> Timestamp) -> Option<String> {
        Some(format!("\n{}", report::test_summary(self)))
    }
}
