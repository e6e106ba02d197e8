//! Checks whether the WorkMail rule is of the kind that the stack is set up for. No API shows the rule itself, but
//! Lambda counts asynchronous invocations.

use handler::rule::Rule;
use jiff::{SignedDuration, Timestamp};

use super::Check;
use crate::installation::{function_arn, lookup};
use crate::next_command::NextCommand;
use crate::plan::deployed_rule;
use cloud::{Cloud, CloudError, Series, Stack, Statistic, Window};

const NAME: &str = "rule";

/// How far back the invocations are counted.
const DAYS: i64 = 7;

/// How often the function was invoked.
struct Invocations {
    /// By any caller.
    all: f64,
    /// Those that Lambda queued first.
    asynchronous: f64,
}

/// The check of an installed flow; `None` if the stack has no function.
pub(super) async fn check(
    cloud: &Cloud,
    stack: &Stack,
    next: &NextCommand,
    now: Timestamp,
) -> Option<Check> {
    let function = function_arn(stack)?.rsplit(':').next()?;
    let template = match lookup::template(cloud, stack).await {
        Ok(template) => template,
        Err(error) => return Some(Check::refused(NAME, &error)),
    };
    Some(match invocations(cloud, function, now).await {
        Ok(invocations) => compared(deployed_rule(&template), &invocations, next),
        Err(error) => Check::refused(NAME, &error),
    })
}

/// Source: Lambda developer guide, "Types of metrics for Lambda functions".
async fn invocations(
    cloud: &Cloud,
    function: &str,
    now: Timestamp,
) -> Result<Invocations, CloudError> {
    let series = ["Invocations", "AsyncEventsReceived"].map(|metric| Series {
        namespace: "AWS/Lambda",
        metric,
        dimension: ("FunctionName", function.to_owned()),
        statistic: Statistic::Sum,
    });
    let start = now.checked_sub(SignedDuration::from_hours(24 * DAYS)).unwrap_or(Timestamp::MIN);
    let window = Window { start, end: now, period_seconds: 3600 };
    let points = cloud.metrics.points(&series, window).await?;
    let sum = |nth: usize| points.get(nth).into_iter().flatten().map(|point| point.value).sum();
    Ok(Invocations { all: sum(0), asynchronous: sum(1) })
}

fn compared(rule: Rule, invocations: &Invocations, next: &NextCommand) -> Check {
    let Invocations { all, asynchronous } = invocations;
    let steps = next.code(&["rule"]);
    if rule == Rule::Synchronous && *asynchronous > 0.0 {
        let sentence = format!(
            "in the last {DAYS} days, {asynchronous} messages came from a rule that waits for no verdict, so their \
             verdicts had no effect"
        );
        return Check::warning(NAME, sentence).hint(format!(
            "tick Run synchronously in the WorkMail rule ({steps} shows each step), or set \
             `rule: asynchronous` if the flow decides nothing"
        ));
    }
    if rule == Rule::Asynchronous && *all > 0.0 && *asynchronous == 0.0 {
        let sentence = format!(
            "the stack is set up for an asynchronous rule, but none of the {all} invocations of the last {DAYS} \
             days were asynchronous"
        );
        return Check::warning(NAME, sentence).hint(format!(
            "do not tick Run synchronously in the WorkMail rule: {steps} shows each step"
        ));
    }
    let seen = match *all > 0.0 {
        true => format!("the function was invoked {all} times in the last {DAYS} days"),
        false => format!("CloudWatch has no invocation of the last {DAYS} days (yet)"),
    };
    Check::ok(NAME, format!("the stack is set up for a rule that is {rule}; {seen}"))
}
