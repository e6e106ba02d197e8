//! What must be true for every event: it is a message exactly if it has a usable id, nothing that
//! people wrote is quoted, and no policy gives an answer that WorkMail would reject.
//!
//! Sources: WorkMail administrator guide, "Configuring AWS Lambda for Amazon WorkMail", for the
//! members; the quotas of Step Functions and DynamoDB for the largest input and the longest key.

use std::fmt;

use handler::on_failure::OnFailure;
use handler::source::Source;
use handler::workmail::Message;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

use super::output::{self, MARK};

const LARGEST_INPUT: usize = 256 * 1024;
const LONGEST_KEY: usize = 2048;

/// The members that the handler reads. If one of them occurs twice, the event is ambiguous.
const READ: [&str; 8] = [
    "invocationId",
    "messageId",
    "flowDirection",
    "truncated",
    "envelope",
    "Records",
    "mail",
    "receipt",
];

/// Panics if the handler treats an event wrongly.
pub(crate) fn holds(event: &str) {
    let expected = key(event);
    match Message::parse(event) {
        Ok(message) => {
            assert_eq!(Some(message.key()), expected.as_deref(), "{event}");
            assert_eq!(message.input(), event.trim_matches([' ', '\t', '\r', '\n']));
            shows_no_content(&message.without_content());
            answers_by_policy(&message);
        }
        Err(fault) => {
            assert_eq!(expected, None, "refused ({fault}): {event}");
            assert!(!fault.to_string().contains(MARK), "quotes the event: {fault}");
        }
    }
}

/// The key of a message, if the event is one.
fn key(event: &str) -> Option<String> {
    let raw: &RawValue = serde_json::from_str(event).ok()?;
    let members = members(raw.get())?;
    let of_name = |name: &str| members.iter().filter(|(found, _)| found == name).count();
    if raw.get().len() > LARGEST_INPUT || READ.iter().any(|name| of_name(name) > 1) {
        return None;
    }
    // `null` counts as absent.
    let has =
        |name: &str| members.iter().any(|(found, value)| found == name && value.get() != "null");
    if has("Records") || (has("mail") && has("receipt")) {
        return None;
    }
    let (_, value) = members.iter().find(|(name, _)| name == "invocationId")?;
    let key: String = serde_json::from_str(value.get()).ok()?;
    (1..=LONGEST_KEY).contains(&key.len()).then_some(key)
}

/// The members of an object in order, including those with equal names.
fn members(object: &str) -> Option<Vec<(String, &RawValue)>> {
    struct Members;
    impl<'de> Visitor<'de> for Members {
        type Value = Vec<(String, &'de RawValue)>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut members = Vec::new();
            while let Some(member) = map.next_entry()? {
                members.push(member);
            }
            Ok(members)
        }
    }
    serde_json::Deserializer::from_str(object).deserialize_map(Members).ok()
}

/// Checks that every shown string is a description, or has a place and a form without content.
fn shows_no_content(shown: &Value) {
    let envelope = |name: &str| shown.get("envelope").and_then(|envelope| envelope.get(name));
    only(shown, &["envelope", "flowDirection", "invocationId", "messageId", "sender", "subject"]);
    if let Some(envelope) = shown.get("envelope") {
        only(envelope, &["mailFrom", "recipients"]);
    }
    for mailbox in [shown.get("sender"), envelope("mailFrom")].into_iter().flatten() {
        only(mailbox, &["address"]);
    }
    let is_id = |word: &str| {
        word.len() <= 120
            && !word.contains(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_')
    };
    let is_date =
        |word: &str| word.len() == 10 && !word.contains(|c: char| !c.is_ascii_digit() && c != '-');
    for (path, word) in words("", shown) {
        let may = match path.as_str() {
            ".messageId" | ".invocationId" => is_id(word),
            ".summaryVersion" => is_date(word),
            ".flowDirection" => ["INBOUND", "OUTBOUND"].contains(&word),
            _ => false,
        };
        assert!(may || is_description(word), "{path} shows {word}");
    }
}

/// Checks that all members have one of these names or a name without content.
fn only(object: &Value, names: &[&str]) {
    for name in object.as_object().into_iter().flat_map(|object| object.keys()) {
        let harmless = ["summaryVersion", "truncated", "unknownMembers"];
        assert!(names.contains(&name.as_str()) || harmless.contains(&name.as_str()), "{name}");
    }
}

/// All strings with their paths.
fn words<'a>(path: &str, value: &'a Value) -> Vec<(String, &'a str)> {
    match value {
        Value::String(word) => vec![(path.to_owned(), word)],
        Value::Object(members) => members
            .iter()
            .flat_map(|(name, member)| words(&format!("{path}.{name}"), member))
            .collect(),
        Value::Array(_) => panic!("a list is shown at {path}"),
        Value::Null | Value::Bool(_) | Value::Number(_) => Vec::new(),
    }
}

fn is_description(word: &str) -> bool {
    let counts = |before: &str, after: &str| {
        let count = word.strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
        count.is_some_and(|count| count.parse::<usize>().is_ok())
    };
    ["number", "object"].contains(&word)
        || counts("array of ", "")
        || counts("string of ", " bytes")
}

fn answers_by_policy(message: &Message) {
    for policy in OnFailure::ALL {
        if let Some(verdict) = message.by_policy(policy) {
            output::holds(message, verdict.as_str());
            assert_eq!(message.interpret(verdict.as_str()).unwrap().verdict, verdict, "{policy}");
        }
    }
}
