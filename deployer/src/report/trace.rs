//! One message as text: its ids, its timeline and its outcome.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::local_time::moment;
use super::log_line::invocation_result;
use super::style::{BOLD, DIM, ERROR, WARNING, styled};
use super::verdict;
use crate::host::harmless::printable;
use crate::logs::InvocationLine;
use crate::trace::{AssignedBy, MessageOutcome, MessageRecord, TimelineEvent, TimelineEventKind};

/// Suffixes of Step Functions events that add nothing to the lines around them.
/// Source: Step Functions API reference, `HistoryEvent`.
const ROUTINE: [&str; 5] =
    ["Started", "Succeeded", "Submitted", "IterationAborted", "StateAborted"];

/// The whole report. `searched_from` is where the search of the log started.
pub fn trace(
    record: &MessageRecord,
    timeline: &[TimelineEvent],
    outcome: &MessageOutcome,
    searched_from: Timestamp,
    now: Timestamp,
    zone: &TimeZone,
) -> String {
    let mut text = heading(record, zone);
    text.extend(remarks(record, &moment(searched_from, zone)));
    text.push(String::new());
    let first = timeline.first().map_or(now, |event| event.at);
    let lines = timeline_lines(timeline, first);
    if !lines.is_empty() {
        text.extend(lines);
        text.push(String::new());
    }
    text.extend(verdict::lines(outcome, record, timeline, now));
    text.join("\n")
}

fn heading(record: &MessageRecord, zone: &TimeZone) -> Vec<String> {
    let mut text = Vec::new();
    if let Some(message) = record.message_id() {
        text.push(format!("message    {message}"));
    }
    text.push(format!("invocation {}", printable(&record.invocation_id)));
    if let Some(arn) = &record.execution_arn {
        text.push(format!("execution  {arn}"));
    }
    if let Some(claimed) = record.entry.as_ref().and_then(|entry| entry.claimed_at) {
        text.push(format!("claimed    {}", moment(claimed, zone)));
    }
    if let Some(state) = record.output_state() {
        text.push(format!("verdict of {}", printable(state)));
    }
    text
}

/// What is missing, and the possible reasons.
fn remarks(record: &MessageRecord, searched_from: &str) -> Vec<String> {
    let mut remarks = Vec::new();
    if record.entry.is_none() {
        remarks.push(
            "the deduplication table has no entry: entries expire when WorkMail no longer retries"
                .to_owned(),
        );
    }
    if record.lines.is_empty() {
        remarks.push(format!(
            "the log has no line about it yet since {searched_from}: lines arrive up to some minutes late; \
             --since searches further back, as far as logs are kept"
        ));
    }
    if record.history.is_none() {
        remarks.push(
            "there is no such execution: it was not started yet, was deleted with its state machine, or \
             closed more than 90 days ago"
                .to_owned(),
        );
    }
    remarks.into_iter().map(|remark| styled(WARNING, &remark)).collect()
}

/// A line of a timeline, and the lines below it that belong to it.
pub(super) struct Row {
    /// The time since the first event.
    pub(super) since: SignedDuration,
    /// What happened; indented by two spaces if it happened inside of the execution.
    pub(super) text: String,
}

impl Row {
    pub(super) fn line(&self) -> String {
        format!("{}  {}", offset(self.since), self.text)
    }
}

/// Every event with the time since the first one, as lines.
pub(super) fn timeline_lines(timeline: &[TimelineEvent], first: Timestamp) -> Vec<String> {
    timeline_rows(timeline, first).iter().map(Row::line).collect()
}

/// Every event with the time since the first one. A state that is left before anything else happens
/// takes one row.
pub(super) fn timeline_rows(timeline: &[TimelineEvent], first: Timestamp) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut rest = timeline.iter().peekable();
    while let Some(event) = rest.next() {
        let mut shown = line(&event.kind);
        if let (TimelineEventKind::Entered { state, input: None, .. }, Some(shown)) =
            (&event.kind, &mut shown)
            && let Some(after) = rest.peek().and_then(|next| left_after(&next.kind, state))
        {
            shown.push_str(&format!(", {}", seconds(after)));
            rest.next();
        }
        let Some(text) = shown else { continue };
        rows.push(Row { since: event.at.duration_since(first), text });
    }
    rows
}

fn left_after(kind: &TimelineEventKind, entered: &str) -> Option<i64> {
    match kind {
        TimelineEventKind::Left { state, milliseconds, .. } if state == entered => *milliseconds,
        _ => None,
    }
}

pub(super) fn offset(since: SignedDuration) -> String {
    format!("{:>12}", seconds(i64::try_from(since.as_millis()).unwrap_or(i64::MAX)))
}

pub(super) fn seconds(milliseconds: i64) -> String {
    format!("{}.{:03} s", milliseconds / 1000, milliseconds % 1000)
}

/// Who invokes the function, for the nth time.
fn asked(nth: usize, asynchronous: bool) -> String {
    match (nth, asynchronous) {
        (1, false) => "WorkMail invokes the function".to_owned(),
        (1, true) => "WorkMail invokes the function, and does not wait".to_owned(),
        (nth, false) => format!("WorkMail invokes it for the {} time", ordinal(nth)),
        (nth, true) => format!("Lambda invokes it for the {} time", ordinal(nth)),
    }
}

