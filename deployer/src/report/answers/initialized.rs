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

    fn note(&self, reader: &Reader<'_>) -> Option<String> {
        let dir = self.dir.display().to_string();
        let test = reader.next.line(&["test", "--flow", &dir]);
        let check = reader.next.line(&["check", "--org-arn", "ARN", "--flow", &dir]);
        let definition = self.dir.join("definition.asl.yaml");
        Some(format!("Next: edit {}, then\n  {test}\n  {check}", definition.display()))
    }
}
