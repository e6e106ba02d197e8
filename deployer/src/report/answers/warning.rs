//! `finding`: a warning. A person reads it on stderr, because the command answers something else.

use jiff::Timestamp;
use serde::Serialize;

use crate::finding::Finding;
use crate::report::{self, Answer};

/// A warning.
#[derive(Serialize)]
pub struct Warning<'a>(pub &'a Finding);

impl Answer for Warning<'_> {
    const KIND: &'static str = "finding";

    fn text(&self, _: fn() -> Timestamp) -> Option<String> {
        None
    }

    fn note(&self) -> Option<String> {
        Some(report::finding(self.0).join("\n"))
    }
}
