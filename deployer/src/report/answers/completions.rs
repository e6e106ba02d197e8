//! `completions`: the completion script of a shell.

use serde::Serialize;

use crate::report::{Answer, Reader};

#[derive(Serialize)]
pub struct Completions {
    /// Which shell it is for.
    pub shell: String,
    pub script: String,
}

impl Answer for Completions {
    const KIND: &'static str = "completions";

    fn text(&self, _: &Reader<'_>) -> Option<String> {
        Some(self.script.trim_end().to_owned())
    }

    fn is_data(&self) -> bool {
        true
    }
}
