//! `coverage`: how much of a definition the tests cover.

use crate::report::{self, Answer, Reader};
use crate::testing::Coverage;

impl Answer for Coverage {
    const KIND: &'static str = "coverage";

    fn text(&self, _: &Reader<'_>) -> Option<String> {
        Some(format!("\n{}", report::coverage(self)))
    }
}
