//! `initialized`: a copy of a built-in flow.

use std::path::Path;

use serde::Serialize;

use crate::report::{Answer, Reader};

#[derive(Serialize)]
pub struct Initialized<'a> {
    /// The built-in flow.
    pub from: &'static str,
    pub files: Vec<String>,
    #[serde(skip)]
    pub dir: &'a Path,
}

impl Answer for Initialized<'_> {
    const KIND: &'static str = "initialized";

    fn text(&self, _: &Reader<'_>) -> Option<String> {
        Some(self.files.join("\n"))
    }

    fn is_data(&self) -> bool {
        true
    }

    fn note(&self, reader: &Reader<'_>) -> Option<String> {
        let dir = self.dir.display().to_string();
        let commands = ["local", "test", "check"]
            .map(|command| format!("\n  {}", reader.next.line(&[command, "--flow", &dir])));
        let definition = self.dir.join("definition.asl.yaml").display().to_string();
        Some(format!("Next: edit {definition}, then{}", commands.concat()))
    }
}
