//! `changed`: the files that were saved, so that `local --watch` runs again.

use std::path::PathBuf;

use jiff::Timestamp;
use serde::Serialize;

use crate::report::{self, Answer, Reader};

/// The saved files, and when that was noticed.
#[derive(Serialize)]
pub struct Changed<'a> {
    files: &'a [PathBuf],
    #[serde(skip)]
    at: Timestamp,
}

impl<'a> Changed<'a> {
    pub fn new(files: &'a [PathBuf], at: Timestamp) -> Self {
        Self { files, at }
    }
}

impl Answer for Changed<'_> {
    const KIND: &'static str = "changed";

    fn note(&self, reader: &Reader<'_>) -> Option<String> {
        Some(report::changed(self.files, self.at, &reader.zone))
    }
}
