//! `test_result`: the result of one test.

use jiff::Timestamp;

use crate::report::{self, Answer};
use crate::testing::TestResult;

impl Answer for TestResult {
    const KIND: &'static str = "test_result";

    fn text(&self, _: fn() -> Timestamp) -> Option<String> {
        Some(report::test_line(self))
    }
}
