//! A simulated message as people read it: its timeline, in which nothing repeats itself.

use std::path::PathBuf;

use jiff::Timestamp;

use super::log_line::printable;
use super::style::{BAD, CAREFUL, QUIET, STRONG, styled};
use super::summary::count;
use super::trace::{event_lines, offset, ordinal, seconds};
use crate::flow::Home;
use crate::logs::InvocationLine;
use crate::simulation::Assumption;
use crate::trace::{TimelineEvent, TimelineEventKind};

/// What is said where an invocation was to die and did not.
pub const NO_CRASH: &str =
    "warning: no invocation came to the step of --crash-after, so that none died";

/// What is assumed, as one line.
#[must_use]
pub fn assumption(assumption: Assumption) -> String {
    let sentence = match assumption {
        Assumption::Backoff { first_pause_seconds, growth, longest_pause_seconds } => format!(
            "WorkMail pauses for {first_pause_seconds} s at first, {growth} times as long each time, at most \
             {longest_pause_seconds} s; AWS says that it repeats with exponential back-off, and no figures"
        ),
        Assumption::NoLatency => {
            "requests, cold starts and states take no time; only waiting does".to_owned()
        }
        Assumption::NoLag => "what was written is read at once".to_owned(),
    };
    styled(QUIET, &format!("assumed: {sentence}"))
}

/// That services are asked, and where.
#[must_use]
pub fn asks_for_real(states: &[String], home: Home<'_>) -> String {
    let states = printable(&states.join(", "));
    let Home { region, account } = home;
    styled(
        CAREFUL,
        &format!("asking real services in account {account}, region {region}: {states}"),
    )
}

/// Everything that happened, each line with its time since the first. Invocations that one after the other
/// come to the same, while nothing else happens, are one line.
#[must_use]
pub fn simulated(moments: &[TimelineEvent]) -> String {
    let Some(first) = moments.first().map(|moment| moment.at) else { return String::new() };
    let mut text = Vec::new();
    let (mut told, mut at) = (0, 0);
    while at < moments.len() {
        let Some(alike) = Alike::beginning(&moments[at..]) else {
            at += 1;
            continue;
        };
        text.extend(event_lines(&moments[told..at], first));
        text.push(alike.line(first));
        at += 2 * alike.count;
        told = at;
    }
    text.extend(event_lines(&moments[told..], first));
    text.join("\n")
}

/// What just happened, with its time since the beginning; nothing for what says nothing to people.
#[must_use]
pub fn happened(moment: &TimelineEvent, began: Timestamp) -> Vec<String> {
    event_lines(std::slice::from_ref(moment), began)
}

/// That files are waited for.
#[must_use]
pub fn waits_for_changes(files: usize) -> String {
    styled(
        QUIET,
        &format!("\nwaiting for one of {} to be saved; Ctrl-C ends", count(files, "file")),
    )
}

/// Which files were saved.
#[must_use]
pub fn changed(files: &[PathBuf], now: Timestamp) -> String {
    let names: Vec<String> =
        files.iter().map(|file| printable(&file.display().to_string())).collect();
    let time = now.strftime("%H:%M:%S");
    styled(STRONG, &format!("\n{time} saved: {}", names.join(", ")))
}

/// Several invocations that one after the other ended alike, without a verdict.
struct Alike<'a> {
    /// The first of them, counted from 1.
    nth: usize,
    /// The handler's line of the first of them.
    line: &'a InvocationLine,
    began: Timestamp,
    ended: Timestamp,
    count: usize,
}

impl<'a> Alike<'a> {
    /// Those that the moments begin with, if they are several.
    fn beginning(moments: &'a [TimelineEvent]) -> Option<Self> {
        let (nth, line) = in_vain(moments)?;
        let same = |pair: &&[TimelineEvent]| {
            in_vain(pair).is_some_and(|(_, other)| other.error_type == line.error_type)
        };
        let count = moments.chunks(2).take_while(same).count();
        let (began, ended) = (moments.first()?.at, moments.get(2 * count - 1)?.at);
        (count > 1).then_some(Self { nth, line, began, ended, count })
    }

    fn line(&self, first: Timestamp) -> String {
        let until = self.ended.duration_since(first);
        let until = seconds(i64::try_from(until.as_millis()).unwrap_or(i64::MAX));
        let (from, to) = (ordinal(self.nth), ordinal(self.nth + self.count - 1));
        let asks = styled(STRONG, &format!("WorkMail asks for the {from} to {to} time"));
        let comes = match self.line.is_pending() {
            true => styled(CAREFUL, "not ready"),
            false => styled(BAD, self.line.error_type.as_deref().unwrap_or_default()),
        };
        let offset = offset(self.began.duration_since(first));
        format!("{offset}  {asks}, until {until}: {comes} each time")
    }
}

/// An invocation without a verdict and without anything else happening in it, which the moments begin with.
fn in_vain(moments: &[TimelineEvent]) -> Option<(usize, &InvocationLine)> {
    match moments {
        [
            TimelineEvent { kind: TimelineEventKind::Asked { nth }, .. },
            TimelineEvent { kind: TimelineEventKind::Replied { line }, .. },
            ..,
        ] if !line.is_answer() => Some((*nth, line)),
        _ => None,
    }
}
