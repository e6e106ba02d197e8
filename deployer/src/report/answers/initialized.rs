//! `initialized`: a copy of a built-in flow.

use std::path::Path;

use jiff::Timestamp;
use serde::Serialize;

use crate::report::Answer;

/// The copied files.
#[derive(Serialize)]
pub struct Initialized<'a> {
    /// The built-in flow.
    pub from: &'static str,
    /// The paths.
    pub files: Vec<String>,
    /// The folder.
    #[serde(skip)]
    pub dir: &'a Path,
}

impl Answer for Initialized<'_> {
    const KIND: &'static str = "initialized";

    fn text(&self, _: fn() -> Timestamp) -> Option<String> {
        Some(self.files.join("\n"))
    }

    fn note(&self) -> Option<String> {
        let dir = self.dir.display();
        Some(format!(
            "Next: edit {dir}/definition.asl.yaml, then\n  deployer test --flow {dir}\n  deployer check --org-arn ARN --flow {dir}"
        ))
    }
}
