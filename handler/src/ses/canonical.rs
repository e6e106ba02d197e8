//! The input of an execution for a message from SES: WorkMail's event, and what only SES knows.
//!
//! A state machine for WorkMail runs unchanged. The bytes are the same at every invocation for a
//! message, whatever the order of the fields in the event. So the input leaves out what can change
//! from one invocation to the next: times, and the action that invoked.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::executions::MAX_INPUT_BYTES;
use crate::ses::address::{address, envelope_sender};
use crate::ses::event::text;
use crate::ses::limits::MAX_SUBJECT;
use crate::ses::policy::{InputPolicy, MailFrom};

/// The version of WorkMail's event that this one is a superset of.
/// Source: WorkMail administrator guide, "Configuring AWS Lambda for Amazon WorkMail".
const SUMMARY_VERSION: &str = "2018-10-10";

/// The members of `mail` that the input contains. `timestamp` is left out: AWS does not document
/// whether it is the same at every invocation.
const MAIL: [&str; 6] =
    ["commonHeaders", "destination", "headers", "headersTruncated", "messageId", "source"];

/// The members of `receipt` that the input contains, except the recipients.
const RECEIPT: [&str; 6] =
    ["dkimVerdict", "dmarcPolicy", "dmarcVerdict", "spamVerdict", "spfVerdict", "virusVerdict"];

/// What identifies the message.
pub(super) struct Parts<'a> {
    pub(super) key: &'a str,
    pub(super) message_id: &'a str,
    pub(super) recipients: &'a [String],
}

/// The input as JSON text. If it is larger than the input of an execution can be, it leaves out the
/// headers of the message, and then everything that only SES knows.
pub(super) fn input(
    parts: &Parts<'_>,
    mail: &Map<String, Value>,
    receipt: &Map<String, Value>,
    policy: &InputPolicy,
) -> String {
    let mut whole = event(parts, mail, policy);
    let mut ses_mail = only(mail, &MAIL);
    let mut ses_receipt = only(receipt, &RECEIPT);
    ses_receipt.insert("recipients", json!(parts.recipients));
    whole.insert("ses", json!({ "mail": ses_mail, "receipt": ses_receipt }));
    let text = written(&whole);
    if text.len() <= MAX_INPUT_BYTES {
        return text;
    }
    ses_mail.remove("headers");
    let ses = json!({ "mail": ses_mail, "receipt": ses_receipt, "headersLeftOut": true });
    whole.insert("ses", ses);
    let text = written(&whole);
    if text.len() <= MAX_INPUT_BYTES {
        return text;
    }
    whole.insert("ses", json!({ "leftOut": true }));
    written(&whole)
}

/// The members of WorkMail's event, and `source` and `content`.
fn event(
    parts: &Parts<'_>,
    mail: &Map<String, Value>,
    policy: &InputPolicy,
) -> BTreeMap<&'static str, Value> {
    let headers = mail.get("commonHeaders").and_then(Value::as_object);
    let header = |name| headers.and_then(|headers| text(headers, name));
    let from = headers.and_then(|headers| headers.get("from")?.get(0)?.as_str()).map(address);
    let envelope = envelope_sender(text(mail, "source"));
    let mail_from = match policy.mail_from {
        MailFrom::Envelope => envelope,
        MailFrom::Header => from.unwrap_or(envelope),
    };
    let recipients: Vec<Value> =
        parts.recipients.iter().map(|address| json!({ "address": address })).collect();
    let mut event = BTreeMap::from([
        ("summaryVersion", json!(SUMMARY_VERSION)),
        ("envelope", json!({ "mailFrom": { "address": mail_from }, "recipients": recipients })),
        ("messageId", json!(parts.message_id)),
        ("invocationId", json!(parts.key)),
        ("flowDirection", json!("INBOUND")),
        ("truncated", json!(false)),
        ("source", json!("ses")),
    ]);
    if let Some(subject) = header("subject") {
        event.insert("subject", subject.chars().take(MAX_SUBJECT).collect::<String>().into());
    }
    if let Some(sender) = header("sender") {
        event.insert("sender", json!({ "address": address(sender) }));
    }
    if let Some(place) = &policy.content {
        let key = format!("{}{}", place.prefix, parts.message_id);
        event.insert("content", json!({ "bucket": place.bucket, "key": key }));
    }
    event
}

/// The members with these names.
fn only(object: &Map<String, Value>, names: &[&'static str]) -> BTreeMap<&'static str, Value> {
    names.iter().filter_map(|name| Some((*name, object.get(*name)?.clone()))).collect()
}

/// JSON text with the members of every object in the order of their names.
fn written(members: &BTreeMap<&'static str, Value>) -> String {
    let sorted: BTreeMap<&str, Sorted> =
        members.iter().map(|(name, value)| (*name, Sorted(value))).collect();
    serde_json::to_string(&sorted).expect("JSON values are written as JSON")
}

/// A value whose objects are written in the order of their members' names. The map of `serde_json`
/// has that order only if no crate of the program asks for another one.
struct Sorted<'a>(&'a Value);

impl Serialize for Sorted<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Object(members) => {
                let sorted: BTreeMap<&str, Sorted> =
                    members.iter().map(|(name, value)| (name.as_str(), Sorted(value))).collect();
                sorted.serialize(serializer)
            }
            Value::Array(items) => serializer.collect_seq(items.iter().map(Sorted)),
            other => other.serialize(serializer),
        }
    }
}
