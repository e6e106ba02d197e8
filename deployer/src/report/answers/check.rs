//! `check`: a check of `doctor`.

use crate::doctor::{Check, CheckResult};
use crate::host::harmless::printable;
use crate::report::style::{DIM, ERROR, SUCCESS, WARNING, styled};
use crate::report::{Answer, Reader};

impl Answer for Check {
    const KIND: &'static str = "check";

    /// The check, and on a line of its own what to do about it.
    fn text(&self, _: &Reader<'_>) -> Option<String> {
        let (style, word) = match self.outcome {
            CheckResult::Ok => (SUCCESS, "ok"),
            CheckResult::Warning => (WARNING, "warning"),
            CheckResult::Error => (ERROR, "error"),
            CheckResult::CouldNotTell => (DIM, "unknown"),
        };
        let word = styled(style, &format!("{word:<7}"));
        let mut text = format!("{word}  {}: {}", printable(self.name), printable(&self.sentence));
        if let Some(hint) = &self.hint {
            text.push_str(&format!("\n{:9}hint: {}", "", printable(hint)));
        }
        Some(text)
    }
}
