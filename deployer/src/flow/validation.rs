//! The results of a validation by Step Functions, as findings with their positions in the file.

use super::Definition;
use crate::document::pointer;
use crate::finding::Finding;
use cloud::{Diagnostic, Validation};

const CODE: &str = "step-functions";

impl Definition {
    /// The findings of a validation by Step Functions.
    pub fn findings(&self, validation: &Validation) -> Vec<Finding> {
        let mut findings: Vec<Finding> =
            validation.diagnostics.iter().map(|diagnostic| self.finding(diagnostic)).collect();
        if !validation.accepted && !findings.iter().any(Finding::is_error) {
            let sentence = "Step Functions rejects this definition without a reason";
            findings.push(Finding::error(CODE, "$", sentence));
        }
        if validation.truncated {
            let sentence = "Step Functions found more problems than it reports at once";
            findings.push(Finding::warning(CODE, "$", sentence));
        }
        self.locate(&mut findings);
        findings
    }

    fn finding(&self, diagnostic: &Diagnostic) -> Finding {
        let Diagnostic { error, code, message, location } = diagnostic;
        let location = location.as_deref().unwrap_or_default();
        let at = pointer::path(self.document(), location);
        let sentence = format!("{message} ({code})");
        if *error {
            Finding::error(CODE, at, sentence)
        } else {
            Finding::warning(CODE, at, sentence)
        }
    }
}
