//! `finding`: one thing that `check` found.

use jiff::Timestamp;

use crate::finding::Finding;
use crate::report::{self, Answer};

impl Answer for Finding {
    const KIND: &'static str = "finding";

    fn text(&self, _: fn() -> Timestamp) -> Option<String> {
        Some(report::finding(self).join("\n"))
    }
}
