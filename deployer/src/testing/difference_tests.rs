//! What counts as a difference.

use handler::actions::effects;
use handler::actions::verdict::{ActionType, Verdict};
use handler::source::Source as _;
use handler::workmail::Message;
use serde_json::{Value, json};

use super::difference::{Difference, lacking, of_effects};
use super::expectation::ExpectedVerdict;

/// The differences of a call, as text.
fn lacks(expected: &Value, actual: &Value) -> Vec<String> {
    let mut found = Vec::new();
    lacking("S", "$", expected, actual, &mut found);
    let text = |difference: Difference| {
        format!("{}: {} {}", difference.of.unwrap(), difference.expected, difference.actual)
    };
    found.into_iter().map(text).collect()
}

#[test]
fn only_the_named_members_of_a_call_are_compared() {
    let actual = json!({ "a": { "b": 1, "c": 2 }, "d": [1, { "e": 2, "f": 3 }], "g": null });
    assert_eq!(lacks(&json!({}), &actual), [""; 0]);
    assert_eq!(lacks(&json!({ "a": { "b": 1 }, "d": [1, { "f": 3 }] }), &actual), [""; 0]);
    let other = json!({ "a": { "b": 2, "x y": 0 }, "d": [1, { "e": 0 }], "g": {} });
    assert_eq!(
        lacks(&other, &actual),
        ["S $.a.b: 2 1", "S $.a['x y']: 0 null", "S $.d[1].e: 0 2", "S $.g: {} null"]
    );
    assert_eq!(lacks(&json!({ "d": [1] }), &actual).len(), 1, "lists are compared whole");
    assert_eq!(lacks(&json!([]), &json!({})), ["S $: [] {}"]);
}

/// The differences of a verdict, as text.
fn differ(expected: &ExpectedVerdict, recipients: &[&str], actions: Value) -> Vec<String> {
    let recipients: Vec<Value> =
        recipients.iter().map(|address| json!({ "address": address })).collect();
    let event = json!({ "invocationId": "1", "envelope": { "recipients": recipients } });
    let message = Message::parse(&event.to_string()).unwrap();
    let checked = message.interpret(&json!({ "actions": actions }).to_string());
    let verdict: Verdict = serde_json::from_str(checked.unwrap().verdict.as_str()).unwrap();
    let mut found = Vec::new();
    of_effects(expected, &effects(message.audience(), Some(&verdict)), &mut found);
    let text =
        |one: Difference| format!("{} {} {}", one.of.unwrap_or_default(), one.expected, one.actual);
    found.into_iter().map(text).collect()
}

#[test]
fn every_recipient_of_a_verdict_is_compared() {
    let drop_all = json!([{ "action": { "type": "DROP" }, "allRecipients": true }]);
    let everyone = ExpectedVerdict::Everyone(ActionType::Drop);
    assert_eq!(differ(&everyone, &["a@x", "b@x"], drop_all.clone()), [""; 0]);
    assert_eq!(differ(&everyone, &[], drop_all.clone()), [r#" "DROP" {}"#]);
    let one = json!([{ "action": { "type": "DROP" }, "recipients": ["a@x", "new@x"] }]);
    assert_eq!(differ(&everyone, &["a@x", "b@x"], one.clone()), [r#"b@x "DROP" "none""#]);
    let each = |each: &[(&str, Option<ActionType>)]| {
        let each = each.iter().map(|(who, kind)| ((*who).to_owned(), *kind));
        ExpectedVerdict::Each(each.collect())
    };
    let (drop, none) = (Some(ActionType::Drop), None);
    let all = each(&[("A@x ", drop), ("b@x", none), ("new@x", drop)]);
    assert_eq!(differ(&all, &["a@x", "b@x"], one.clone()), [""; 0]);
    assert_eq!(
        differ(&each(&[("a@x", none), ("c@x", drop)]), &["a@x", "b@x"], one),
        [
            r#"a@x "none" "DROP""#,
            r#"c@x "DROP" null"#,
            r#"b@x null "none""#,
            r#"new@x null "DROP""#,
        ]
    );
    assert_eq!(
        differ(&ExpectedVerdict::Missing, &["a@x"], drop_all),
        [r#" "none" {"a@x":"DROP"}"#]
    );
}
