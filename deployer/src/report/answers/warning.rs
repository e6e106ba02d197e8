//! `finding`: a warning. A person reads it on stderr, because the command answers something else.

use serde::Serialize;

use crate::finding::Finding;
use crate::report::{self, Answer, Reader};

#[derive(Serialize)]
pub struct Warning<'a>(pub &'a Finding);

impl Answer for Warning<'_> {
    const KIND: &'static str = "finding";

    fn note(&self, reader: &Reader<'_>) -> Option<String> {
        Some(report::finding(self.0, reader.on_terminal).join("\n"))
    }
}
