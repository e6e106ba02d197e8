//! Outputs that are verdicts, and outputs that are similar to verdicts.

use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Value, json};

use crate::any_json::{any_json, content, number};
use crate::mutation::{changed, damaged};

const NAMES: &[&str] = &[
    "actions",
    "action",
    "type",
    "parameters",
    "bounceMessage",
    "recipients",
    "allRecipients",
    "Payload",
    "StatusCode",
    "other",
];
const WORDS: &[&str] = &[
    "BOUNCE",
    "DROP",
    "DEFAULT",
    "BYPASS_SPAM_CHECK",
    "MOVE_TO_JUNK",
    "drop",
    "True",
    "false",
    "yes",
    "",
    " ",
    "recipient1@example.com",
    r#"{"actions":[]}"#,
];
/// The recipients of the documented event, one of them in another spelling, and other recipients.
const RECIPIENTS: [&str; 5] = [
    "recipient1@example.com",
    "recipient2@example.com",
    "Recipient1@example.com",
    "new@example.com",
    "§another§@example.com",
];

/// Outputs of every kind, from verdicts to text that is not JSON.
pub(crate) fn any_output() -> impl Strategy<Value = String> {
    prop_oneof![
        2 => verdict().prop_map(|verdict| verdict.to_string()),
        2 => verdict().prop_map(|verdict| format!("{verdict:#}")),
        8 => changed(verdict(), NAMES, WORDS),
        2 => damaged(verdict().prop_map(|verdict| verdict.to_string())),
        6 => any_json(NAMES, WORDS),
        1 => ".*",
        1 => crowd(),
    ]
}

/// Verdicts as state machines return them. Rules that depend on the message can reject them.
fn verdict() -> impl Strategy<Value = Value> {
    let kind = prop_oneof![
        3 => select(vec!["BOUNCE", "DROP", "DEFAULT"]),
        1 => select(vec!["BYPASS_SPAM_CHECK", "MOVE_TO_JUNK"]),
    ];
    let parameters = prop_oneof![
        3 => Just(None),
        1 => Just(Some(json!({}))),
        2 => content().prop_map(|text| Some(json!({ "bounceMessage": text }))),
        1 => (content(), any_number()).prop_map(|(name, value)| Some(json!({ name: value }))),
    ];
    let whom = prop_oneof![
        2 => Just(json!({"allRecipients": true})),
        1 => Just(json!({"allRecipients": "True", "recipients": []})),
        3 => subsequence(RECIPIENTS.to_vec(), 0..=5).prop_map(|all| json!({"recipients": all})),
        1 => subsequence(RECIPIENTS.to_vec(), 1..=5)
            .prop_map(|all| json!({"recipients": all, "allRecipients": false})),
    ];
    let action = (kind, parameters, whom).prop_map(|(kind, parameters, mut whom)| {
        whom["action"] = json!({ "type": kind });
        if let Some(parameters) = parameters {
            whom["action"]["parameters"] = parameters;
        }
        whom
    });
    prop::collection::vec(action, 1..4).prop_map(|actions| json!({ "actions": actions }))
}

/// A number that a state machine could compute.
fn any_number() -> impl Strategy<Value = Value> {
    number().prop_map(|text| serde_json::from_str(&text).unwrap_or(Value::Null))
}

/// Verdicts near the limits of actions, recipients and bytes.
fn crowd() -> impl Strategy<Value = String> {
    let bounce = |message: String, whom: Value| {
        let mut action = json!({"type": "BOUNCE", "parameters": {"bounceMessage": message}});
        action = json!({ "action": action });
        action.as_object_mut().unwrap().extend(whom.as_object().unwrap().clone());
        action
    };
    prop_oneof![
        (9..13_usize).prop_map(move |count| {
            let one =
                |number| bounce(format!("{number}"), json!({"recipients": ["a@example.com"]}));
            json!({"actions": (0..count).map(one).collect::<Vec<_>>()}).to_string()
        }),
        (498..503_usize).prop_map(move |count| {
            let all: Vec<String> = (0..count).map(|n| format!("r{n}@example.com")).collect();
            json!({"actions": [bounce(String::new(), json!({ "recipients": all }))]}).to_string()
        }),
        (0..4_usize).prop_map(move |beyond| {
            let whole = |message: String| {
                json!({"actions": [bounce(message, json!({"allRecipients": true}))]}).to_string()
            };
            whole("x".repeat(256 * 1024 - 2 + beyond - whole(String::new()).len()))
        }),
    ]
}
