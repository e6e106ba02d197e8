//! `test_summary`: the result of all tests.

use crate::report::{self, Answer, Reader};
use crate::testing::TestSummary;

impl Answer for TestSummary {
    const KIND: &'static str = "test_summary";

    fn text(&self, _: &Reader<'_>) -> Option<String> {
        Some(format!("\n{}", report::test_summary(self)))
    }
}
