//! `test_result`: the result of one test.

use crate::report::{self, Answer, Reader};
use crate::testing::TestResult;

impl Answer for TestResult {
    const KIND: &'static str = "test_result";

    fn text(&self, _: &Reader<'_>) -> Option<String> {
        Some(report::test_line(self))
    }
}
