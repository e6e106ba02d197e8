//! The trace of a message for people: its ids, its timeline, its outcome.

use jiff::{SignedDuration, Timestamp};

use super::log_line::{came_of, printable};
use super::style::{BAD, CAREFUL, QUIET, STRONG, styled};
use super::verdict;
use crate::trace::{MessageOutcome, MessageRecord, TimelineEvent, TimelineEventKind};

/// Types of events in Step Functions that add nothing to the lines around them.
const ROUTINE: [&str; 5] =
    ["Started", "Succeeded", "Submitted", "IterationAborted", "StateAborted"];

/// The whole trace. `searched_from` is where the search of the log began.
#[must_use]
pub fn trace(
    record: &MessageRecord,
    timeline: &[TimelineEvent],
    outcome: &MessageOutcome,
    searched_from: Timestamp,
    now: Timestamp,
) -> String {
    let mut text = heading(record);
    text.extend(remarks(record, searched_from));
    text.push(String::new());
    let first = timeline.first().map_or(now, |event| event.at);
    let lines = event_lines(timeline, first);
    if !lines.is_empty() {
        text.extend(lines);
        text.push(String::new());
    }
    text.extend(verdict::lines(outcome, record, timeline, now));
    text.join("\n")
}

fn heading(record: &MessageRecord) -> Vec<String> {
    let mut text = Vec::new();
    if let Some(message) = record.message_id() {
        text.push(format!("message    {message}"));
    }
    text.push(format!("invocation {}", printable(&record.invocation_id)));
    if let Some(arn) = &record.execution_arn {
        text.push(format!("execution  {arn}"));
    }
    if let Some(claimed) = record.entry.as_ref().and_then(|entry| entry.claimed_at) {
        text.push(format!("claimed    {}", claimed.strftime("%Y-%m-%d %H:%M:%S UTC")));
    }
    if let Some(state) = record.output_state() {
        text.push(format!("verdict of {}", printable(state)));
    }
    text
}

/// What is missing, and possible reasons.
fn remarks(record: &MessageRecord, searched_from: Timestamp) -> Vec<String> {
    let mut remarks = Vec::new();
    if record.entry.is_none() {
        remarks.push(
            "the ledger has no entry: entries expire when WorkMail does not ask any more"
                .to_owned(),
        );
    }
    if record.lines.is_empty() {
        remarks.push(format!(
            "the log has no line about it since {searched_from}; --since looks further back, as far as \
             logs are kept"
        ));
    }
    if record.history.is_none() {
        remarks.push(
            "there is no such execution: it was not started yet, was deleted with its state machine, or \
             closed more than 90 days ago"
                .to_owned(),
        );
    }
    remarks.into_iter().map(|remark| styled(CAREFUL, &remark)).collect()
}

/// Every event with its time since `first`. A state that is left before anything else happens is one line.
pub(super) fn event_lines(timeline: &[TimelineEvent], first: Timestamp) -> Vec<String> {
    let mut text = Vec::new();
    let mut left = timeline.iter().peekable();
    while let Some(event) = left.next() {
        let mut told = line(&event.kind);
        if let (TimelineEventKind::Entered { state, input: None, .. }, Some(told)) =
            (&event.kind, &mut told)
            && let Some(after) = left.peek().and_then(|next| left_after(&next.kind, state))
        {
            told.push_str(&format!(", {}", seconds(after)));
            left.next();
        }
        let Some(told) = told else { continue };
        text.push(format!("{}  {told}", offset(event.at.duration_since(first))));
    }
    text
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

/// The line of an event; events inside the execution are indented.
fn line(event: &TimelineEventKind) -> Option<String> {
    let named = |state: &Option<String>| {
        state.as_ref().map(|state| format!("{} ", printable(state))).unwrap_or_default()
    };
    let error_of = |error: &Option<String>| {
        error.as_ref().map(|error| format!(": {}", printable(error))).unwrap_or_default()
    };
    Some(match event {
        TimelineEventKind::Asked { nth: 1 } => styled(STRONG, "WorkMail asks"),
        TimelineEventKind::Asked { nth } => {
            styled(STRONG, &format!("WorkMail asks for the {} time", ordinal(*nth)))
        }
        TimelineEventKind::Replied { line } => {
            let style = if line.is_answer() || line.is_pending() { STRONG } else { BAD };
            let mut told = styled(style, &came_of(line));
            for remark in &line.remarks() {
                told.push_str(&format!("\n{:16}{}", "", printable(remark)));
            }
            told
        }
        TimelineEventKind::Started { input } => {
            format!("  the execution begins{}", content("input", input.as_deref()))
        }
        TimelineEventKind::Entered { state, kind, input } => {
            format!("  {} ({kind}){}", printable(state), content("input", input.as_deref()))
        }
        TimelineEventKind::Called { state, resource, attempt, input } => {
            let resource = resource.as_deref().unwrap_or("its task");
            let again = match attempt {
                1 => String::new(),
                attempt => styled(CAREFUL, &format!(", attempt {attempt}")),
            };
            let called = format!("  {}calls {}{again}", named(state), printable(resource));
            format!("{called}{}", content("input", input.as_deref()))
        }
        TimelineEventKind::Failed { state, kind, error, cause } => {
            let failed = format!("{}{kind}{}", named(state), error_of(error));
            format!("  {}{}", styled(BAD, &failed), content("cause", cause.as_deref()))
        }
        TimelineEventKind::Left { state, milliseconds, output } => {
            let after = milliseconds.map(|after| format!(" after {}", seconds(after)));
            let left = format!("  {} is left{}", printable(state), after.unwrap_or_default());
            format!("{left}{}", content("output", output.as_deref()))
        }
        TimelineEventKind::Redriven => {
            format!("  {}", styled(CAREFUL, "the execution is redriven"))
        }
        TimelineEventKind::Ended { status, error, cause, output } => {
            let ended = format!("the execution ends {status}{}", error_of(error));
            let style = if status == "SUCCEEDED" { STRONG } else { BAD };
            let (cause, output) =
                (content("cause", cause.as_deref()), content("output", output.as_deref()));
            format!("  {}{cause}{output}", styled(style, &ended))
        }
        TimelineEventKind::Other { kind }
            if ROUTINE.iter().any(|routine| kind.ends_with(routine)) =>
        {
            return None;
        }
        TimelineEventKind::Other { kind } => styled(QUIET, &format!("  {kind}")),
    })
}

/// A content on its own line, if it is shown.
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
    fn numbers_have_their_endings() {
        let table = [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (22, "22nd")];
        for (number, word) in table {
            assert_eq!(ordinal(number), word);
        }
    }
}
