//! What must be true for every output of a state machine: it is accepted exactly if it means a
//! verdict that WorkMail accepts, the answer has that meaning, and every finding has a place.
//!
//! Sources: WorkMail administrator guide, "Configuring AWS Lambda for Amazon WorkMail", for what a
//! response is; AWS's sample functions for what is tolerated: booleans as strings, empty lists of
//! recipients, `recipients` beside `allRecipients`.

use std::collections::BTreeSet;

use handler::actions::Direction;
use handler::finding::Finding;
use handler::source::{Checked, Source};
use handler::workmail::Message;
use serde_json::{Value, json};

use self::json_path::leads_somewhere;

#[path = "json_path.rs"]
mod json_path;

/// The character that marks content. The handler's own texts never contain it, so a text that
/// contains it quotes content.
pub(crate) const MARK: char = '§';

const TYPES: [&str; 5] = ["BOUNCE", "DROP", "DEFAULT", "BYPASS_SPAM_CHECK", "MOVE_TO_JUNK"];
const INBOUND_ONLY: [&str; 2] = ["BYPASS_SPAM_CHECK", "MOVE_TO_JUNK"];
const MOST_BYTES: usize = 256 * 1024;
const MOST_ACTIONS: usize = 10;
const MOST_RECIPIENTS: usize = 500;

/// Warnings about what was normalized. A normalized verdict does not cause them.
const EXCUSES: [&str; 2] = ["string-boolean", "recipients-ignored"];

/// Panics if the handler treats an output for a message wrongly.
pub(crate) fn holds(message: &Message, output: &str) {
    let outbound = message.direction() == Some(Direction::Outbound);
    let expected = meaning(output, outbound);
    let findings = match (message.interpret(output), expected) {
        (Ok(checked), Ok(expected)) => {
            let answered: Value = serde_json::from_str(checked.verdict.as_str()).unwrap();
            assert_eq!(answered, expected, "answered something else than {output}");
            assert!(!checked.findings.iter().any(Finding::is_error), "{:?}", checked.findings);
            is_stable(message, &checked);
            checked.findings
        }
        (Err(rejected), Err(_)) => {
            assert!(rejected.findings.iter().any(Finding::is_error), "{output}: no error");
            rejected.findings
        }
        (Ok(_), Err(fault)) => panic!("accepted although {fault}: {output}"),
        (Err(rejected), Ok(_)) => panic!("refused for {:?}: {output}", rejected.findings),
    };
    let document = serde_json::from_str(output).unwrap_or(Value::Null);
    for finding in findings {
        assert!(leads_somewhere(&finding.path, &document), "{finding} leads nowhere in {output}");
        assert!(!finding.to_string().contains(MARK), "quotes the output: {finding}");
    }
}

/// Checks that a verdict that is read again gives an answer with the same bytes.
fn is_stable(message: &Message, first: &Checked) {
    let second = message.interpret(first.verdict.as_str()).unwrap();
    assert_eq!(second.verdict, first.verdict);
    let known: BTreeSet<&str> = first.findings.iter().map(|finding| finding.code).collect();
    for finding in &second.findings {
        assert!(known.contains(finding.code) && !EXCUSES.contains(&finding.code), "{finding}");
    }
    assert_eq!(message.interpret(second.verdict.as_str()).unwrap(), second);
}

/// The verdict that an output means, in normal form, or why it is not a verdict.
fn meaning(output: &str, outbound: bool) -> Result<Value, String> {
    let output: Value = serde_json::from_str(output).map_err(|error| error.to_string())?;
    let actions = output.get("actions").and_then(Value::as_array).ok_or("it has no actions")?;
    let actions: Vec<Value> =
        actions.iter().map(|entry| meaning_of_one(entry, outbound)).collect::<Result<_, _>>()?;
    let with_recipients: Vec<&Value> =
        actions.iter().filter(|action| action.get("recipients") != Some(&json!([]))).collect();
    let verdict = if with_recipients.is_empty() {
        json!({ "actions": actions })
    } else {
        json!({ "actions": with_recipients })
    };
    fault_of_all(&verdict, outbound).map_or(Ok(verdict), |fault| Err(fault.to_owned()))
}

fn meaning_of_one(entry: &Value, outbound: bool) -> Result<Value, String> {
    let present =
        |place: &Value, name: &str| place.get(name).filter(|value| !value.is_null()).cloned();
    let action = present(entry, "action").filter(Value::is_object).ok_or("an action is missing")?;
    let parameters = present(&action, "parameters");
    let action = match parameters {
        Some(parameters) => json!({ "type": action["type"], "parameters": parameters }),
        None => json!({ "type": action["type"] }),
    };
    if let Some(fault) = fault_of_one(&action, outbound) {
        return Err(fault.to_owned());
    }
    let everyone = match present(entry, "allRecipients") {
        None => false,
        Some(Value::Bool(everyone)) => everyone,
        Some(Value::String(word)) => {
            word.to_ascii_lowercase().parse().map_err(|_| "allRecipients is a word")?
        }
        Some(_) => return Err("allRecipients is not a boolean".to_owned()),
    };
    let named = present(entry, "recipients");
    if !named.as_ref().is_none_or(is_list_of_addresses) {
        return Err("recipients is not a list of addresses".to_owned());
    }
    match named {
        _ if everyone => Ok(json!({ "action": action, "allRecipients": true })),
        Some(named) => Ok(json!({ "action": action, "recipients": named })),
        None => Err("an action has no recipients".to_owned()),
    }
}

fn is_list_of_addresses(list: &Value) -> bool {
    let is_address = |value: &Value| value.as_str().is_some_and(|text| !text.trim().is_empty());
    list.as_array().is_some_and(|list| list.iter().all(is_address))
}

/// Why WorkMail would not accept an action. An action without recipients is not part of the answer,
/// but its mistakes are reported, because it can have recipients for another message.
fn fault_of_one(action: &Value, outbound: bool) -> Option<&'static str> {
    let Some(kind) = action["type"].as_str().filter(|kind| TYPES.contains(kind)) else {
        return Some("there is no such type");
    };
    let parameters = &action["parameters"];
    let message = parameters.get("bounceMessage");
    [
        (outbound && INBOUND_ONLY.contains(&kind), "the type is for inbound mail only"),
        (!parameters.is_object() && !parameters.is_null(), "parameters is not an object"),
        (
            kind == "BOUNCE" && message.is_some_and(|message| !message.is_string()),
            "the bounce message is not a string",
        ),
    ]
    .into_iter()
    .find_map(|(wrong, why)| wrong.then_some(why))
}

/// Why WorkMail would not accept a verdict although it accepts each of its actions.
fn fault_of_all(verdict: &Value, outbound: bool) -> Option<&'static str> {
    let actions = verdict["actions"].as_array().unwrap();
    let mut different: Vec<&Value> = Vec::new();
    let mut named = BTreeSet::new();
    for entry in actions {
        if !different.contains(&&entry["action"]) {
            different.push(&entry["action"]);
        }
        let recipients = entry.get("recipients").and_then(Value::as_array).into_iter().flatten();
        named.extend(recipients.map(|address| address.as_str().unwrap().trim().to_lowercase()));
    }
    [
        (actions.is_empty(), "there is no action"),
        (different.len() > MOST_ACTIONS, "there are too many actions"),
        (outbound && named.len() > MOST_RECIPIENTS, "there are too many recipients"),
        (verdict.to_string().len() > MOST_BYTES, "it is too large"),
    ]
    .into_iter()
    .find_map(|(wrong, why)| wrong.then_some(why))
}
