//! `coverage`: how much of a definition the tests cover.

use crate::report::{self, Answer, Clock};
use crate::testing::Coverage;

impl Answer for Coverage {
    const KIND: &'static str = "coverage";

    fn text(&self, _: Clock) -> Option<String> {
        Some(format!("\n{}", report::coverage(self)))
    }
}
