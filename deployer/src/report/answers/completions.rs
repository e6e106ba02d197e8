//! `completions`: the completion script of a shell.

use jiff::Timestamp;
use serde::Serialize;

use crate::report::Answer;

/// A script.
#[derive(Serialize)]
pub struct Completions {
    /// Which shell it is for.
    pub shell: String,
    /// The script.
    pub script: String,
}

impl Answer for Completions {
    const KIND: &'static str = "completions";

    fn text(&self, _: fn() -> Timestamp) -> Option<String> {
        Some(self.script.trim_end().to_owned())
    }
}
