//! A simulated message as text: its timeline, with repetitions combined.

use std::path::PathBuf;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::local_time::time_of_day;
use super::style::{BOLD, DIM, ERROR, WARNING, styled};
use super::summary::count;
use super::trace::{Row, ordinal, seconds, timeline_lines, timeline_rows};
use crate::flow::Home;
use crate::host::harmless::printable;
use crate::logs::InvocationLine;
use crate::simulation::Assumption;
use crate::trace::{TimelineEvent, TimelineEventKind};

/// The warning if no invocation crashed although one was supposed to.
pub const NO_CRASH: &str =
    "warning: no invocation reached the step of --crash-after, so no process ended";

/// The assumptions of a simulation, on one line.
pub fn assumptions(assumptions: &[Assumption]) -> String {
    let sentences: Vec<_> = assumptions.iter().copied().map(assumption).collect();
    styled(DIM, &format!("assumed, because AWS does not document it: {}", sentences.join("; ")))
}

fn assumption(assumption: Assumption) -> String {
    match assumption {
        Assumption::Backoff { first_pause_seconds, growth, longest_pause_seconds } => format!(
            "WorkMail pauses for {first_pause_seconds} s at first, {growth} times as long each time, at most \
             {longest_pause_seconds} s"
        ),
        Assumption::NoLatency => "requests and cold starts take no time".to_owned(),
        Assumption::NoLag => "what was written can be read immediately".to_owned(),
    }
}

/// The note that real services are called, and where.
pub fn asks_for_real(states: &[String], home: Home<'_>) -> String {
    let states = printable(&states.join(", "));
    let Home { region, account } = home;
    styled(
        WARNING,
        &format!("calling real services in account {account}, region {region}: {states}"),
    )
}

/// All events, each with the time since the first. Consecutive invocations with the same result,
/// and nothing else in between, are combined into one line.
pub fn simulated(moments: &[TimelineEvent]) -> String {
    let lines: Vec<String> = simulated_rows(moments).iter().map(Row::line).collect();
    lines.join("\n")
}

/// The same as rows.
pub(super) fn simulated_rows(moments: &[TimelineEvent]) -> Vec<Row> {
    let Some(first) = moments.first().map(|moment| moment.at) else { return Vec::new() };
    let mut rows = Vec::new();
    let (mut printed, mut at) = (0, 0);
    while at < moments.len() {
        let Some(alike) = Alike::beginning(&moments[at..]) else {
            at += 1;
            continue;
        };
        rows.extend(timeline_rows(&moments[printed..at], first));
        rows.push(alike.row(first));
        at += 2 * alike.count;
        printed = at;
    }
    rows.extend(timeline_rows(&moments[printed..], first));
    rows
}

/// An event with the time since the start; empty for events without text.
pub fn happened(moment: &TimelineEvent, began: Timestamp) -> Vec<String> {
    timeline_lines(std::slice::from_ref(moment), began)
}
pub fn waits_for_changes(files: usize) -> String {
    styled(DIM, &format!("\nwaiting for one of {} to be saved; Ctrl-C ends", count(files, "file")))
}

/// The files that were saved.
pub fn changed(files: &[PathBuf], now: Timestamp, zone: &TimeZone) -> String {
    let names: Vec<String> =
        files.iter().map(|file| printable(&file.display().to_string())).collect();
    let time = time_of_day(now, zone);
    styled(BOLD, &format!("\n{time} saved: {}", names.join(", ")))
}

/// Several consecutive invocations with the same result, without a verdict.
struct Alike<'a> {
    /// The number of the first one, counted from 1.
    nth: usize,
    /// The handler's line about the first one.
    line: &'a InvocationLine,
    began: Timestamp,
    ended: Timestamp,
    count: usize,
}

impl<'a> Alike<'a> {
    /// Returns the repetition at the start of `moments`, if there is one.
    fn beginning(moments: &'a [TimelineEvent]) -> Option<Self> {
        let (nth, line) = without_verdict(moments)?;
        let same = |pair: &&[TimelineEvent]| {
            without_verdict(pair).is_some_and(|(_, other)| other.error_type == line.error_type)
        };
        let count = moments.chunks(2).take_while(same).count();
        let (began, ended) = (moments.first()?.at, moments.get(2 * count - 1)?.at);
        (count > 1).then_some(Self { nth, line, began, ended, count })
    }

    fn row(&self, first: Timestamp) -> Row {
        let until = self.ended.duration_since(first);
        let until = seconds(i64::try_from(until.as_millis()).unwrap_or(i64::MAX));
        let (from, to) = (ordinal(self.nth), ordinal(self.nth + self.count - 1));
        let request = styled(BOLD, &format!("WorkMail invokes it for the {from} to {to} time"));
        let result = match self.line.is_pending() {
            true => styled(WARNING, "not ready"),
            false => styled(ERROR, self.line.error_type.as_deref().unwrap_or_default()),
        };
        Row {
            since: self.began.duration_since(first),
            text: format!("{request}, until {until}: {result} each time"),
        }
    }
}

/// Returns the invocation at the start of `moments`, if it gave no verdict and nothing else
/// happened during it.
fn without_verdict(moments: &[TimelineEvent]) -> Option<(usize, &InvocationLine)> {
    match moments {
        [
            TimelineEvent { kind: TimelineEventKind::Asked { nth, .. }, .. },
            TimelineEvent { kind: TimelineEventKind::Replied { line }, .. },
            ..,
        ] if !line.is_answer() => Some((*nth, line)),
        _ => None,
    }
}
