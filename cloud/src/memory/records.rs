//! What the account stores of logs, metrics and permissions.

use std::collections::BTreeSet;

use crate::LogEvent;

/// An event of a log group.
pub(super) struct LogRecord {
    pub(super) group: String,
    pub(super) event: LogEvent,
    /// How many looks it still takes until the event has arrived.
    pub(super) delay: usize,
    pub(super) arrived: bool,
}

/// One value that was measured.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Measurement {
    pub(super) region: String,
    pub(super) metric: String,
    /// The value of the metric's one dimension.
    pub(super) dimension: String,
    pub(super) at: i64,
    pub(super) value: f64,
}

/// What a test has said about permissions.
#[derive(Debug, Default)]
pub(super) struct PolicySimulator {
    /// Actions that are not allowed.
    pub(super) denied: BTreeSet<String>,
    /// Keys that conditions ask for.
    pub(super) conditions: Vec<String>,
    /// Every principal that was asked about.
    pub(super) principals: BTreeSet<String>,
}
