//! `coverage`: how much of a definition the tests cover.

use jiff::Timestamp;

use crate::report::{self, Answer};
use crate::testing::Coverage;

impl Answer for Coverage {
    const KIND: &'static str = "coverage";

    fn text(&self, _: fn() -> Timestamp) -> Option<String> {
        Some(format!("\n{}", report::coverage(self)))
    }
}
