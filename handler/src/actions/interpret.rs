//! Turns the output of an execution into a verdict: reads tolerantly, normalizes, reports errors.
//!
//! AWS's own samples answer with `"allRecipients": "True"`, with empty lists and with both fields
//! at the same time, so a strict schema would reject them. An output with a clear meaning is
//! normalized. An output that only could be meant as a verdict (the result of `lambda:invoke`, JSON
//! text inside a string) is reported, not guessed.

use serde_json::{Map, Value};

use crate::actions::audience::Audience;
use crate::actions::check;
use crate::actions::verdict::{Action, ActionType, RecipientAction, Verdict};
use crate::finding::Finding;
use crate::source::{Checked, Rejected, VerdictJson};

/// The number of errors after which reading stops. An output can contain a hundred thousand, and
/// more are of no use.
const MAX_ERRORS: usize = 50;

/// Reads, normalizes and checks the output of an execution as the verdict for a message.
///
/// # Errors
///
/// [`Rejected`] with every finding if the mail system would not accept it.
pub fn interpret(output: &str, audience: Audience<'_>) -> Result<Checked, Rejected> {
    let mut findings = Vec::new();
    let verdict = read(output, audience, &mut findings);
    let refused = |findings: &[Finding]| findings.iter().any(Finding::is_error);
    match verdict {
        Some(verdict) if !refused(&findings) => {
            let json = verdict.to_json();
            check::size(&json, audience, &mut findings);
            match VerdictJson::from_checked(json, verdict.action_types()) {
                Ok(verdict) if !refused(&findings) => Ok(Checked { verdict, findings }),
                _ => Err(Rejected { findings }),
            }
        }
        _ => Err(Rejected { findings }),
    }
}

fn read(output: &str, audience: Audience<'_>, findings: &mut Vec<Finding>) -> Option<Verdict> {
    let value: Value = match serde_json::from_str(output) {
        Ok(value) => value,
        Err(_) => {
            findings.push(Finding::error("not-json", "$", "the output is not readable JSON"));
            return None;
        }
    };
    let Some(actions) = actions_of(&value) else {
        findings.push(not_a_verdict(&value));
        return None;
    };
    let mut read = Vec::new();
    for (index, entry) in actions.iter().enumerate() {
        if findings.iter().filter(|finding| finding.is_error()).count() >= MAX_ERRORS {
            break;
        }
        let path = format!("$.actions[{index}]");
        if let Some(action) = recipient_action(entry, &path, findings) {
            check::action(&action, &path, audience, findings);
            read.push(action);
        }
    }
    let complete = read.len() == actions.len();
    let verdict = Verdict { actions: without_empty(read) };
    check::whole(&verdict, complete, audience, findings);
    complete.then_some(verdict)
}

fn actions_of(value: &Value) -> Option<&Vec<Value>> {
    value.as_object()?.get("actions")?.as_array()
}

/// An action with an empty list of recipients has no effect, and AWS's stop-mail-storm sample sends
/// it. It is removed, except if no action would be left: then the fallback decides in any case.
fn without_empty(actions: Vec<RecipientAction>) -> Vec<RecipientAction> {
    let is_empty = |action: &RecipientAction| action.recipients.as_ref().is_some_and(Vec::is_empty);
    if actions.iter().all(is_empty) {
        return actions;
    }
    actions.into_iter().filter(|action| !is_empty(action)).collect()
}

/// Describes an output that has no list of actions.
fn not_a_verdict(value: &Value) -> Finding {
    let (code, path, sentence) = match value {
        Value::Object(object) if object.contains_key("actions") => {
            ("actions-not-a-list", "$.actions", "`actions` is not a list")
        }
        Value::Object(object) if is_invoke_result(object) => (
            "lambda-invoke-wrapper",
            "$.Payload",
            "this is the whole result of the `lambda:invoke` integration; the verdict is in \
             `Payload`: return only that from the state (with `OutputPath` or `ResultSelector`, \
             or with `Output` in JSONata)",
        ),
        Value::Object(_) => ("no-actions", "$", "the object has no `actions`"),
        Value::Null => (
            "null",
            "$",
            "the output is null: the Lambda function of the state returned nothing, or is meant \
             only for asynchronous rules",
        ),
        Value::String(text) if holds_json(text) => (
            "json-in-string",
            "$",
            "the output is JSON text inside a string: the function serialized its result itself; \
             return the object instead",
        ),
        Value::String(_) => ("string", "$", "the output is a string, not an object"),
        Value::Array(_) => ("list", "$", "the output is a list, not an object"),
        Value::Bool(_) => ("boolean", "$", "the output is a boolean, not an object"),
        Value::Number(_) => ("number", "$", "the output is a number, not an object"),
    };
    Finding::error(code, path, sentence)
}

fn is_invoke_result(object: &Map<String, Value>) -> bool {
    object.contains_key("Payload")
        && (object.contains_key("StatusCode") || object.contains_key("ExecutedVersion"))
}

fn holds_json(text: &str) -> bool {
    matches!(serde_json::from_str(text), Ok(Value::Object(_) | Value::Array(_)))
}

