//! `initialized`: a copy of a built-in flow.

use std::path::Path;

use serde::Serialize;

use crate::report::{Answer, Clock};

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

    fn text(&self, _: Clock) -> Option<String> {
        Some(self.files.join("\n"))
    }

    fn note(&self) -> Option<String> {
        let dir = self.dir.display();
        Some(format!(
            "Next: edit {dir}/definition.asl.yaml, then\n  deployer test --flow {dir}\n  deployer check --org-arn ARN --flow {dir}"
        ))
    }
}
