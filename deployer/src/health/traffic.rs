//! What passed: the handler's own metrics, Lambda's and Step Functions'.

use handler::metrics::{Kind, NAMESPACE};
use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use serde::Serialize;

use cloud::{Cloud, CloudError, Point, Series, Statistic, Window};

/// The pieces in which a day is read, in seconds. CloudWatch keeps them for 63 days.
const PIECE: i32 = 300;

/// A day in seconds; CloudWatch begins pieces of this length at midnight, UTC.
const DAY: i32 = 86_400;

/// For so many days CloudWatch keeps anything, in pieces of an hour or more.
/// Source: Amazon CloudWatch user guide, "Metrics retention" (455 days, 15 months).
const KEPT_DAYS: i64 = 455;

/// What was measured in the last hour, to five minutes, and in the last 24.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Traffic {
    /// Each metric.
    pub measures: Vec<Measure>,
    /// When a verdict was given last, in these 24 hours, to five minutes.
    pub last_verdict: Option<Timestamp>,
}

/// A metric in both windows; `None` where nothing was measured.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Measure {
    /// Its name here.
    pub name: &'static str,
    /// The last hour's sum, or its greatest value.
    pub last_hour: Option<f64>,
    /// The same of the last 24 hours.
    pub last_day: Option<f64>,
}

/// That a function was invoked.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LifetimeInvocations {
    /// How often in the last 15 months, by whomever.
    pub invocations: f64,
    /// The first day of these, in UTC.
    pub first_day: Date,
    /// The last day, in UTC.
    pub last_day: Date,
}

/// The greatest age of a message, in seconds since its first invocation.
pub const MESSAGE_AGE: &str = "message_age_seconds";

/// Verdicts, by whomever.
pub const ANSWERED: &str = "answered";

/// The metrics, with their names here.
fn all(function: &str, machine: &str) -> Vec<(&'static str, Series)> {
    let sum = Statistic::Sum;
    let of = |namespace, metric, dimension, value: &str, statistic| Series {
        namespace,
        metric,
        dimension: (dimension, value.to_owned()),
        statistic,
    };
    let lambda = |metric| of("AWS/Lambda", metric, "FunctionName", function, sum);
    let ours = |metric| of(NAMESPACE, metric, "FunctionName", function, sum);
    let states = |metric| of("AWS/States", metric, "StateMachineArn", machine, sum);
    let age = of(NAMESPACE, "MessageAge", "FunctionName", function, Statistic::Maximum);
    vec![
        ("invocations", lambda("Invocations")),
        ("invocations_failed", lambda("Errors")),
        ("invocations_throttled", lambda("Throttles")),
        (ANSWERED, ours(Kind::Answered.as_str())),
        ("answered_by_policy", ours("ByPolicy")),
        ("pending", ours(Kind::Pending.as_str())),
        ("failed", ours(Kind::Failed.as_str())),
        ("invalid_verdict", ours(Kind::InvalidVerdict.as_str())),
        ("throttled", ours(Kind::Throttled.as_str())),
        ("error", ours(Kind::Error.as_str())),
        (MESSAGE_AGE, age),
        ("executions_failed", states("ExecutionsFailed")),
        ("executions_timed_out", states("ExecutionsTimedOut")),
    ]
}

/// Reads the last day, in one request.
pub(super) async fn read(
    cloud: &Cloud,
    function: &str,
    machine: &str,
    now: Timestamp,
) -> Result<Traffic, CloudError> {
    let all = all(function, machine);
    let series: Vec<Series> = all.iter().map(|(_, series)| series.clone()).collect();
    let hour_ago = before(now, SignedDuration::from_hours(1));
    let window = Window {
        start: before(now, SignedDuration::from_hours(24)),
        end: now,
        period_seconds: PIECE,
    };
    let points = cloud.metrics.points(&series, window).await?;
    let measures = all.iter().zip(&points).map(|((name, series), points)| Measure {
        name,
        last_hour: taken(points.iter().filter(|point| point.at >= hour_ago), series.statistic),
        last_day: taken(points.iter(), series.statistic),
    });
    let verdicts = all.iter().zip(&points).find(|((name, _), _)| *name == ANSWERED);
    let last_verdict = verdicts.and_then(|(_, points)| points.iter().rfind(|p| p.value > 0.0));
    let last_verdict = last_verdict.map(|point| point.at);
    Ok(Traffic { measures: measures.collect(), last_verdict })
}

/// Reads whether the function was ever invoked. Nothing tells WorkMail's invocations from others'.
pub(super) async fn ever(
    cloud: &Cloud,
    function: &str,
    now: Timestamp,
) -> Result<Option<LifetimeInvocations>, CloudError> {
    let start = before(now, SignedDuration::from_hours(KEPT_DAYS * 24));
    let points =
        invocations(cloud, function, Window { start, end: now, period_seconds: DAY }).await?;
    let mut days = points.iter().filter(|point| point.value > 0.0);
    let Some(first) = days.next() else { return Ok(None) };
    let last = days.next_back().unwrap_or(first);
    let day = |point: &Point| point.at.to_zoned(TimeZone::UTC).date();
    let invocations = points.iter().map(|point| point.value).sum();
    Ok(Some(LifetimeInvocations { invocations, first_day: day(first), last_day: day(last) }))
}

/// How often the function was invoked in the last 24 hours, by whomever.
pub(super) async fn invocations_of_a_day(
    cloud: &Cloud,
    function: &str,
    now: Timestamp,
) -> Result<f64, CloudError> {
    let start = before(now, SignedDuration::from_hours(24));
    let window = Window { start, end: now, period_seconds: PIECE };
    let points = invocations(cloud, function, window).await?;
    // A sum of no floats is -0.
    Ok(points.iter().fold(0.0, |sum, point| sum + point.value))
}

async fn invocations(
    cloud: &Cloud,
    function: &str,
    window: Window,
) -> Result<Vec<Point>, CloudError> {
    let series = Series {
        namespace: "AWS/Lambda",
        metric: "Invocations",
        dimension: ("FunctionName", function.to_owned()),
        statistic: Statistic::Sum,
    };
    Ok(cloud.metrics.points(&[series], window).await?.concat())
}

fn taken<'a>(points: impl Iterator<Item = &'a Point>, statistic: Statistic) -> Option<f64> {
    points.map(|point| point.value).reduce(|so_far, value| match statistic {
        Statistic::Sum => so_far + value,
        Statistic::Maximum => so_far.max(value),
    })
}

/// So long before `now`; the beginning of time where there is no such instant.
fn before(now: Timestamp, span: SignedDuration) -> Timestamp {
    now.checked_sub(span).unwrap_or(Timestamp::MIN)
}
