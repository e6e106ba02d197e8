//! What a test expects of its message.

use std::time::Duration;

use handler::actions::verdict::ActionType;
use serde_json::Value;

use super::fields::expected;
use crate::document::Members;
use crate::finding::Finding;
use crate::logs::span;

/// The expected result of a message. An omitted field can have any value.
#[derive(Debug, Clone, Default)]
pub(super) struct Expectation {
    pub(super) verdict: Option<ExpectedVerdict>,
    /// The states that are entered, in their order.
    pub(super) path: Option<Vec<String>>,
    /// The most time from the first invocation to the verdict.
    pub(super) within: Option<Duration>,
    /// How the execution ends, as a status of Step Functions.
    pub(super) execution: Option<String>,
    /// The execution's error name.
    pub(super) error: Option<String>,
    /// By the state's name, members of the parameters of its first call.
    pub(super) calls: Vec<(String, Value)>,
}

/// The verdict that is expected. No action for a recipient is written `none`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ExpectedVerdict {
    /// None until the rule's timeout.
    Missing,
    /// The same for every recipient.
    Everyone(ActionType),
    /// For each of these, and for no one else.
    Each(Vec<(String, Option<ActionType>)>),
}

const KEYS: [&str; 6] = ["verdict", "path", "within", "execution", "error", "calls"];
/// How executions end. Source: Step Functions API reference, `DescribeExecution`.
const STATUSES: [&str; 4] = ["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"];

impl Expectation {
    /// Reads the member `expect` of a test.
    pub(super) fn read(test: &Members<'_>, findings: &mut Vec<Finding>) -> Self {
        let Some(members) = test.object("expect", findings) else {
            if !test.of.contains_key("expect") {
                let finding =
                    Finding::error("missing-key", test.path.as_str(), "`expect` is missing");
                findings.push(finding.fix(format!("use at least one of {}", KEYS.join(", "))));
            }
            return Self::default();
        };
        members.only(&KEYS, findings);
        if members.of.is_empty() {
            let finding = Finding::error(
                "no-expectation",
                members.path.as_str(),
                "the test expects nothing, so it cannot fail",
            );
            findings.push(finding.fix(format!("use at least one of {}", KEYS.join(", "))));
        }
        Self {
            verdict: verdict(&members, findings),
            path: path(&members, findings),
            within: within(&members, findings),
            execution: execution(&members, findings),
            error: members
                .of
                .contains_key("error")
                .then(|| members.word("error", findings))
                .flatten(),
            calls: calls(&members, findings),
        }
    }
}

fn verdict(members: &Members<'_>, findings: &mut Vec<Finding>) -> Option<ExpectedVerdict> {
    let at = members.at("verdict");
    match members.of.get("verdict")? {
        Value::String(word) if word == "none" => Some(ExpectedVerdict::Missing),
        Value::String(word) => action(word, at, findings).flatten().map(ExpectedVerdict::Everyone),
        Value::Object(of) if !of.is_empty() => {
            let each = Members::of(of, at);
            let mut actions = Vec::new();
            for recipient in each.of.keys() {
                let word = each.word(recipient, findings);
                let action = word.and_then(|word| action(&word, each.at(recipient), findings));
                actions.extend(action.map(|action| (recipient.clone(), action)));
            }
            Some(ExpectedVerdict::Each(actions))
        }
        _ => {
            let what =
                "a type of action, `none`, or an object with a type of action for each recipient";
            findings.push(Finding { location: at, ..expected(what) });
            None
        }
    }
}

/// The type of action that a word means; `none` is no action.
fn action(word: &str, at: String, findings: &mut Vec<Finding>) -> Option<Option<ActionType>> {
    if word == "none" {
        return Some(None);
    }
    let kind = ActionType::ALL.into_iter().find(|kind| kind.as_str() == word);
    if kind.is_none() {
        let kinds = ActionType::ALL.map(ActionType::as_str).join(", ");
        let sentence = format!("`{}` is not a type of action", word.escape_debug());
        let finding = Finding::error("unknown-action", at, sentence);
        findings.push(finding.fix(format!("use one of {kinds}, none")));
    }
    kind.map(Some)
}

fn path(members: &Members<'_>, findings: &mut Vec<Finding>) -> Option<Vec<String>> {
    let items = members.of.get("path")?;
    let names = items.as_array().and_then(|items| {
        items.iter().map(|item| item.as_str().map(str::to_owned)).collect::<Option<Vec<_>>>()
    });
    if names.is_none() {
        let what = "a list of the states that are entered";
        findings.push(Finding { location: members.at("path"), ..expected(what) });
    }
    names
}

fn within(members: &Members<'_>, findings: &mut Vec<Finding>) -> Option<Duration> {
    let text = members.word("within", findings)?;
    let within = span_of(&text);
    if within.is_none() {
        let what = "a time, such as 1.5, 90s, 40m or 2h";
        findings.push(Finding { location: members.at("within"), ..expected(what) });
    }
    within
}

/// A time in a test file: a plain number means seconds.
pub(super) fn span_of(text: &str) -> Option<Duration> {
    let seconds = || text.parse::<f64>().ok();
    span(text).or_else(|| Duration::try_from_secs_f64(seconds()?).ok())
}

fn execution(members: &Members<'_>, findings: &mut Vec<Finding>) -> Option<String> {
    let word = members.word("execution", findings)?;
    if STATUSES.contains(&word.as_str()) {
        return Some(word);
    }
    let what = format!("one of {}", STATUSES.join(", "));
    findings.push(Finding { location: members.at("execution"), ..expected(&what) });
    None
}

fn calls(members: &Members<'_>, findings: &mut Vec<Finding>) -> Vec<(String, Value)> {
    let Some(calls) = members.object("calls", findings) else { return Vec::new() };
    calls.of.iter().map(|(state, called)| (state.clone(), called.clone())).collect()
}
