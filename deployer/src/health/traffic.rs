//! The traffic, from the metrics of the handler, Lambda and Step Functions.

use handler::actions::verdict::ActionType;
use handler::metrics::{Kind, NAMESPACE};
use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use serde::Serialize;

use cloud::{Cloud, CloudError, Point, Series, Statistic, Window};

/// The period of the data points within a day, in seconds. CloudWatch retains them for 63 days.
const PERIOD: i32 = 300;

/// A day in seconds. CloudWatch aligns periods of this length to midnight UTC.
const DAY: i32 = 86_400;

/// For how many days CloudWatch retains data points, with a period of an hour or more.
/// Source: Amazon CloudWatch user guide, "Metrics retention" (455 days, 15 months).
const RETENTION_DAYS: i64 = 455;

/// The metrics of the last hour (to five minutes) and of the last 24 hours.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Traffic {
    pub measures: Vec<Measure>,
    /// When the last verdict of these 24 hours was given, to five minutes.
    pub last_verdict: Option<Timestamp>,
}

/// A metric in both windows; `None` if there are no data points.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Measure {
    /// The name in the report.
    pub name: &'static str,
    /// The sum or the maximum of the last hour.
    pub last_hour: Option<f64>,
    /// The same for the last 24 hours.
    pub last_day: Option<f64>,
}

/// The invocations of a function that was ever invoked.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LifetimeInvocations {
    /// The number of invocations in the last 15 months, by any caller.
    pub invocations: f64,
    /// The first day with an invocation, in UTC.
    pub first_day: Date,
    /// The last day with an invocation, in UTC.
    pub last_day: Date,
}

/// The maximum age of a message, in seconds since its first invocation.
pub const MESSAGE_AGE: &str = "message_age_seconds";

/// Verdicts, for any reason.
pub const ANSWERED: &str = "answered";

/// Executions of a flow that decides nothing: under an asynchronous rule.
pub const STARTED: &str = "started";

/// Verdicts by the type of their actions: the name in the report, and the type.
pub const BY_TYPE: [(&str, ActionType); 5] = [
    ("answered_default", ActionType::Default),
    ("answered_bypass_spam_check", ActionType::BypassSpamCheck),
    ("answered_move_to_junk", ActionType::MoveToJunk),
    ("answered_bounce", ActionType::Bounce),
    ("answered_drop", ActionType::Drop),
];

/// All metrics, with their names in the report.
fn metrics(function: &str, machine: &str) -> Vec<(&'static str, Series)> {
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
    let mut metrics = vec![
        ("invocations", lambda("Invocations")),
        ("invocations_failed", lambda("Errors")),
        ("invocations_throttled", lambda("Throttles")),
        (ANSWERED, ours(Kind::Answered.as_str())),
    ];
    metrics.extend(BY_TYPE.map(|(name, action)| (name, ours(action.as_str()))));
    metrics.extend([
        ("answered_by_policy", ours("ByPolicy")),
        (STARTED, ours(Kind::Started.as_str())),
        ("pending", ours(Kind::Pending.as_str())),
        ("failed", ours(Kind::Failed.as_str())),
        ("invalid_verdict", ours(Kind::InvalidVerdict.as_str())),
        ("throttled", ours(Kind::Throttled.as_str())),
        ("error", ours(Kind::Error.as_str())),
        (MESSAGE_AGE, age),
        ("executions_failed", states("ExecutionsFailed")),
        ("executions_timed_out", states("ExecutionsTimedOut")),
    ]);
    metrics
}

/// Reads the last day, in one request.
pub(super) async fn read(
    cloud: &Cloud,
    function: &str,
    machine: &str,
    now: Timestamp,
) -> Result<Traffic, CloudError> {
    let metrics = metrics(function, machine);
    let series: Vec<Series> = metrics.iter().map(|(_, series)| series.clone()).collect();
    let hour_ago = before(now, SignedDuration::from_hours(1));
    let window = Window {
        start: before(now, SignedDuration::from_hours(24)),
        end: now,
        period_seconds: PERIOD,
    };
    let points = cloud.metrics.points(&series, window).await?;
    let measured = metrics.iter().zip(&points).map(|((name, series), points)| Measure {
        name,
        last_hour: aggregate(points.iter().filter(|point| point.at >= hour_ago), series.statistic),
        last_day: aggregate(points.iter(), series.statistic),
    });
    let verdicts = metrics.iter().zip(&points).find(|((name, _), _)| *name == ANSWERED);
    let last_verdict = verdicts.and_then(|(_, points)| points.iter().rfind(|p| p.value > 0.0));
    let last_verdict = last_verdict.map(|point| point.at);
    let mut measures: Vec<Measure> = measured.collect();
    add_zeros(&mut measures);
    Ok(Traffic { measures, last_verdict })
}

/// A type of verdict that was not given has no data. It counts as zero if another type was counted,
/// because then the handler counts types.
fn add_zeros(measures: &mut [Measure]) {
    let is_type = |measure: &Measure| BY_TYPE.iter().any(|(name, _)| *name == measure.name);
    let counted = |value: fn(&Measure) -> Option<f64>| {
        measures.iter().any(|one| is_type(one) && value(one).is_some())
    };
    let (hour, day) = (counted(|one| one.last_hour), counted(|one| one.last_day));
    for measure in measures.iter_mut().filter(|measure| is_type(measure)) {
        measure.last_hour = measure.last_hour.or(hour.then_some(0.0));
        measure.last_day = measure.last_day.or(day.then_some(0.0));
    }
}

/// Reads whether the function was ever invoked. Invocations by WorkMail cannot be distinguished
/// from others.
pub(super) async fn ever(
    cloud: &Cloud,
    function: &str,
    now: Timestamp,
) -> Result<Option<LifetimeInvocations>, CloudError> {
    let start = before(now, SignedDuration::from_hours(RETENTION_DAYS * 24));
    let points =
        invocations(cloud, function, Window { start, end: now, period_seconds: DAY }).await?;
    let mut days = points.iter().filter(|point| point.value > 0.0);
    let Some(first) = days.next() else { return Ok(None) };
    let last = days.next_back().unwrap_or(first);
    let day = |point: &Point| point.at.to_zoned(TimeZone::UTC).date();
    let invocations = points.iter().map(|point| point.value).sum();
    Ok(Some(LifetimeInvocations { invocations, first_day: day(first), last_day: day(last) }))
}

/// The number of invocations in the last 24 hours, by any caller.
pub(super) async fn invocations_of_a_day(
    cloud: &Cloud,
    function: &str,
    now: Timestamp,
) -> Result<f64, CloudError> {
    let start = before(now, SignedDuration::from_hours(24));
    let window = Window { start, end: now, period_seconds: PERIOD };
    let points = invocations(cloud, function, window).await?;
    // The sum of an empty list of floats is -0.
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

fn aggregate<'a>(points: impl Iterator<Item = &'a Point>, statistic: Statistic) -> Option<f64> {
    points.map(|point| point.value).reduce(|total, value| match statistic {
        Statistic::Sum => total + value,
        Statistic::Maximum => total.max(value),
    })
}

/// The instant `span` before `now`; the minimum if there is no such instant.
fn before(now: Timestamp, span: SignedDuration) -> Timestamp {
    now.checked_sub(span).unwrap_or(Timestamp::MIN)
}
