//! The result of one test.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use serde_json::Value;

use super::Difference;
use super::flow_under_test::PreparedFlow;
use crate::trace::TimelineEvent;
use asl::{Covered, Event};

/// The result of one test.
#[derive(Debug, Serialize)]
pub struct TestResult {
    /// The file of the test.
    pub file: String,
    /// Its line, from 1.
    pub line: usize,
    /// Its column, from 1.
    pub column: usize,
    pub name: String,
    /// Whether everything is as expected.
    pub passed: bool,
    /// How long it took to run, in milliseconds.
    pub milliseconds: f64,
    /// The time in the simulation from the first invocation to the verdict, or to the last invocation if
    /// there was none.
    pub simulated_milliseconds: u64,
    /// How often WorkMail invoked the function.
    pub invocations: u32,
    /// The differences from the expectation.
    pub differences: Vec<Difference>,
    /// What happened, where the test failed.
    pub timeline: Vec<TimelineEvent>,
    /// The parts of the definition that the execution covers.
    #[serde(skip)]
    pub covered: BTreeSet<Covered>,
    /// The execution, if it is kept.
    #[serde(skip)]
    pub(super) played: Option<Played>,
}

/// An execution that was simulated.
#[derive(Debug)]
pub(super) struct Played {
    pub(super) prepared: Arc<PreparedFlow>,
    pub(super) execution_arn: String,
    pub(super) events: Vec<Event>,
    pub(super) moments: Vec<TimelineEvent>,
}

/// A time as a number of seconds.
pub(super) fn seconds_of(time: Duration) -> Value {
    Value::from(time.as_secs_f64())
}
