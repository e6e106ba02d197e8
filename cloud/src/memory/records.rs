//! What the account stores of logs, metrics and permissions.

use std::collections::{BTreeMap, BTreeSet};

use crate::LogEvent;

/// An event of a log group.
pub(super) struct LogRecord {
    pub(super) group: String,
    pub(super) event: LogEvent,
    /// How many more queries it takes until the event arrives.
    pub(super) delay: usize,
    pub(super) arrived: bool,
}

/// One measured value.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Measurement {
    pub(super) region: String,
    pub(super) metric: String,
    /// The value of the metric's one dimension.
    pub(super) dimension: String,
    pub(super) at: i64,
    pub(super) value: f64,
}

/// The state of the policy simulator.
#[derive(Debug, Default)]
pub(super) struct PolicySimulator {
    /// Denied actions.
    pub(super) denied: BTreeSet<String>,
    /// Actions that are allowed only with a value of a condition key.
    pub(super) conditional: BTreeMap<String, (String, String)>,
    /// The managed policies.
    pub(super) policies: BTreeSet<String>,
    /// Condition keys that denials depend on.
    pub(super) conditions: Vec<String>,
    /// Every principal that was simulated.
    pub(super) principals: BTreeSet<String>,
}
