//! Events of Amazon SES: the input that is made from them, and their keys.

use handler::ses::Message;
use handler::ses::event::MessageFault;
use handler::ses::policy::{ContentPlace, InputPolicy, MailFrom};
use handler::source::Source;
use serde_json::{Map, Value, json};

use crate::ses_world::{changed, event, message};

fn input(message: &Message) -> Value {
    serde_json::from_str(message.input()).unwrap()
}

fn with_policy(policy: &InputPolicy) -> Value {
    input(&Message::parse(&event().to_string(), policy).unwrap())
}

#[test]
fn the_input_is_the_event_of_work_mail_and_what_only_ses_knows() {
    let message = message(&event());
    let key = "ses-d6iitobk75ur44p8kdnnp7g2n800-2f5d1c1b3d3f";
    assert_eq!(message.key().len(), key.len());
    assert!(message.key().starts_with("ses-d6iitobk75ur44p8kdnnp7g2n800-"), "{}", message.key());
    let mail = &event()["Records"][0]["ses"]["mail"];
    assert_eq!(
        input(&message),
        json!({
            "summaryVersion": "2018-10-10",
            "envelope": {
                "mailFrom": { "address": "61967230-7A45-4A9D-BEC9-87CBCF2211C9@example.org" },
                "recipients": [{ "address": "a@example.com" }, { "address": "b@example.com" }],
            },
            "sender": { "address": "list@example.org" },
            "subject": "Example subject",
            "messageId": "d6iitobk75ur44p8kdnnp7g2n800",
            "invocationId": message.key(),
            "flowDirection": "INBOUND",
            "truncated": false,
            "source": "ses",
            "ses": {
                "mail": {
                    "source": mail["source"],
                    "messageId": mail["messageId"],
                    "destination": mail["destination"],
                    "headersTruncated": false,
                    "headers": mail["headers"],
                    "commonHeaders": mail["commonHeaders"],
                },
                "receipt": {
                    "recipients": ["a@example.com", "b@example.com"],
                    "spamVerdict": { "status": "PASS" },
                    "virusVerdict": { "status": "PASS" },
                    "spfVerdict": { "status": "PASS" },
                    "dkimVerdict": { "status": "PASS" },
                    "dmarcVerdict": { "status": "PASS" },
                },
            },
        })
    );
}

/// The same value with the members of every object in random order.
fn shuffled(value: &Value, random: &mut fastrand::Rng) -> Value {
    match value {
        Value::Object(members) => {
            let mut members: Vec<(String, Value)> = members
                .iter()
                .map(|(name, member)| (name.clone(), shuffled(member, random)))
                .collect();
            random.shuffle(&mut members);
            Value::Object(Map::from_iter(members))
        }
        Value::Array(items) => items.iter().map(|item| shuffled(item, random)).collect(),
        other => other.clone(),
    }
}

/// JSON text with the members in the order of the value's iterator, or reversed.
fn reversed(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let members: Vec<String> = members
                .iter()
                .rev()
                .map(|(name, member)| {
                    format!("{} : {}", Value::from(name.as_str()), reversed(member))
                })
                .collect();
            format!("{{ {} }}", members.join(" , "))
        }
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(reversed).collect();
            format!("[{}]", items.join(", "))
        }
        other => other.to_string(),
    }
}

#[test]
fn the_bytes_are_the_same_whatever_changes_between_invocations() {
    let first = message(&event());
    let mut random = fastrand::Rng::with_seed(7);
    for round in 0..200 {
        let later = changed(|mail, receipt| {
            mail["timestamp"] = json!(format!("2026-11-30T00:00:{:02}.000Z", round % 60));
            receipt["timestamp"] = json!(format!("2026-11-30T01:00:{:02}.000Z", round % 60));
            receipt["processingTimeMillis"] = json!(round.to_string());
            receipt["action"] = json!({ "type": "Lambda", "invocationType": "Event" });
            receipt["recipients"].as_array_mut().unwrap().reverse();
            receipt["added"] = json!(round);
        });
        let later = shuffled(&later, &mut random);
        let text = if round % 2 == 0 { later.to_string() } else { reversed(&later) };
        let again = Message::parse(&text, &InputPolicy::default()).unwrap();
        assert_eq!((again.key(), again.input()), (first.key(), first.input()));
    }
}

#[test]
fn the_bare_form_is_the_same_message() {
    let bare = event()["Records"][0]["ses"].clone();
    assert_eq!(message(&bare).input(), message(&event()).input());
    let without_source = changed(|_, _| ());
    let mut without_source = without_source;
    without_source["Records"][0].as_object_mut().unwrap().remove("eventSource");
    assert_eq!(message(&without_source).key(), message(&event()).key());
}

