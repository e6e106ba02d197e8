//! `diagnosis`: how many checks of `doctor` had which result.

use serde::Serialize;

use crate::doctor::{Check, CheckResult};
use crate::report::style::{ERROR, SUCCESS, WARNING, styled};
use crate::report::summary::count;
use crate::report::{Answer, Reader};

#[derive(Serialize)]
pub struct Diagnosis {
    ok: usize,
    warnings: usize,
    errors: usize,
    could_not_tell: usize,
}

impl Diagnosis {
    pub fn of(checks: &[Check]) -> Self {
        let count =
            |result: CheckResult| checks.iter().filter(|check| check.outcome == result).count();
        Self {
            ok: count(CheckResult::Ok),
            warnings: count(CheckResult::Warning),
            errors: count(CheckResult::Error),
            could_not_tell: count(CheckResult::CouldNotTell),
        }
    }
}

impl Answer for Diagnosis {
    const KIND: &'static str = "diagnosis";

    fn text(&self, _: &Reader<'_>) -> Option<String> {
        let Self { ok, warnings, errors, could_not_tell } = *self;
        let style = match (errors, warnings) {
            (0, 0) => SUCCESS,
            (0, _) => WARNING,
            _ => ERROR,
        };
        let found = format!("{}, {}", count(warnings, "warning"), count(errors, "error"));
        let found = styled(style, &found);
        Some(format!("{ok} passed, {found}, {could_not_tell} unknown"))
    }
}
