//! Checks verdicts that are written in the definition: WorkMail would refuse some of them.
//!
//! Computed values are not known yet; values that WorkMail accepts replace them.

use handler::actions::interpret::interpret;
use handler::actions::verdict::ActionType;
use handler::finding::Finding as Fault;
use handler::workmail::Message;
use serde_json::{Map, Value, json};

use super::machine::Check;
use crate::document::member;

/// Checks the output of state `name` at `path`, if an execution ends with it or it is the output state.
pub(super) fn check(
    check: &mut Check,
    name: &str,
    state: &Map<String, Value>,
    path: &str,
    output_state: Option<&str>,
) {
    let is_end = state.get("End") == Some(&Value::Bool(true))
        || state.get("Type").is_some_and(|kind| kind == "Succeed");
    let decides = output_state.map_or(is_end, |output_state| output_state == name);
    let Some(field) = output_field(state).filter(|_| decides) else { return };
    let Some(verdict) = state.get(field).and_then(written) else { return };
    for fault in faults(&verdict) {
        let place = fault.path.strip_prefix('$').unwrap_or(&fault.path);
        let at = format!("{}{place}", member(path, field));
        let fix = match fault.code {
            "unknown-type" | "no-type" => format!("use one of {}", types()),
            _ => "write a verdict that WorkMail accepts".to_owned(),
        };
        let sentence = format!("WorkMail would not accept this verdict: {}", fault.sentence);
        check.error("verdict", at, sentence, fix);
    }
}

fn types() -> String {
    ActionType::ALL.map(ActionType::as_str).join(", ")
}

/// The field that holds the whole output of a state, unless paths change it.
fn output_field(state: &Map<String, Value>) -> Option<&'static str> {
    let is_changed = ["ResultPath", "OutputPath"]
        .iter()
        .any(|path| state.get(*path).is_some_and(|path| path != "$"));
    let fields = match state.get("Type").and_then(Value::as_str)? {
        _ if is_changed => return None,
        "Pass" => &["Output", "Parameters", "Result"][..],
        _ => &["Output"],
    };
    fields.iter().find(|field| state.contains_key(**field)).copied()
}

/// The verdict that is written in a value, if there is one: an object with a list of actions.
fn written(value: &Value) -> Option<Value> {
    let actions = value.get("actions")?;
    let Value::Array(actions) = actions else {
        // A computed list has another key, or is an expression.
        return (!is_expression(actions)).then(|| value.clone());
    };
    // If an action is computed as a whole, the rules over all actions cannot be checked.
    let known: Vec<Value> = actions.iter().filter(|it| !is_expression(it)).map(filled).collect();
    (known.len() == actions.len()).then(|| json!({ "actions": known }))
}

fn is_expression(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.starts_with("{%") && text.ends_with("%}"))
}

/// The value, with values that WorkMail accepts in place of computed ones.
fn filled(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let members = members.iter().map(|(name, value)| match name.strip_suffix(".$") {
                Some(plain) => (plain.to_owned(), accepted(plain)),
                None if is_expression(value) => (name.clone(), accepted(name)),
                None => (name.clone(), filled(value)),
            });
            Value::Object(members.collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(filled).collect()),
        text if is_expression(text) => "a@example.com".into(),
        other => other.clone(),
    }
}

fn accepted(name: &str) -> Value {
    match name {
        "allRecipients" => true.into(),
        "recipients" => json!(["a@example.com"]),
        "type" => ActionType::Default.as_str().into(),
        "action" => json!({ "type": ActionType::Default.as_str() }),
        "parameters" => json!({}),
        _ => "text".into(),
    }
}

fn faults(verdict: &Value) -> Vec<Fault> {
    let rejected = interpret(&verdict.to_string(), any_message().audience()).err();
    let findings = rejected.map(|rejected| rejected.findings).unwrap_or_default();
    findings.into_iter().filter(Fault::is_error).collect()
}

/// A message in a direction for which every type of action exists.
fn any_message() -> Message {
    let event = json!({
        "summaryVersion": "2018-10-10",
        "invocationId": "0",
        "flowDirection": "INBOUND",
        "envelope": {
            "mailFrom": { "address": "a@example.com" },
            "recipients": [{ "address": "a@example.com" }],
        },
    });
    Message::parse(&event.to_string()).expect("the event of every message has these fields")
}

#[cfg(test)]
mod tests {
    use crate::flow::Definition;
    use crate::flow::check::check;

    fn found(state: &str, output_state: Option<&str>) -> Vec<String> {
        let second = if state.contains("Next: B") { ", B: {Type: Succeed}" } else { "" };
        let yaml = format!("StartAt: A\nStates: {{A: {{{state}}}{second}}}");
        let definition = Definition::from_yaml(&yaml, "test").unwrap();
        let findings = check(&definition, output_state).into_iter();
        findings.map(|finding| format!("{} {}", finding.code, finding.location)).collect()
    }

    #[test]
    fn a_written_verdict_is_one_that_workmail_accepts() {
        let action =
            |action: &str| format!("{{actions: [{{allRecipients: true, action: {action}}}]}}");
        let junk = action("{type: JUNK}");
        let place =
            |field: &str| vec![format!("verdict $.States.A.{field}.actions[0].action.type")];
        assert_eq!(found(&format!("Type: Pass, End: true, Result: {junk}"), None), place("Result"));
        assert_eq!(
            found(&format!("Type: Pass, End: true, Parameters: {junk}"), None),
            place("Parameters")
        );
        let jsonata = format!("Type: Succeed, QueryLanguage: JSONata, Output: {junk}");
        assert_eq!(found(&jsonata, None), place("Output"));
        let right = action("{type: MOVE_TO_JUNK}");
        assert_eq!(found(&format!("Type: Pass, End: true, Result: {right}"), None), [""; 0]);
        assert_eq!(
            found("Type: Pass, End: true, Result: {actions: 3}", None),
            ["verdict $.States.A.Result.actions"]
        );
    }

    #[test]
    fn what_is_computed_or_no_verdict_is_not_judged() {
        for state in [
            "Type: Pass, End: true, Result: {other: 1}",
            "Type: Pass, End: true, Parameters: {'actions.$': $.x}",
            "Type: Pass, End: true, Parameters: {actions: [{'recipients.$': $.x, action: {'type.$': $.y}}]}",
            "Type: Succeed, QueryLanguage: JSONata, Output: {actions: '{% $x %}'}",
            "Type: Succeed, QueryLanguage: JSONata, Output: {actions: ['{% $x %}', {}]}",
            "Type: Succeed, QueryLanguage: JSONata, Output: {actions: [{allRecipients: true, action: {type: BOUNCE, parameters: {bounceMessage: '{% $x %}'}}}]}",
            "Type: Pass, End: true, ResultPath: $.kept, Result: {actions: 3}",
        ] {
            assert_eq!(found(state, None), [""; 0], "{state}");
        }
        // Not the last state, or not the one whose output is the verdict.
        let early = "Type: Pass, Next: B, Result: {actions: 3}";
        assert_eq!(found(early, None), [""; 0]);
        assert_eq!(found(early, Some("A")), ["verdict $.States.A.Result.actions"]);
    }
}
