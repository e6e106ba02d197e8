//! `man_pages`: the man pages that were written.

use jiff::Timestamp;
use serde::Serialize;

use crate::report::Answer;

/// The files, by their paths.
#[derive(Serialize)]
pub struct ManPages {
    /// The paths.
    pub files: Vec<String>,
}

impl Answer for ManPages {
    const KIND: &'static str = "man_pages";

    fn text(&self, _: fn() -> Timestamp) -> Option<String> {
        Some(self.files.join("\n"))
    }
}
