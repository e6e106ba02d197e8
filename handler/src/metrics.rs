//! The metrics of an invocation, in CloudWatch's embedded metric format.
//!
//! The record is part of the log line: CloudWatch extracts metrics from every JSON line that has
//! the member `_aws`, so they need no request and no second line. The only dimension is the name of
//! the function, so that the number of metrics of a stack does not depend on the number of
//! messages.
//!
//! The verdict is counted by the types of its actions: a message that is bounced for one recipient
//! and delivered to the others counts once for `BOUNCE` and once for `DEFAULT`, whatever the number
//! of recipients. A message that was answered before is not counted again ([`answered`]).
//!
//! [`answered`]: crate::answered
//!
//! Source of the format: Amazon CloudWatch user guide, "Specification: Embedded metric format".

use std::time::Duration;

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::json;

use crate::error::InvocationError;
use crate::phases::Phase;
use crate::rule::Rule;
use crate::ses::bounce::NOT_SENT;
use crate::ses::respond::INEXPRESSIBLE;
use crate::trace::{Path, Trace};

/// The namespace of the metrics.
pub const NAMESPACE: &str = "MessageFlow";

/// The only dimension.
const DIMENSION: &str = "FunctionName";

/// How an invocation ended. Every invocation has exactly one kind, so the sum of the kinds is the
/// number of invocations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// With a verdict, from the state machine or by policy.
    Answered,
    /// Without a verdict: the execution exists, and the rule is asynchronous.
    Started,
    /// The message was read and delivered, and nothing was started.
    Observed,
    /// The execution has not decided yet.
    Pending,
    /// The execution ended without success, and no policy answered.
    Failed,
    /// The output is not a verdict, and no policy answered.
    InvalidVerdict,
    /// AWS rejected a request because there were too many requests or open executions.
    Throttled,
    /// Any other error.
    Error,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 8] = [
        Self::Answered,
        Self::Started,
        Self::Observed,
        Self::Pending,
        Self::Failed,
        Self::InvalidVerdict,
        Self::Throttled,
        Self::Error,
    ];

    /// The kind of an invocation that ended with this error, or with an answer.
    #[must_use]
    pub fn of(trace: &Trace, error: Option<&InvocationError>) -> Self {
        match error {
            None if trace.observed => Self::Observed,
            None => match trace.rule {
                Rule::Synchronous => Self::Answered,
                Rule::Asynchronous => Self::Started,
            },
            Some(InvocationError::NotReady) => Self::Pending,
            Some(InvocationError::ExecutionFailed { .. }) => Self::Failed,
            Some(InvocationError::InvalidVerdict { .. }) => Self::InvalidVerdict,
            Some(error) if error.is_throttling() => Self::Throttled,
            Some(_) => Self::Error,
        }
    }

    /// The name of the metric.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Answered => "Answered",
            Self::Started => "Started",
            Self::Observed => "Observed",
            Self::Pending => "Pending",
            Self::Failed => "Failed",
            Self::InvalidVerdict => "InvalidVerdict",
            Self::Throttled => "Throttled",
            Self::Error => "Error",
        }
    }
}

/// The metrics of one invocation.
#[derive(Debug, Clone, PartialEq)]
pub struct Record<'a> {
    function_name: &'a str,
    /// Milliseconds since 1970.
    timestamp: i64,
    metrics: Vec<Metric>,
}

#[derive(Debug, Clone, PartialEq)]
struct Metric {
    name: &'static str,
    unit: &'static str,
    value: f64,
}

/// The function that the metrics belong to, and their time.
#[derive(Debug, Clone, Copy)]
pub struct Measured<'a> {
    /// The function that was invoked.
    pub function_name: &'a str,
    /// The end of the invocation, in milliseconds since 1970.
    pub epoch_milliseconds: i64,
}

impl<'a> Record<'a> {
    /// Composes the metrics of one invocation.
    #[must_use]
    pub fn new(measured: Measured<'a>, trace: &Trace, error: Option<&InvocationError>) -> Self {
        let count = |name, value| Metric { name, unit: "Count", value };
        let mut metrics = vec![count(Kind::of(trace, error).as_str(), 1.0)];
        // Named as the mail system names the type of the action. A metric that never has a data point
        // does not exist and costs nothing, so the zeros are left out.
        if !trace.repeated {
            metrics.extend(trace.actions.iter().map(|action| count(action, 1.0)));
        }
        if trace.policy.is_some() {
            metrics.push(count("ByPolicy", 1.0));
        }
        if trace.fell_back.is_some() {
            metrics.push(count("FellBack", 1.0));
        }
        let has = |codes: &[&str]| trace.findings.iter().any(|one| codes.contains(&one.code));
        if has(&[NOT_SENT]) {
            metrics.push(count("BounceNotSent", 1.0));
        }
        if has(&INEXPRESSIBLE) {
            metrics.push(count("NotExpressible", 1.0));
        }
        if let Some(path) = trace.path {
            metrics.push(count("Retries", if path == Path::First { 0.0 } else { 1.0 }));
        }
        metrics.extend(trace.claimed_at.map(|claimed_at| Metric {
            name: "MessageAge",
            unit: "Seconds",
            value: seconds_since(claimed_at, measured.epoch_milliseconds),
        }));
        metrics.extend(Phase::ALL.into_iter().filter_map(|phase| {
            let spent = trace.phases.spent(phase)?;
            Some(Metric { name: time_of(phase), unit: "Milliseconds", value: milliseconds(spent) })
        }));
        Self {
            function_name: measured.function_name,
            timestamp: measured.epoch_milliseconds,
            metrics,
        }
    }
}

fn time_of(phase: Phase) -> &'static str {
    match phase {
        Phase::Claim => "ClaimTime",
        Phase::Start => "StartTime",
        Phase::Wait => "WaitTime",
        Phase::Record => "RecordTime",
    }
}

/// Rounded to the microsecond: more digits carry no information and cost money.
fn milliseconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1e6).round() / 1e3
}

/// Never negative, although the clocks of two processes can differ.
#[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 fit 52 bits for long")]
fn seconds_since(claimed_at: i64, epoch_milliseconds: i64) -> f64 {
    (epoch_milliseconds.saturating_sub(claimed_at.saturating_mul(1000)).max(0) as f64) / 1000.0
}

impl Serialize for Record<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let described: Vec<_> = self
            .metrics
            .iter()
            .map(|metric| json!({ "Name": metric.name, "Unit": metric.unit }))
            .collect();
        let directive = json!({
            "Timestamp": self.timestamp,
            "CloudWatchMetrics": [
                { "Namespace": NAMESPACE, "Dimensions": [[DIMENSION]], "Metrics": described },
            ],
        });
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("_aws", &directive)?;
        map.serialize_entry(DIMENSION, self.function_name)?;
        for metric in &self.metrics {
            map.serialize_entry(metric.name, &metric.value)?;
        }
        map.end()
    }
}