fn recipient_action(
    entry: &Value,
    path: &str,
    findings: &mut Vec<Finding>,
) -> Option<RecipientAction> {
    let Some(entry) = entry.as_object() else {
        let sentence = format!("{}, not an object", kind_of(Some(entry)));
        findings.push(Finding::error("action-not-an-object", path, sentence));
        return None;
    };
    // Each field is read even if another one is wrong, so that all findings are reported together.
    let action = action(entry.get("action"), &format!("{path}.action"), findings);
    let all = all_recipients(entry.get("allRecipients"), path, findings);
    let recipients = recipients(entry.get("recipients"), path, findings);
    let (action, all_recipients, recipients) = (action?, all?, recipients?);
    match (all_recipients, recipients) {
        (false, None) => {
            let sentence = "the action has neither `recipients` nor `allRecipients`";
            findings.push(Finding::error("no-recipients", path, sentence));
            None
        }
        (true, Some(named)) => {
            if !named.is_empty() {
                let sentence = "`allRecipients` is true, so `recipients` is ignored";
                findings.push(Finding::warning("recipients-ignored", path, sentence));
            }
            Some(RecipientAction { action, recipients: None, all_recipients: true })
        }
        (all_recipients, recipients) => {
            Some(RecipientAction { action, recipients, all_recipients })
        }
    }
}

fn action(value: Option<&Value>, path: &str, findings: &mut Vec<Finding>) -> Option<Action> {
    let Some(action) = value.and_then(Value::as_object) else {
        let sentence = format!("{}, not an object", kind_of(value));
        findings.push(Finding::error("no-action-object", path, sentence));
        return None;
    };
    let kind = action_type(action.get("type"), &format!("{path}.type"), findings);
    let parameters = match action.get("parameters") {
        None | Some(Value::Null) => Some(None),
        Some(Value::Object(parameters)) => Some(Some(parameters.clone())),
        parameters => {
            let path = format!("{path}.parameters");
            let sentence = format!("{}, not an object", kind_of(parameters));
            findings.push(Finding::error("parameters-not-an-object", path, sentence));
            None
        }
    };
    Some(Action { kind: kind?, parameters: parameters? })
}

fn action_type(
    value: Option<&Value>,
    path: &str,
    findings: &mut Vec<Finding>,
) -> Option<ActionType> {
    let Some(word) = value.and_then(Value::as_str) else {
        let sentence = format!("{}, not a string", kind_of(value));
        findings.push(Finding::error("no-type", path, sentence));
        return None;
    };
    let known = ActionType::ALL.into_iter().find(|kind| kind.as_str() == word);
    if known.is_none() {
        let named = if is_word(word) { format!("`{word}` is ") } else { String::new() };
        let sentence =
            format!("{named}not one of BOUNCE, DROP, DEFAULT, BYPASS_SPAM_CHECK, MOVE_TO_JUNK");
        findings.push(Finding::error("unknown-type", path, sentence));
    }
    known
}

/// Whether a text can be meant as a type. Anything else could be content of the message, and is not
/// repeated.
fn is_word(text: &str) -> bool {
    (1..=32).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'_')
}

/// What a value is, without its content.
pub(super) fn kind_of(value: Option<&Value>) -> &'static str {
    match value {
        None => "missing",
        Some(Value::Null) => "null",
        Some(Value::Bool(_)) => "a boolean",
        Some(Value::Number(_)) => "a number",
        Some(Value::String(_)) => "a string",
        Some(Value::Array(_)) => "a list",
        Some(Value::Object(_)) => "an object",
    }
}

fn all_recipients(value: Option<&Value>, path: &str, findings: &mut Vec<Finding>) -> Option<bool> {
    let path = format!("{path}.allRecipients");
    let (flag, word) = match value {
        None | Some(Value::Null) => return Some(false),
        Some(Value::Bool(flag)) => return Some(*flag),
        Some(Value::String(word)) if word.eq_ignore_ascii_case("true") => (true, "true"),
        Some(Value::String(word)) if word.eq_ignore_ascii_case("false") => (false, "false"),
        other => {
            let sentence = format!("{}, not a boolean", kind_of(other));
            findings.push(Finding::error("all-recipients-not-boolean", path, sentence));
            return None;
        }
    };
    let sentence = format!("a string, returned as the boolean {word}");
    findings.push(Finding::warning("string-boolean", path, sentence));
    Some(flag)
}

/// `Some(None)` if the field is absent, `None` if it is unusable.
#[expect(clippy::option_option, reason = "absent and unusable differ, and only here")]
fn recipients(
    value: Option<&Value>,
    path: &str,
    findings: &mut Vec<Finding>,
) -> Option<Option<Vec<String>>> {
    let list = match value {
        None | Some(Value::Null) => return Some(None),
        Some(Value::Array(list)) => list,
        other => {
            let path = format!("{path}.recipients");
            let sentence = format!("{}, not a list of strings", kind_of(other));
            findings.push(Finding::error("recipients-not-a-list", path, sentence));
            return None;
        }
    };
    let is_address = |value: &&Value| value.as_str().is_some_and(|text| !text.trim().is_empty());
    // There is one finding for the whole list: a list of a hundred thousand numbers is one mistake.
    let wrong = list.iter().filter(|value| !is_address(value)).count();
    if let Some(first) = list.iter().position(|value| !is_address(&value)) {
        let path = format!("{path}.recipients[{first}]");
        let sentence = format!(
            "not a plain string with an address, unlike the objects of the event (invalid entries: \
             {wrong})"
        );
        findings.push(Finding::error("recipient-not-a-string", path, sentence));
        return None;
    }
    let addresses = list.iter().filter_map(Value::as_str).map(str::to_owned);
    Some(Some(addresses.collect()))
}
