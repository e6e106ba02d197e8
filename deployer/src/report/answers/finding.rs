//! `finding`: one thing that `check` found.

use crate::finding::Finding;
use crate::report::{self, Answer, Clock};

impl Answer for Finding {
    const KIND: &'static str = "finding";

    fn text(&self, _: Clock) -> Option<String> {
        Some(report::finding(self).join("\n"))
    }
}
