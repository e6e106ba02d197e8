//! `exported`: the files of an export.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Serialize;

use crate::finding::Finding;
use crate::plan::DesiredStack;
use crate::plan::export::Export;
use crate::report::{self, Answer, Reader};

/// The files, where the handler has to be uploaded, and what a pipeline does with them.
#[derive(Serialize)]
pub struct Exported<'a> {
    stack_name: &'a str,
    region: &'a str,
    bucket: &'a str,
    key: &'a str,
    /// The key of the zip archive of each function of the flow, by its file.
    functions: BTreeMap<String, &'a str>,
    files: Vec<String>,
    warnings: &'a [Finding],
    #[serde(skip)]
    pipeline: String,
}

impl<'a> Exported<'a> {
    /// The answer about an export in a folder.
    pub fn of(
        stack: &'a DesiredStack,
        export: &'a Export,
        folder: &Path,
        warnings: &'a [Finding],
    ) -> Self {
        let files = export.files.iter().map(|file| folder.join(&file.name).display().to_string());
        Self {
            stack_name: stack.name.as_str(),
            region: &stack.region,
            bucket: &export.bucket,
            key: export.codes.first().map_or("", |(_, key)| key),
            functions: export
                .codes
                .iter()
                .skip(1)
                .map(|(name, key)| (folder.join(name).display().to_string(), key.as_str()))
                .collect(),
            files: files.collect(),
            warnings,
            pipeline: report::pipeline(stack, export, folder),
        }
    }
}

impl Answer for Exported<'_> {
    const KIND: &'static str = "exported";

    fn text(&self, _: &Reader<'_>) -> Option<String> {
        Some(self.files.join("\n"))
    }

    fn is_data(&self) -> bool {
        true
    }

    fn note(&self, _: &Reader<'_>) -> Option<String> {
        Some(self.pipeline.clone())
    }
}
