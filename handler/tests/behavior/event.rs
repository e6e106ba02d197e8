//! WorkMail's event: what is read, what is tolerated, and what is rejected.

use handler::actions::Direction;
use handler::source::Source;
use handler::workmail::Message;
use handler::workmail::event::MessageFault;
use serde_json::json;

use crate::world::{EVENT, KEY};

#[test]
fn the_documented_event_is_read() {
    let message = Message::parse(EVENT).unwrap();
    assert_eq!(message.invocation_id(), KEY);
    assert_eq!(message.message_id(), Some("00000000-0000-0000-0000-000000000000"));
    assert_eq!(message.direction(), Some(Direction::Inbound));
    assert_eq!(message.recipients(), ["recipient1@example.com", "recipient2@example.com"]);
    assert!(!message.truncated());
}

#[test]
fn the_input_is_the_event_byte_for_byte() {
    let event = "{ \"invocationId\" :\"x\",\n\"new\\u0046ield\":1.50e+3,  \"subject\":null}";
    assert_eq!(Message::parse(event).unwrap().input(), event);
}

#[test]
fn only_the_invocation_id_is_required() {
    let message = Message::parse(r#"{"invocationId":"x"}"#).unwrap();
    assert_eq!(message.message_id(), None);
    assert_eq!(message.direction(), None);
    assert!(message.recipients().is_empty());
}

#[test]
fn unexpected_types_in_other_fields_are_tolerated() {
    let event = json!({
        "invocationId": "x", "summaryVersion": "2099-01-01", "messageId": 5, "flowDirection": [],
        "truncated": "no", "envelope": {"recipients": [null, {"address": 1}, {"address": "a@b"}]},
    });
    let message = Message::parse(&event.to_string()).unwrap();
    assert_eq!(message.message_id(), None);
    assert_eq!(message.recipients(), ["a@b"]);
}

#[test]
fn unreadable_values_in_other_fields_are_tolerated() {
    let deep = format!("{}0{}", "[".repeat(200), "]".repeat(200));
    for odd in [r#""\ud83d""#, "1e999", &deep, r#"{"recipients":[{"address":"\udc00"}]}"#] {
        for name in ["messageId", "flowDirection", "truncated", "envelope", "subject"] {
            let event = format!(r#"{{"invocationId":"x","{name}":{odd}}}"#);
            assert_eq!(Message::parse(&event).unwrap().input(), event);
        }
        let event = format!(r#"{{"invocationId":{odd}}}"#);
        assert_eq!(Message::parse(&event).unwrap_err(), MessageFault::NoInvocationId);
    }
}

#[test]
fn events_that_are_not_messages_are_rejected_without_quoting_them() {
    let fault = |event: &str| Message::parse(event).unwrap_err();
    assert_eq!(fault("[]"), MessageFault::NotAnObject);
    assert_eq!(fault("{}"), MessageFault::NoInvocationId);
    assert_eq!(fault(r#"{"invocationId":""}"#), MessageFault::NoInvocationId);
    assert_eq!(fault(r#"{"invocationId":7}"#), MessageFault::NoInvocationId);
    assert_eq!(fault("{\n?"), MessageFault::Unreadable { line: 2, column: 1 });
    let long = json!({"invocationId": "x".repeat(2_049)}).to_string();
    assert_eq!(fault(&long), MessageFault::LongInvocationId(2_049));
    let large = json!({"invocationId": "x", "subject": "x".repeat(262_144)}).to_string();
    assert_eq!(fault(&large), MessageFault::TooLarge(large.len()));
}