/// The text of an event; events inside the execution are indented.
fn line(event: &TimelineEventKind) -> Option<String> {
    let named = |state: &Option<String>| {
        state.as_ref().map(|state| format!("{} ", printable(state))).unwrap_or_default()
    };
    let error_of = |error: &Option<String>| {
        error.as_ref().map(|error| format!(": {}", printable(error))).unwrap_or_default()
    };
    Some(match event {
        TimelineEventKind::Asked { nth, asynchronous } => styled(BOLD, &asked(*nth, *asynchronous)),
        TimelineEventKind::Replied { line } => replied(line),
        TimelineEventKind::Started { input } => {
            format!("  the execution starts{}", content("input", input.as_deref()))
        }
        TimelineEventKind::Entered { state, kind, input } => {
            format!("  {} ({kind}){}", printable(state), content("input", input.as_deref()))
        }
        TimelineEventKind::Called { state, resource, attempt, input } => {
            let resource = resource.as_deref().unwrap_or("its task");
            let again = match attempt {
                1 => String::new(),
                attempt => styled(WARNING, &format!(", attempt {attempt}")),
            };
            let called = format!("  {}calls {}{again}", named(state), printable(resource));
            format!("{called}{}", content("input", input.as_deref()))
        }
        TimelineEventKind::Failed { state, kind, error, cause } => {
            let failed = format!("{}{kind}{}", named(state), error_of(error));
            format!("  {}{}", styled(ERROR, &failed), content("cause", cause.as_deref()))
        }
        TimelineEventKind::Left { state, milliseconds, output } => {
            let after = milliseconds.map(|after| format!(" after {}", seconds(after)));
            let left = format!("  {} is left{}", printable(state), after.unwrap_or_default());
            format!("{left}{}", content("output", output.as_deref()))
        }
        TimelineEventKind::Redriven => {
            format!("  {}", styled(WARNING, "the execution is redriven"))
        }
        TimelineEventKind::Ended { status, error, cause, output } => {
            let ended = format!("the execution ends {status}{}", error_of(error));
            let style = if status == "SUCCEEDED" { BOLD } else { ERROR };
            let (cause, output) =
                (content("cause", cause.as_deref()), content("output", output.as_deref()));
            format!("  {}{cause}{output}", styled(style, &ended))
        }
        TimelineEventKind::FunctionLogged { function, text } => {
            let mut lines = text.lines();
            let first = format!("    {function}: {}", printable(lines.next().unwrap_or_default()));
            let rest = lines.map(|line| format!("\n{:16}  {}", "", printable(line)));
            styled(DIM, &format!("{first}{}", rest.collect::<String>()))
        }
        TimelineEventKind::FunctionRan { .. } | TimelineEventKind::FunctionUnassigned { .. } => {
            format!("    {}", of_function(event))
        }
        TimelineEventKind::Other { kind }
            if ROUTINE.iter().any(|routine| kind.ends_with(routine)) =>
        {
            return None;
        }
        TimelineEventKind::Other { kind } => styled(DIM, &format!("  {kind}")),
    })
}

/// The handler's answer, or its failure, with the remarks of the log line below it.
fn replied(line: &InvocationLine) -> String {
    let style = if line.is_answer() || line.is_pending() { BOLD } else { ERROR };
    let mut shown = styled(style, &invocation_result(line));
    for remark in &line.remarks() {
        shown.push_str(&format!("\n{:16}{}", "", printable(remark)));
    }
    shown
}

/// What the log shows of a function, and how certain that is.
fn of_function(event: &TimelineEventKind) -> String {
    match event {
        TimelineEventKind::FunctionRan {
            function,
            request_id,
            assigned_by,
            lines,
            took,
            megabytes,
        } => {
            let took = took.map_or(" ran".to_owned(), |took| format!(" ran {took} ms"));
            let memory = megabytes.map(|megabytes| format!(", {megabytes} MB"));
            let lines = match lines {
                1 => "1 line".to_owned(),
                lines => format!("{lines} lines"),
            };
            let certainty = match assigned_by {
                AssignedBy::RequestId => "",
                AssignedBy::Time => ", assigned by the time",
            };
            let memory = memory.unwrap_or_default();
            let id = printable(request_id);
            format!("{function}{took}{memory}: {lines} in its log (request {id}{certainty})")
        }
        TimelineEventKind::FunctionUnassigned { function, runs, .. } => {
            let why = match runs {
                0 => format!("the log of {function} has no run of this call yet"),
                1 => format!("the log of {function} has 1 run for several calls yet"),
                runs => format!(
                    "{runs} runs of {function} at that time, also for other messages: their lines cannot be \
                     assigned"
                ),
            };
            styled(WARNING, &why)
        }
        _ => String::new(),
    }
}

/// A content on a separate line, if there is one.
fn content(what: &str, text: Option<&str>) -> String {
    text.map(|text| format!("\n{:16}{what}: {}", "", printable(text))).unwrap_or_default()
}

/// `2nd`.
pub(super) fn ordinal(number: usize) -> String {
    let ending = match (number % 10, number % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{number}{ending}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinals_have_the_right_ending() {
        let table = [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (22, "22nd")];
        for (number, word) in table {
            assert_eq!(ordinal(number), word);
        }
    }
}
