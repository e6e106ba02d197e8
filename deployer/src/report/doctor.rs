//! The checks of `deployer doctor`, one line each.

use super::style::{DIM, ERROR, SUCCESS, WARNING, styled};
use super::summary::count;
use crate::doctor::{Check, Outcome};

/// A check, and its hint on a separate line.
#[must_use]
pub fn check(check: &Check) -> Vec<String> {
    let (style, word) = match check.outcome {
        Outcome::Ok => (SUCCESS, "ok"),
        Outcome::Warning => (WARNING, "warning"),
        Outcome::Error => (ERROR, "error"),
        Outcome::CouldNotTell => (DIM, "could not tell"),
    };
    let word = styled(style, &format!("{word:<14}"));
    let line = format!("{word}  {}: {}", check.name, check.sentence);
    let hint = check.hint.iter().map(|hint| format!("{:16}hint: {hint}", ""));
    std::iter::once(line).chain(hint).collect()
}

/// The number of checks by result.
#[must_use]
pub fn diagnosis(ok: usize, warnings: usize, errors: usize, could_not_tell: usize) -> String {
    let style = match (errors, warnings) {
        (0, 0) => SUCCESS,
        (0, _) => WARNING,
        _ => ERROR,
    };
    let found = format!("{}, {}", count(errors, "error"), count(warnings, "warning"));
    format!("{}; {ok} ok, {could_not_tell} could not be told", styled(style, &found))
}
