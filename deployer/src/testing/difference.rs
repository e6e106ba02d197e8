//! How the result of a test differs from its expectation.

use std::time::Duration;

use handler::actions::verdict::{ActionType, Verdict};
use handler::actions::{Effect, effects};
use handler::workmail::Message;
use serde::Serialize;
use serde_json::{Map, Value};

use super::calls::FirstCalls;
use super::expectation::{Expectation, ExpectedVerdict};
use super::result::seconds_of;
use crate::document::{item, member};
use crate::rule::Ending;
use crate::simulation::Simulated;
use crate::trace::{TimelineEvent, TimelineEventKind};

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Difference {
    pub aspect: Aspect,
    /// Whose: a recipient's, or that of a state and a JSON path in the parameters of its call.
    pub of: Option<String>,
    /// What was expected; null if nothing was.
    pub expected: Value,
    /// What happened; null if nothing did.
    pub actual: Value,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Aspect {
    /// The verdict, as types of WorkMail's actions.
    Verdict,
    /// The states that were entered.
    Path,
    /// The seconds from the first invocation to the verdict.
    Within,
    /// How the execution ended.
    Execution,
    /// The name of the execution's error.
    Error,
    /// The parameters of a state's call.
    Call,
    /// A task that was called and had no answer, or none left.
    Unanswered,
    /// The step of a crash that no invocation reached.
    CrashAfter,
    /// What Step Functions does differently from the interpreter.
    StepFunctions,
}

/// What happened to a message, as far as tests check it.
pub(super) struct Happened<'a> {
    pub(super) simulated: &'a Simulated,
    pub(super) message: Option<&'a Message>,
    pub(super) moments: &'a [TimelineEvent],
    /// From the first invocation to the verdict.
    pub(super) after: Option<Duration>,
    pub(super) calls: &'a FirstCalls,
}

pub(super) fn differences(expectation: &Expectation, happened: &Happened<'_>) -> Vec<Difference> {
    let mut found = Vec::new();
    if let Some(verdict) = &expectation.verdict {
        of_verdict(verdict, happened, &mut found);
    }
    if let Some(path) = &expectation.path {
        let entered: Vec<&str> = entered(happened.moments).collect();
        if entered != *path {
            found.push(Difference::new(Aspect::Path, path.clone(), entered));
        }
    }
    if let Some(within) = expectation.within
        && happened.after.is_none_or(|after| after > within)
    {
        let actual = happened.after.map_or(Value::Null, seconds_of);
        found.push(Difference::new(Aspect::Within, seconds_of(within), actual));
    }
    let ended = happened.moments.iter().rev().find_map(|moment| match &moment.kind {
        TimelineEventKind::Ended { status, error, .. } => Some((status.as_str(), error.as_deref())),
        _ => None,
    });
    let (status, error) = ended.map_or((None, None), |(status, error)| (Some(status), error));
    for (aspect, expected, actual) in [
        (Aspect::Execution, &expectation.execution, status),
        (Aspect::Error, &expectation.error, error),
    ] {
        if expected.is_some() && expected.as_deref() != actual {
            found.push(Difference::new(aspect, expected.clone(), actual));
        }
    }
    for (state, called) in &expectation.calls {
        match happened.calls.get(state.as_str()) {
            Some(actual) => lacking(state, "$", called, actual, &mut found),
            None => {
                let difference = Difference::new(Aspect::Call, called.clone(), Value::Null);
                found.push(difference.of(state.clone()));
            }
        }
    }
    found
}

impl Difference {
    pub(super) fn new(
        aspect: Aspect,
        expected: impl Into<Value>,
        actual: impl Into<Value>,
    ) -> Self {
        Self { aspect, of: None, expected: expected.into(), actual: actual.into() }
    }

    /// A task of this state had no answer, so the result is not that of the intended test.
    pub(super) fn unanswered(state: String) -> Self {
        Self::new(Aspect::Unanswered, Value::Null, Value::Null).of(state)
    }

    pub(super) fn of(self, of: String) -> Self {
        Self { of: Some(of), ..self }
    }
}

/// The states that were entered, in their order.
fn entered(moments: &[TimelineEvent]) -> impl Iterator<Item = &str> {
    moments.iter().filter_map(|moment| match &moment.kind {
        TimelineEventKind::Entered { state, .. } => Some(state.as_str()),
        _ => None,
    })
}

fn of_verdict(expected: &ExpectedVerdict, happened: &Happened<'_>, found: &mut Vec<Difference>) {
    let actual = match (&happened.simulated.invocations.ending, happened.message) {
        (Ending::Verdict(checked), Some(message)) => {
            let verdict: Verdict = serde_json::from_str(checked.verdict.as_str())
                .expect("a checked verdict was written from a verdict");
            effects(message.audience(), Some(&verdict))
        }
        _ if *expected == ExpectedVerdict::Missing => return,
        _ => return found.push(Difference::new(Aspect::Verdict, expected.shown(), "none")),
    };
    of_effects(expected, &actual, found);
}

