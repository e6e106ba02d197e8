//! The health of a flow, as text.

use super::Reader;
use super::style::{DIM, ERROR, SUCCESS, WARNING, styled};
use crate::doctor::end_of_support;
use crate::health::{
    ANSWERED, Health, LifetimeInvocations, MESSAGE_AGE, Machine, Measure, Probe, Traffic,
};
use cloud::Function;

/// The width of the column of part names.
const WIDTH: usize = 13;

/// One line for each part, then a table of the traffic.
pub fn health(health: &Health, reader: &Reader<'_>) -> String {
    let part = |name: &str, what: &str| format!("{name:<WIDTH$}  {what}");
    let mut lines = vec![
        part("function", &known(&health.function, |found| function(found.as_ref()))),
        part("state machine", &known(&health.machine, |found| machine(*found, reader))),
        part("invoked", &known(&health.ever_invoked, |found| ever(found.as_ref(), reader))),
    ];
    lines.extend(health.table.as_ref().map(|name| part("table", name)));
    lines.extend(health.bucket.as_ref().map(|name| part("artifacts", name)));
    lines.push(styled(WARNING, &end_of_support::sentence((reader.clock)())));
    lines.push(String::new());
    match &health.traffic {
        Probe::Known(traffic) => lines.extend(passed(traffic)),
        unknown => lines.push(part("traffic", &known(unknown, |_| String::new()))),
    }
    lines.join("\n")
}

/// The known value, or why it is unknown.
pub(super) fn known<T>(reading: &Probe<T>, tell: impl Fn(&T) -> String) -> String {
    match reading {
        Probe::Known(found) => tell(found),
        Probe::Unknown { needs: Some(permission), .. } => {
            styled(WARNING, &format!("could not tell (needs {permission})"))
        }
        Probe::Unknown { needs: None, could_not_tell } => {
            styled(WARNING, &format!("could not tell: {could_not_tell}"))
        }
    }
}

fn function(function: Option<&Function>) -> String {
    let Some(function) = function else { return styled(ERROR, "it does not exist any more") };
    let Function { state, architecture, last_update, .. } = function;
    let good = state == "Active" && last_update == "Successful";
    let text = format!("{state} ({architecture}), last update {last_update}");
    let mut text = styled(if good { SUCCESS } else { ERROR }, &text);
    for reason in function.state_reason.iter().chain(&function.last_update_reason) {
        text.push_str(&format!("; {reason}"));
    }
    text
}

fn machine(machine: Machine, reader: &Reader<'_>) -> String {
    match machine {
        Machine::AsDeployed => styled(SUCCESS, "as deployed"),
        Machine::Changed => {
            let plan = reader.next.code(&["plan"]);
            styled(WARNING, &format!("changed outside the stack; {plan} shows how"))
        }
        Machine::Gone => {
            let up = reader.next.code(&["up", "--revert-drift"]);
            styled(ERROR, &format!("it does not exist any more; {up} creates it again"))
        }
        Machine::NotComparable => {
            styled(WARNING, "could not tell: the deployed definition is no text")
        }
    }
}

fn ever(ever: Option<&LifetimeInvocations>, reader: &Reader<'_>) -> String {
    match ever {
        None => {
            let rule = reader.next.code(&["rule"]);
            let never = format!(
                "never in the last 15 months: no WorkMail rule has reached it; {rule} says how to make one"
            );
            styled(WARNING, &never)
        }
        Some(LifetimeInvocations { invocations, first_day, last_day }) => format!(
            "{invocations} times in the last 15 months, from {first_day} to {last_day}, by WorkMail or by hand"
        ),
    }
}

/// The table of the traffic.
fn passed(traffic: &Traffic) -> Vec<String> {
    let is_measured = |measure: &&Measure| measure.last_day.is_some();
    if !traffic.measures.iter().any(|measure| is_measured(&measure)) {
        return vec!["nothing passed in the last 24 hours".to_owned()];
    }
    let mut lines = vec![styled(DIM, &row("", "last hour", "last 24 h"))];
    lines.extend(traffic.measures.iter().map(|measure| {
        let (name, style) = title(measure.name);
        let value = |value: Option<f64>| formatted(measure.name, value);
        let line = row(name, &value(measure.last_hour), &value(measure.last_day));
        match style {
            Some(style) if measure.last_day.is_some_and(|value| value > 0.0) => {
                styled(style, &line)
            }
            _ => line,
        }
    }));
    if let Some(last) = traffic.last_verdict {
        lines.push(format!("the last verdict was given within five minutes of {last}"));
    } else if !traffic.measures.iter().any(|one| one.name == ANSWERED && is_measured(&one)) {
        lines.push(
            "no verdict was measured (--metrics off, or metrics are still on their way)".to_owned(),
        );
    }
    lines
}

fn row(name: &str, last_hour: &str, last_day: &str) -> String {
    format!("{name:<30} {last_hour:>10} {last_day:>10}")
}

/// The title of a metric, and its style unless it is zero.
fn title(name: &str) -> (&str, Option<anstyle::Style>) {
    match name {
        "invocations_failed" => ("  that gave no verdict", None),
        "invocations_throttled" => ("  that Lambda throttled", Some(WARNING)),
        "answered" => ("verdicts", None),
        "answered_by_policy" => ("  by --on-failure", Some(WARNING)),
        "pending" => ("not decided yet", None),
        "failed" => ("the execution had failed", Some(ERROR)),
        "invalid_verdict" => ("its output was no verdict", Some(ERROR)),
        "throttled" => ("throttled behind the function", Some(WARNING)),
        "error" => ("other errors", Some(ERROR)),
        MESSAGE_AGE => ("oldest message", None),
        "executions_failed" => ("executions that failed", Some(ERROR)),
        "executions_timed_out" => ("executions that timed out", Some(ERROR)),
        other => (other, None),
    }
}

fn formatted(name: &str, value: Option<f64>) -> String {
    match value {
        None => "-".to_owned(),
        Some(seconds) if name == MESSAGE_AGE => format!("{} s", seconds.round()),
        Some(count) => format!("{count}"),
    }
}
