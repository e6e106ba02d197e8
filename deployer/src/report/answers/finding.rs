//! `finding`: one thing that `check` found.

use crate::finding::Finding;
use crate::report::{self, Answer, Reader};

impl Answer for Finding {
    const KIND: &'static str = "finding";

    fn text(&self, reader: &Reader<'_>) -> Option<String> {
        Some(report::finding(self, reader.on_terminal).join("\n"))
    }
}
