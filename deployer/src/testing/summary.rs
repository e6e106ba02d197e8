//! The result of all tests.

use std::collections::BTreeSet;

use serde::Serialize;

use super::{OnlineComparison, TestRun};

/// The result of all tests.
#[derive(Debug, Serialize)]
pub struct TestSummary {
    /// The flow: its name, folder or definition file, as it was named.
    pub flow: String,
    /// How many files the tests are in.
    pub files: usize,
    /// How many tests were run.
    pub tests: usize,
    /// How many of them passed.
    pub passed: usize,
    /// How many of them failed.
    pub failed: usize,
    /// How long it took to run them all, in milliseconds.
    pub milliseconds: f64,
    /// What Step Functions says, if it was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step_functions: Option<OnlineComparison>,
}

impl TestSummary {
    pub fn of(run: &TestRun, flow: String, step_functions: Option<OnlineComparison>) -> Self {
        let files: BTreeSet<&str> = run.results.iter().map(|result| result.file.as_str()).collect();
        let passed = run.results.iter().filter(|result| result.passed).count();
        let tests = run.results.len();
        let milliseconds = run.milliseconds;
        Self {
            flow,
            files: files.len(),
            tests,
            passed,
            failed: tests - passed,
            milliseconds,
            step_functions,
        }
    }
}
