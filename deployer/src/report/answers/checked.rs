//! `checked`: the summary of `check`, after its findings.

use serde::Serialize;

use crate::finding::Finding;
use crate::report::{self, Answer, Reader};

/// How many findings there are, and what was checked.
#[derive(Serialize)]
pub struct Checked<'a> {
    /// The number of errors.
    pub errors: usize,
    pub warnings: usize,
    checked: &'a [&'static str],
    unchecked: &'a [&'static str],
}

impl<'a> Checked<'a> {
    /// The answer about findings in what was checked; `unchecked` depends on something that has errors.
    pub fn of(
        findings: &[Finding],
        checked: &'a [&'static str],
        unchecked: &'a [&'static str],
    ) -> Self {
        let errors = findings.iter().filter(|finding| finding.is_error()).count();
        Self { errors, warnings: findings.len() - errors, checked, unchecked }
    }
}

impl Answer for Checked<'_> {
    const KIND: &'static str = "checked";

    fn text(&self, _: &Reader<'_>) -> Option<String> {
        Some(report::checked(self.checked, self.unchecked, self.errors, self.warnings))
    }
}
