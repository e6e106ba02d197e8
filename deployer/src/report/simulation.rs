//! A simulated message as people read it: its timeline, in which nothing repeats itself.

use super::lines::{BAD, CAREFUL, STRONG, styled};
use super::trace::{offset, ordinal, seconds, story};
use crate::simulation::Assumption;
use crate::trace::{Moment, What};

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
    styled(super::lines::QUIET, &format!("assumed: {sentence}"))
}

/// Everything that happened, each line with its time since the first. Invocations that one after the other
/// come to the same, while nothing else happens, are one line.
#[must_use]
pub fn simulated(moments: &[Moment]) -> String {
    let Some(first) = moments.first().map(|moment| moment.at) else { return String::new() };
    let mut text = Vec::new();
    let (mut told, mut at) = (0, 0);
    while at < moments.len() {
        let alike = alike(&moments[at..]);
        if alike < 2 {
            at += 1;
            continue;
        }
        text.extend(story(&moments[told..at], first));
        let folded = &moments[at..at + 2 * alike];
        text.push(format!(
            "{}  {}",
            offset(moments[at].at.duration_since(first)),
            line(folded, first)
        ));
        at += 2 * alike;
        told = at;
    }
    text.extend(story(&moments[told..], first));
    text.join("\n")
}

/// How many invocations at the beginning ended alike, without a verdict, before anything else happened.
fn alike(moments: &[Moment]) -> usize {
    let ends = |pair: &[Moment]| match pair {
        [Moment { what: What::Asked { .. }, .. }, Moment { what: What::Replied { line }, .. }] => {
            line.error_type.clone()
        }
        _ => None,
    };
    let mut pairs = moments.chunks(2).map(ends);
    let Some(Some(first)) = pairs.next() else { return 0 };
    1 + pairs.take_while(|end| end.as_ref() == Some(&first)).count()
}

/// Invocations that ended alike, from the first question to the last answer.
fn line(folded: &[Moment], first: jiff::Timestamp) -> String {
    let (
        [Moment { what: What::Asked { nth }, .. }, Moment { what: What::Replied { line }, .. }, ..],
        Some(last),
    ) = (folded, folded.last())
    else {
        return String::new();
    };
    let until =
        seconds(i64::try_from(last.at.duration_since(first).as_millis()).unwrap_or(i64::MAX));
    let last = nth + folded.len() / 2 - 1;
    let asks = styled(
        STRONG,
        &format!("WorkMail asks for the {} to {} time", ordinal(*nth), ordinal(last)),
    );
    let comes = match line.is_pending() {
        true => styled(CAREFUL, "not ready"),
        false => styled(BAD, line.error_type.as_deref().unwrap_or_default()),
    };
    format!("{asks}, until {until}: {comes} each time")
}
