//! The health of a flow, as text.

use super::Reader;
use super::local_time::moment;
use super::style::{DIM, ERROR, SUCCESS, WARNING, styled};
use crate::doctor::end_of_support;
use crate::explain::other_code::finding;
use crate::health::{
    ANSWERED, BY_TYPE, Code, FlowFunctionHealth, Health, Hearing, LifetimeInvocations, MESSAGE_AGE,
    Machine, Measure, Probe, STARTED, Topic, Traffic,
};
use crate::host::harmless::printable;
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
    match &health.functions {
        Probe::Known(functions) => {
            lines.extend(
                functions.iter().map(|one| part("flow function", &flow_function(one, reader))),
            );
        }
        unknown => lines.push(part("flow function", &known(unknown, |_| String::new()))),
    }
    match &health.topics {
        Probe::Known(topics) => lines.extend(topics.iter().map(|one| part("topic", &topic(one)))),
        unknown => lines.push(part("topic", &known(unknown, |_| String::new()))),
    }
    if let Some(Code::Changed { other }) = &health.code {
        let found = finding(other, reader.next);
        let fix = found.fix.unwrap_or_default();
        lines.insert(1, part("code", &styled(ERROR, &format!("{}; {fix}", found.sentence))));
    }
    lines.extend(health.table.as_ref().map(|name| part("table", name)));
    lines.extend(health.bucket.as_ref().map(|name| part("artifacts", name)));
    lines.push(styled(WARNING, &end_of_support::sentence((reader.clock)())));
    lines.push(String::new());
    match &health.traffic {
        Probe::Known(traffic) => lines.extend(passed(traffic, reader)),
        unknown => lines.push(part("traffic", &known(unknown, |_| String::new()))),
    }
    lines.join("\n")
}

/// The known value, or why it is unknown.
pub(super) fn known<T>(reading: &Probe<T>, tell: impl Fn(&T) -> String) -> String {
    match reading {
        Probe::Known(found) => tell(found),
        Probe::Unknown { needs: Some(permission), .. } => {
            styled(WARNING, &format!("unknown (needs {permission})"))
        }
        Probe::Unknown { needs: None, could_not_tell } => {
            styled(WARNING, &format!("unknown: {could_not_tell}"))
        }
    }
}

fn function(function: Option<&Function>) -> String {
    let Some(function) = function else { return styled(ERROR, "it no longer exists") };
    let Function { state, architecture, last_update, .. } = function;
    let good = state == "Active" && last_update == "Successful";
    let text = format!("{state} ({architecture}), last update {last_update}");
    let mut text = styled(if good { SUCCESS } else { ERROR }, &text);
    for reason in function.state_reason.iter().chain(&function.last_update_reason) {
        text.push_str(&format!("; {}", printable(reason)));
    }
    text
}

fn flow_function(one: &FlowFunctionHealth, reader: &Reader<'_>) -> String {
    let mut text = format!("{}: {}", one.name, function(one.function.as_ref()));
    if let Some(Code::Changed { other }) = &one.code {
        let found = finding(other, reader.next);
        let fix = found.fix.unwrap_or_default();
        text.push_str(&format!("; {}", styled(ERROR, &format!("{}; {fix}", found.sentence))));
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
            styled(ERROR, &format!("it no longer exists; {up} creates it again"))
        }
        Machine::NotComparable => styled(WARNING, "unknown: the deployed definition is not a text"),
    }
}

fn topic(topic: &Topic) -> String {
    let how = known(&topic.subscriptions, |found| {
        let Hearing { sentence, deaf, lost } = Hearing::of(found.as_ref());
        match (deaf, lost) {
            (true, _) => styled(ERROR, &sentence),
            (false, true) => styled(WARNING, &sentence),
            (false, false) => styled(SUCCESS, &sentence),
        }
    });
    format!("{}: {how}", printable(topic.name()))
}

fn ever(ever: Option<&LifetimeInvocations>, reader: &Reader<'_>) -> String {
    match ever {
        None => {
            let rule = reader.next.code(&["rule"]);
            let not_yet = format!(
                "not yet, according to CloudWatch, which is some minutes behind; {rule} prints the steps for \
                 the WorkMail rule"
            );
            styled(WARNING, &not_yet)
        }
        Some(LifetimeInvocations { invocations, first_day, last_day }) => {
            let times = if *invocations > 1.0 { "times" } else { "time" };
            format!(
                "{invocations} {times} in the last 15 months, from {first_day} to {last_day} (UTC), by WorkMail \
                 or by hand"
            )
        }
    }
}

/// The table of the traffic.
fn passed(traffic: &Traffic, reader: &Reader<'_>) -> Vec<String> {
    let is_measured = |measure: &&Measure| measure.last_day.is_some();
    if !traffic.measures.iter().any(|measure| is_measured(&measure)) {
        let nothing =
            "no message of the last 24 hours is measured yet; CloudWatch is some minutes behind";
        return vec![nothing.to_owned()];
    }
    let mut lines = vec![styled(DIM, &row("", "last hour", "last 24 h"))];
    // Only a flow with an asynchronous rule has this measure.
    let is_shown = |measure: &&Measure| measure.name != STARTED || is_measured(measure);
    lines.extend(traffic.measures.iter().filter(is_shown).map(|measure| {
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
        let last = moment(last, &reader.zone);
        lines.push(format!("the last verdict was given in the five minutes from {last} on"));
    } else if !traffic
        .measures
        .iter()
        .any(|one| [ANSWERED, STARTED].contains(&one.name) && is_measured(&one))
    {
        lines.push(
            "no verdict is measured yet: CloudWatch is some minutes behind, or --metrics is off"
                .to_owned(),
        );
    }
    let is_type = |one: &Measure| BY_TYPE.iter().any(|(name, _)| *name == one.name);
    let mut types = traffic.measures.iter().filter(|one| is_type(one));
    if traffic.last_verdict.is_some() && !types.any(|one| is_measured(&one)) {
        let up = reader.next.code(&["up"]);
        lines.push(format!(
            "the handler does not count verdicts by type yet: it does once {up} has installed the current one"
        ));
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
        "answered_default" => ("  DEFAULT (delivered)", None),
        "answered_bypass_spam_check" => ("  BYPASS_SPAM_CHECK (inbox)", None),
        "answered_move_to_junk" => ("  MOVE_TO_JUNK (junk folder)", None),
        "answered_bounce" => ("  BOUNCE", None),
        "answered_drop" => ("  DROP", None),
        "answered_by_policy" => ("  by --on-failure", Some(WARNING)),
        "started" => ("started, without a verdict", None),
        "pending" => ("not decided yet", None),
        "failed" => ("the execution had failed", Some(ERROR)),
        "invalid_verdict" => ("its output was not a verdict", Some(ERROR)),
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
