//! `man_pages`: the man pages that were written.

use serde::Serialize;

use crate::report::{Answer, Reader};

/// The files, by their paths.
#[derive(Serialize)]
pub struct ManPages {
    pub files: Vec<String>,
}

impl Answer for ManPages {
    const KIND: &'static str = "man_pages";

    fn text(&self, _: &Reader<'_>) -> Option<String> {
        Some(self.files.join("\n"))
    }

    fn is_data(&self) -> bool {
        true
    }
}
