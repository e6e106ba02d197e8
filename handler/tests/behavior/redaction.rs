//! The event in a debug log: what is shown, and that nothing else is shown.

use handler::workmail::Message;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::world::EVENT;

fn shown(event: &str) -> Value {
    Message::parse(event).unwrap().without_content()
}

#[test]
fn the_documented_event_is_shown_without_addresses_and_subject() {
    let expected = json!({
        "summaryVersion": "2018-10-10",
        "envelope": {
            "mailFrom": {"address": "string of 16 bytes"},
            "recipients": "array of 2",
        },
        "sender": {"address": "string of 18 bytes"},
        "subject": "string of 27 bytes",
        "messageId": "00000000-0000-0000-0000-000000000000",
        "invocationId": "00000000000000000000000000000000",
        "flowDirection": "INBOUND",
        "truncated": false,
    });
    assert_eq!(shown(EVENT), expected);
}

#[test]
fn unknown_members_are_counted_but_not_named() {
    let event = json!({
        "invocationId": "x", "alice@example.com": 1, "body": "Dear Bob",
        "envelope": {"bob@example.com": null, "mailFrom": {"name": "Bob", "address": ["bob"]}},
    });
    assert_eq!(
        shown(&event.to_string()),
        json!({
            "invocationId": "x", "unknownMembers": 2,
            "envelope": {
                "unknownMembers": 1,
                "mailFrom": {"address": "array of 1", "unknownMembers": 1},
            },
        })
    );
}

#[test]
fn a_value_of_an_unexpected_shape_is_only_described() {
    let event = json!({
        "summaryVersion": "Bob's diary", "envelope": "bob@example.com", "sender": [1, 2],
        "subject": {"text": "hello"}, "messageId": "bob@example.com", "invocationId": "a b",
        "flowDirection": "to Bob", "truncated": 7,
    });
    assert_eq!(
        shown(&event.to_string()),
        json!({
            "summaryVersion": "string of 11 bytes", "envelope": "string of 15 bytes",
            "sender": "array of 2", "subject": "object", "messageId": "string of 15 bytes",
            "invocationId": "string of 3 bytes", "flowDirection": "string of 6 bytes",
            "truncated": "number",
        })
    );
}

#[test]
fn a_subject_cut_inside_a_character_hides_only_itself() {
    let event = r#"{"invocationId":"x","subject":"\ud83d","truncated":true,"sender":null}"#;
    assert_eq!(
        shown(event),
        json!({
            "invocationId": "x", "subject": "string of 6 bytes", "truncated": true, "sender": null,
        })
    );
}

/// Content of characters that occur neither in ids nor in descriptions.
fn secret() -> impl Strategy<Value = String> {
    "[QXZ@.§ ]{3,30}"
}

/// JSON in which all strings and names are secret, except that some names can be known ones.
fn secrets() -> impl Strategy<Value = Value> {
    let name = prop_oneof![
        3 => secret(),
        1 => prop::sample::select(vec!["address", "mailFrom", "recipients", "subject", "sender"])
            .prop_map(str::to_owned),
    ];
    secret().prop_map(Value::from).prop_recursive(4, 24, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(name.clone(), inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_secret_is_ever_shown(
        all in prop::collection::vec(secrets(), 7),
        name in secret(),
        // A text of only letters would be a valid id.
        id in secret().prop_map(|secret| format!("{secret}@")),
        whole in any::<bool>(),
    ) {
        let [version, from, recipient, sender, subject, direction, unknown] =
            <[Value; 7]>::try_from(all).unwrap();
        let envelope = json!({"mailFrom": {"address": from}, "recipients": [{"address": recipient}]});
        let event = json!({
            "summaryVersion": version, "envelope": if whole { from } else { envelope },
            "sender": {"address": sender, name.as_str(): sender}, "subject": subject,
            "messageId": id, "invocationId": id, "flowDirection": direction,
            "truncated": unknown, name: unknown,
        });
        let shown = shown(&event.to_string()).to_string();
        prop_assert!(!shown.contains(['Q', 'X', 'Z', '@', '.', '§']), "{}", shown);
    }
}
