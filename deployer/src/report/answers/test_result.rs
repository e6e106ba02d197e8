//! `test_result`: the result of one test.

use crate::report::{self, Answer, Clock};
use crate::testing::TestResult;

impl Answer for TestResult {
    const KIND: &'static str = "test_result";

    fn text(&self, _: Clock) -> Option<String> {
        Some(report::test_line(self))
    }
}
