//! The setup of a test: the message, the settings, and what tasks do. A file has one for all of its tests, and
//! each test has its own.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::expectation::span_of;
use super::fields::{expected, one_of};
use crate::config::AnswerSettings;
use crate::config::pair;
use crate::document::Members;
use crate::finding::Finding;
use crate::rule::Fallback;
use crate::simulation::{Answers, Step};

/// The setup of a message. What it leaves out is up to the flow, or is as in `deployer local`.
#[derive(Debug, Clone, Default)]
pub(super) struct Setup {
    /// The event's description, and its JSON path.
    pub(super) event: Option<(Value, String)>,
    /// By name, the values of parameters as `--parameter` takes them.
    pub(super) parameters: BTreeMap<String, String>,
    /// By the state's name, what its task answers, as it is written.
    pub(super) answers: Map<String, Value>,
    pub(super) failing: BTreeMap<String, String>,
    pub(super) slow: BTreeMap<String, Duration>,
    pub(super) crash_after: Option<Step>,
    pub(super) settings: AnswerSettings,
    pub(super) rule_timeout: Option<Duration>,
    pub(super) fallback: Option<Fallback>,
    /// When the message comes in.
    pub(super) began: Option<Timestamp>,
}

impl Setup {
    /// The members of a setup.
    pub(super) const KEYS: [&'static str; 13] = [
        "event",
        "parameters",
        "answers",
        "fail",
        "slow",
        "crash-after",
        "rule",
        "output-state",
        "wait-time",
        "on-failure",
        "rule-timeout",
        "fallback",
        "began",
    ];

    /// Reads an object's members.
    pub(super) fn read(members: &Members<'_>, findings: &mut Vec<Finding>) -> Self {
        let event = members.of.get("event").map(|event| (event.clone(), members.at("event")));
        Self {
            event,
            parameters: parameters(members, findings),
            answers: answers(members, findings),
            failing: by_state(members, "fail", "the name of an error", findings, |text| {
                (!text.is_empty()).then(|| text.to_owned())
            }),
            slow: by_state(members, "slow", "a time, such as 90s, 40m or 2h", findings, span_of),
            crash_after: members.parsed("crash-after", findings, one_of),
            settings: AnswerSettings::read(members, findings),
            rule_timeout: members.parsed("rule-timeout", findings, minutes),
            fallback: members.parsed("fallback", findings, one_of),
            began: members.parsed("began", findings, |text| {
                text.parse().map_err(|_| expected("a time, such as 2026-11-22T10:00:00Z"))
            }),
        }
    }

    /// This setup; what it leaves out is taken from the setup of the file.
    pub(super) fn over(&self, file: &Self) -> Self {
        let mut answers = file.answers.clone();
        answers.extend(self.answers.clone());
        Self {
            event: self.event.clone().or_else(|| file.event.clone()),
            parameters: merged(&file.parameters, &self.parameters),
            answers,
            failing: merged(&file.failing, &self.failing),
            slow: merged(&file.slow, &self.slow),
            crash_after: self.crash_after.or(file.crash_after),
            settings: self.settings.clone().or(&file.settings),
            rule_timeout: self.rule_timeout.or(file.rule_timeout),
            fallback: self.fallback.or(file.fallback),
            began: self.began.or(file.began),
        }
    }

    /// The Task states that are named, each with the member that names it.
    pub(super) fn task_states(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let answers = self.answers.keys().map(|state| ("answers", state.as_str()));
        let failing = self.failing.keys().map(|state| ("fail", state.as_str()));
        let slow = self.slow.keys().map(|state| ("slow", state.as_str()));
        answers.chain(failing).chain(slow)
    }
}

fn merged<T: Clone>(base: &BTreeMap<String, T>, own: &BTreeMap<String, T>) -> BTreeMap<String, T> {
    let mut all = base.clone();
    all.extend(own.clone());
    all
}

fn minutes(text: &str) -> Result<Duration, Finding> {
    let minutes = text.parse::<u64>().ok().filter(|minutes| *minutes <= 240);
    let minutes = minutes.ok_or_else(|| expected("a whole number of minutes from 0 to 240"))?;
    Ok(Duration::from_secs(minutes * 60))
}

/// An object with one value for each state.
fn by_state<T>(
    members: &Members<'_>,
    key: &str,
    what: &str,
    findings: &mut Vec<Finding>,
    read: impl Fn(&str) -> Option<T>,
) -> BTreeMap<String, T> {
    let Some(states) = members.object(key, findings) else { return BTreeMap::new() };
    let mut values = BTreeMap::new();
    for state in states.of.keys() {
        let value = states.parsed(state, findings, |text| read(text).ok_or_else(|| expected(what)));
        values.extend(value.map(|value| (state.clone(), value)));
    }
    values
}

fn parameters(members: &Members<'_>, findings: &mut Vec<Finding>) -> BTreeMap<String, String> {
    let Some(given) = members.object("parameters", findings) else { return BTreeMap::new() };
    let mut values = BTreeMap::new();
    for (name, value) in given.of {
        match as_typed(name, value) {
            Some(pair) => drop(values.insert(name.clone(), pair)),
            None => {
                let sentence = "a string, a number, true, false, or a list of strings";
                findings.push(Finding { location: given.at(name), ..expected(sentence) });
            }
        }
    }
    values
}

/// A parameter's value as `--parameter` takes it.
fn as_typed(name: &str, value: &Value) -> Option<String> {
    let is_expected = match value {
        Value::Array(items) => items.iter().all(Value::is_string),
        Value::Null | Value::Object(_) => false,
        Value::String(_) | Value::Number(_) | Value::Bool(_) => true,
    };
    match value {
        // As it would be typed: for a list, its elements with commas between them.
        Value::String(text) if !text.is_empty() => Some(pair::joined(name, text)),
        _ => is_expected.then(|| format!("{name}:={value}")),
    }
}

fn answers(members: &Members<'_>, findings: &mut Vec<Finding>) -> Map<String, Value> {
    let Some(answers) = members.object("answers", findings) else { return Map::new() };
    if let Err(faults) = Answers::from_value(Value::Object(answers.of.clone())) {
        findings.extend(faults.into_iter().map(|fault| {
            let below = fault.location.strip_prefix('$').unwrap_or_default();
            Finding { location: format!("{}{below}", answers.path), ..fault }
        }));
    }
    answers.of.clone()
}