#[test]
fn a_key_names_the_message_and_its_recipients() {
    let key = |recipients: Value| {
        message(&changed(|_, receipt| receipt["recipients"] = recipients)).key().to_owned()
    };
    let both = key(json!(["a@example.com", "b@example.com"]));
    assert_eq!(key(json!(["B@example.com", "A@Example.com"])), both);
    assert_ne!(key(json!(["a@example.com"])), both);
    assert_ne!(key(json!(["a@example.com"])), key(json!(["b@example.com"])));
    let named =
        |id: &str| message(&changed(|mail, _| mail["messageId"] = json!(id))).key().to_owned();
    for odd in ["a b", "m\u{e9}ssage", &"x".repeat(64), "a/b"] {
        let key = named(odd);
        assert_eq!(key.len(), 68, "{key}");
        assert!(key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'), "{key}");
    }
    assert_eq!(named(&"x".repeat(60)).len(), 77);
    assert_ne!(named("a b"), named("a c"));
}

#[test]
fn the_sender_is_that_of_the_envelope_unless_the_setting_says_otherwise() {
    let header = InputPolicy { mail_from: MailFrom::Header, content: None };
    assert_eq!(with_policy(&header)["envelope"]["mailFrom"]["address"], "jane@example.org");
    let envelope = with_policy(&InputPolicy::default());
    assert_eq!(
        envelope["envelope"]["mailFrom"]["address"],
        "61967230-7A45-4A9D-BEC9-87CBCF2211C9@example.org"
    );
    for source in [json!(""), json!("<>"), json!(null), json!("MAILER-DAEMON")] {
        let notice = message(&changed(|mail, _| mail["source"] = source));
        assert_eq!(
            (notice.sender(), &input(&notice)["envelope"]["mailFrom"]["address"]),
            ("", &json!(""))
        );
    }
}

#[test]
fn the_input_names_the_stored_message_if_there_is_one() {
    assert_eq!(with_policy(&InputPolicy::default()).get("content"), None);
    let content = ContentPlace { bucket: "mail".to_owned(), prefix: "raw/".to_owned() };
    let policy = InputPolicy { content: Some(content), ..InputPolicy::default() };
    assert_eq!(
        with_policy(&policy)["content"],
        json!({ "bucket": "mail", "key": "raw/d6iitobk75ur44p8kdnnp7g2n800" })
    );
}

#[test]
fn what_does_not_fit_is_left_out_and_that_is_said() {
    let many: Vec<Value> =
        (0..6_000).map(|n| json!({ "name": "X", "value": format!("{n:0>50}") })).collect();
    let large = message(&changed(|mail, _| mail["headers"] = json!(many)));
    let ses = &input(&large)["ses"];
    assert_eq!((&ses["headersLeftOut"], ses["mail"].get("headers")), (&json!(true), None));
    assert_eq!(ses["mail"]["commonHeaders"]["subject"], "Example subject");
    let huge = message(&changed(|mail, _| {
        mail["commonHeaders"]["subject"] = json!("x".repeat(300_000));
    }));
    assert_eq!(input(&huge)["ses"], json!({ "leftOut": true }));
    assert_eq!(input(&huge)["subject"], "x".repeat(256));
    for message in [large, huge] {
        assert!(message.input().len() <= 262_144);
    }
    let crowd: Vec<String> = (0..20_000).map(|n| format!("{n}@example.com")).collect();
    let crowd = changed(|_, receipt| receipt["recipients"] = json!(crowd)).to_string();
    let fault = Message::parse(&crowd, &InputPolicy::default()).unwrap_err();
    assert!(matches!(fault, MessageFault::TooLarge(_)), "{fault}");
}

#[test]
fn a_subject_that_was_cut_inside_of_a_character_is_no_reason_to_lose_the_message() {
    let text = event().to_string().replace("Example subject", "cut \\ud83d");
    let message = Message::parse(&text, &InputPolicy::default()).unwrap();
    assert_eq!(input(&message)["subject"], "cut \u{fffd}");
}

#[test]
fn only_an_id_and_a_recipient_are_required() {
    let least = json!({ "mail": { "messageId": "m" }, "receipt": { "recipients": ["a@x"] } });
    let message = message(&least);
    assert_eq!(input(&message)["envelope"]["mailFrom"]["address"], "");
    assert!(!message.is_authenticated());
    let read = |event: Value| Message::parse(&event.to_string(), &InputPolicy::default());
    let fault = |event: Value| read(event).unwrap_err();
    for id in [json!(null), json!(""), json!(7)] {
        let event = json!({ "mail": { "messageId": id }, "receipt": { "recipients": ["a@x"] } });
        assert_eq!(fault(event), MessageFault::NoMessageId);
    }
    for recipients in [json!(null), json!([]), json!([" "]), json!([1]), json!("a@x")] {
        let event =
            json!({ "mail": { "messageId": "m" }, "receipt": { "recipients": recipients } });
        assert_eq!(fault(event), MessageFault::NoRecipients);
    }
    let record = event()["Records"][0].clone();
    assert_eq!(fault(json!({ "Records": [record, record] })), MessageFault::NotOneRecord(2));
    assert_eq!(fault(json!({ "Records": [] })), MessageFault::NotOneRecord(0));
    for other in [
        json!({ "Records": [{ "eventSource": "aws:s3", "s3": {} }] }),
        json!({ "Records": [{ "eventSource": "aws:sns", "ses": record["ses"] }] }),
        json!({ "Records": record }),
        json!({ "mail": { "messageId": "m" } }),
        json!([]),
        json!("x"),
    ] {
        assert_eq!(fault(other.clone()), MessageFault::AnotherShape, "{other}");
    }
    assert_eq!(
        Message::parse("{", &InputPolicy::default()).unwrap_err(),
        MessageFault::Unreadable { line: 1, column: 1 }
    );
}

#[test]
fn a_debug_log_shows_no_address_and_no_header() {
    let shown = message(&event()).without_content();
    assert_eq!(
        shown,
        json!({
            "mail": {
                "timestamp": "2026-11-30T00:00:00.000Z",
                "messageId": "d6iitobk75ur44p8kdnnp7g2n800",
                "source": "string of 48 bytes",
                "destination": "array of 1",
                "headersTruncated": false,
                "headers": "array of 2",
                "commonHeaders": "object",
            },
            "receipt": {
                "timestamp": "2026-11-30T00:00:00.000Z",
                "processingTimeMillis": "number",
                "recipients": "array of 2",
                "spamVerdict": { "status": "PASS" },
                "virusVerdict": { "status": "PASS" },
                "spfVerdict": { "status": "PASS" },
                "dkimVerdict": { "status": "PASS" },
                "dmarcVerdict": { "status": "PASS" },
                "unknownMembers": 1,
            },
        })
    );
}