/// How the actions for each recipient differ from those that are expected.
pub(super) fn of_effects(
    expected: &ExpectedVerdict,
    actual: &[Effect],
    found: &mut Vec<Difference>,
) {
    match expected {
        ExpectedVerdict::Missing => {
            let actual = actual.iter().map(|effect| (recipient(effect), word(effect).into()));
            let actual = Value::Object(actual.collect());
            found.push(Difference::new(Aspect::Verdict, "none", actual));
        }
        // An expectation for every recipient does not hold if there is none.
        ExpectedVerdict::Everyone(kind) if actual.is_empty() => {
            let no_one = Value::Object(Map::new());
            found.push(Difference::new(Aspect::Verdict, kind.as_str(), no_one));
        }
        ExpectedVerdict::Everyone(kind) => {
            let others = actual.iter().filter(|effect| !is(effect, Some(*kind)));
            found.extend(others.map(|effect| of_recipient(effect, kind.as_str())));
        }
        ExpectedVerdict::Each(each) => of_each(each, actual, found),
    }
}

fn of_each(each: &[(String, Option<ActionType>)], actual: &[Effect], found: &mut Vec<Difference>) {
    let same = |address: &str, effect: &Effect| {
        effect.recipient.as_deref().is_some_and(|known| folded(known) == folded(address))
    };
    for (address, kind) in each {
        match actual.iter().find(|effect| same(address, effect)) {
            Some(effect) if is(effect, *kind) => {}
            Some(effect) => found.push(of_recipient(effect, of_kind(*kind))),
            None => {
                let difference = Difference::new(Aspect::Verdict, of_kind(*kind), Value::Null);
                found.push(difference.of(address.clone()));
            }
        }
    }
    let named = |effect: &Effect| each.iter().any(|(address, _)| same(address, effect));
    let unnamed = actual.iter().filter(|effect| !named(effect));
    found.extend(unnamed.map(|effect| of_recipient(effect, Value::Null)));
}

/// Comparisons of addresses ignore case, as in the check of a verdict.
fn folded(address: &str) -> String {
    address.trim().to_lowercase()
}

fn of_recipient(effect: &Effect, expected: impl Into<Value>) -> Difference {
    Difference::new(Aspect::Verdict, expected, word(effect)).of(recipient(effect))
}

/// Whether exactly this happens; `None` means that the recipient has no action.
fn is(effect: &Effect, kind: Option<ActionType>) -> bool {
    effect.actions.iter().map(|action| action.kind).eq(kind)
}

fn recipient(effect: &Effect) -> String {
    effect
        .recipient
        .clone()
        .unwrap_or_else(|| "recipients that WorkMail cut from the event".to_owned())
}

/// What happens for a recipient; several actions if the verdict contradicts itself.
fn word(effect: &Effect) -> String {
    let kinds: Vec<&str> = effect.actions.iter().map(|action| action.kind.as_str()).collect();
    if kinds.is_empty() { "none".to_owned() } else { kinds.join(" or ") }
}

fn of_kind(kind: Option<ActionType>) -> &'static str {
    kind.map_or("none", ActionType::as_str)
}

impl ExpectedVerdict {
    /// As it is written in a test.
    fn shown(&self) -> Value {
        match self {
            Self::Missing => "none".into(),
            Self::Everyone(kind) => kind.as_str().into(),
            Self::Each(each) => {
                let each = each.iter().map(|(who, kind)| (who.clone(), of_kind(*kind).into()));
                Value::Object(each.collect::<Map<_, _>>())
            }
        }
    }
}

/// Finds what is missing or different. Additional members of objects are ignored.
pub(super) fn lacking(
    state: &str,
    path: &str,
    expected: &Value,
    actual: &Value,
    found: &mut Vec<Difference>,
) {
    match (expected, actual) {
        (Value::Object(expected), Value::Object(actual)) => {
            for (name, value) in expected {
                let there = actual.get(name).unwrap_or(&Value::Null);
                lacking(state, &member(path, name), value, there, found);
            }
        }
        (Value::Array(expected), Value::Array(actual)) if expected.len() == actual.len() => {
            for (nth, (expected, actual)) in expected.iter().zip(actual).enumerate() {
                lacking(state, &item(path, nth), expected, actual, found);
            }
        }
        (expected, actual) if expected == actual => {}
        (expected, actual) => {
            let difference = Difference::new(Aspect::Call, expected.clone(), actual.clone());
            found.push(difference.of(format!("{state} {path}")));
        }
    }
}
