//! Events of any shape, compared with an independent oracle: no panic, no loss of a message that
//! can be handled, and no quoted content.

use std::collections::BTreeSet;

use handler::workmail::Message;
use handler::workmail::event::MessageFault;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use crate::any_json::{any_json, content};
use crate::mutation::{changed, damaged};
use crate::oracle;

const NAMES: &[&str] = &[
    "summaryVersion",
    "envelope",
    "mailFrom",
    "recipients",
    "address",
    "sender",
    "subject",
    "messageId",
    "invocationId",
    "flowDirection",
    "truncated",
    "unheard-of",
    "Records",
    "mail",
    "receipt",
];
const WORDS: &[&str] = &["INBOUND", "OUTBOUND", "2018-10-10", "§someone§@example.com", "", "0-0"];

fn event() -> impl Strategy<Value = Value> {
    (content(), content(), "[0-9a-f-]{1,40}", any::<bool>()).prop_map(
        |(subject, address, id, truncated)| {
            json!({
                "summaryVersion": "2018-10-10",
                "envelope": {
                    "mailFrom": {"address": address},
                    "recipients": [{"address": address}, {"address": address}],
                },
                "sender": {"address": address},
                "subject": subject,
                "messageId": id,
                "invocationId": id,
                "flowDirection": "INBOUND",
                "truncated": truncated,
            })
        },
    )
}

/// Events near the limits of an input and of a key, in bytes.
fn border() -> impl Strategy<Value = String> {
    (0..4_usize, any::<bool>(), any::<bool>()).prop_map(|(beyond, of_key, wide)| {
        let (filling, width) = if wide { ("é", 2) } else { ("x", 1) };
        let fill = |bytes: usize| filling.repeat(bytes / width) + &"y".repeat(bytes % width);
        if of_key {
            return json!({"invocationId": fill(2_046 + beyond)}).to_string();
        }
        let whole = |subject: String| json!({"invocationId": "x", "subject": subject}).to_string();
        whole(fill(262_142 + beyond - whole(String::new()).len()))
    })
}

fn any_event() -> impl Strategy<Value = String> {
    prop_oneof![
        1 => event().prop_map(|event| format!("\r\n{event:#} ")),
        6 => changed(event(), NAMES, WORDS),
        2 => damaged(event().prop_map(|event| event.to_string())),
        4 => any_json(NAMES, WORDS),
        1 => ".*",
        1 => border(),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_event_is_read_exactly_if_it_has_a_usable_id(event in any_event()) {
        oracle::event::holds(&event);
    }
}

/// Ensures that the generator of the property above reaches every case.
#[test]
fn the_events_reach_acceptance_and_every_fault() {
    let mut runner = TestRunner::deterministic();
    let events = any_event();
    let mut seen = BTreeSet::new();
    for _ in 0..1_000 {
        seen.insert(match Message::parse(&events.new_tree(&mut runner).unwrap().current()) {
            Ok(_) => "read",
            Err(MessageFault::Unreadable { .. }) => "unreadable",
            Err(MessageFault::NotAnObject) => "not an object",
            Err(MessageFault::ShapeOfSes) => "shape of SES",
            Err(MessageFault::NoInvocationId) => "no invocation id",
            Err(MessageFault::LongInvocationId(_)) => "long invocation id",
            Err(MessageFault::TooLarge(_)) => "too large",
        });
    }
    assert_eq!(seen.len(), 7, "{seen:?}");
}
