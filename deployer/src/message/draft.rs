//! A draft of an event, and its JSON.

use handler::actions::Direction;
use serde_json::{Map, Value, json};

use crate::finding::Finding;

/// The maximum size of an event; WorkMail truncates the list of recipients of a larger one.
/// Source: WorkMail administrator guide, "Configuring AWS Lambda for Amazon WorkMail" (128 KB).
const MAX_BYTES: usize = 128 * 1024;
/// More recipients than fit: each takes at least an object with an address such as `a@b`, and a comma.
const MOST_RECIPIENTS: usize = MAX_BYTES / r#"{"address":"a@b"},"#.len();

/// The maximum number of characters of a subject; WorkMail truncates a longer one. Source: as
/// above.
const MAX_SUBJECT: usize = 256;

/// The fields of an event. Nothing is validated: an odd address is a useful test as well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// `summaryVersion`.
    pub summary_version: String,
    /// `envelope.mailFrom.address`.
    pub mail_from: String,
    /// `envelope.recipients`.
    pub recipients: Vec<String>,
    /// `sender.address`: the actual sender; only present if the mail is sent on behalf of someone.
    pub sender: Option<String>,
    /// `subject`.
    pub subject: String,
    /// `messageId`.
    pub message_id: String,
    /// `invocationId`: the same on every invocation for the message.
    pub invocation_id: String,
    /// `flowDirection`.
    pub direction: Direction,
    /// `truncated`: whether recipients are missing.
    pub truncated: bool,
}

impl Draft {
    /// Returns the event, with the fields in the order of AWS's example, truncated as WorkMail
    /// does.
    pub fn event(mut self) -> Map<String, Value> {
        if let Some((end, _)) = self.subject.char_indices().nth(MAX_SUBJECT) {
            self.subject.truncate(end);
        }
        self.truncate_recipients();
        self.fields()
    }

    fn fields(&self) -> Map<String, Value> {
        let recipients: Vec<Value> =
            self.recipients.iter().map(|address| json!({ "address": address })).collect();
        let mut event = Map::new();
        let mut field = |name: &str, value| event.insert(name.to_owned(), value);
        field("summaryVersion", Value::from(self.summary_version.as_str()));
        field(
            "envelope",
            json!({ "mailFrom": { "address": self.mail_from }, "recipients": recipients }),
        );
        if let Some(sender) = &self.sender {
            field("sender", json!({ "address": sender }));
        }
        field("subject", Value::from(self.subject.as_str()));
        field("messageId", Value::from(self.message_id.as_str()));
        field("invocationId", Value::from(self.invocation_id.as_str()));
        let direction = match self.direction {
            Direction::Inbound => "INBOUND",
            Direction::Outbound => "OUTBOUND",
        };
        field("flowDirection", Value::from(direction));
        field("truncated", Value::from(self.truncated));
        event
    }

    /// Drops recipients from the end until the event fits.
    fn truncate_recipients(&mut self) {
        // Those that cannot fit in any case are not written first.
        if self.recipients.len() > MOST_RECIPIENTS {
            self.recipients.truncate(MOST_RECIPIENTS);
            self.truncated = true;
        }
        let mut bytes = Value::Object(self.fields()).to_string().len();
        while bytes > MAX_BYTES
            && let Some(address) = self.recipients.pop()
        {
            self.truncated = true;
            // The object and the comma before it.
            bytes -= json!({ "address": address }).to_string().len() + 1;
        }
    }
}

/// A change to a field that a draft does not have, or with a value that it would not produce.
#[derive(Debug, Clone, PartialEq)]
pub enum FieldEdit {
    /// Sets a field to any JSON value.
    Set(String, Value),
    /// Removes a field.
    Without(String),
}

impl FieldEdit {
    /// Parses `FIELD=JSON`.
    /// Error: a finding that states the expected form.
    pub fn parse(pair: &str) -> Result<Self, Finding> {
        let expected = "FIELD=JSON is expected, such as subject=null or note='{\"a\": 1}'";
        let fault = |why: String| Finding::error("set", "--set", format!("{why}; {expected}"));
        let (field, json) =
            pair.split_once('=').ok_or_else(|| fault("there is no `=`".to_owned()))?;
        let value = serde_json::from_str(json)
            .map_err(|error| fault(format!("the value of `{field}` is not JSON ({error})")))?;
        Ok(Self::Set(field.to_owned(), value))
    }

    /// Applies the change to an event.
    pub fn apply(self, event: &mut Map<String, Value>) {
        match self {
            Self::Set(field, value) => event.insert(field, value),
            Self::Without(field) => event.shift_remove(&field),
        };
    }
}

#[cfg(test)]
mod tests {
    use handler::workmail::Message;

    use super::*;

    fn draft() -> Draft {
        Draft {
            summary_version: "2018-10-10".to_owned(),
            mail_from: "from@example.com".to_owned(),
            recipients: vec![
                "recipient1@example.com".to_owned(),
                "recipient2@example.com".to_owned(),
            ],
            sender: Some("sender@example.com".to_owned()),
            subject: "Hello From Amazon WorkMail!".to_owned(),
            message_id: "00000000-0000-0000-0000-000000000000".to_owned(),
            invocation_id: "0".repeat(32),
            direction: Direction::Inbound,
            truncated: false,
        }
    }

    /// The example in WorkMail's administrator guide, "Configuring AWS Lambda for Amazon WorkMail".
    const EXAMPLE: &str = r#"{"summaryVersion":"2018-10-10","envelope":{"mailFrom":{"address":"from@example.com"},"recipients":[{"address":"recipient1@example.com"},{"address":"recipient2@example.com"}]},"sender":{"address":"sender@example.com"},"subject":"Hello From Amazon WorkMail!","messageId":"00000000-0000-0000-0000-000000000000","invocationId":"00000000000000000000000000000000","flowDirection":"INBOUND","truncated":false}"#;

    #[test]
    fn an_event_is_formatted_like_the_example_of_aws() {
        assert_eq!(Value::Object(draft().event()).to_string(), EXAMPLE);
    }

    #[test]
    fn long_fields_are_truncated_as_by_workmail() {
        let recipients = (0..10_000).map(|index| format!("recipient{index}@example.com")).collect();
        let long = Draft { recipients, subject: "ä".repeat(300), ..draft() };
        let text = Value::Object(long.event()).to_string();
        let read = Message::parse(&text).unwrap();
        assert!(read.truncated());
        // One more recipient would not have fit.
        assert!((MAX_BYTES - 40..=MAX_BYTES).contains(&text.len()), "{}", text.len());
        let event: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(event["subject"].as_str().unwrap().chars().count(), 256);
        assert_eq!(read.recipients()[0], "recipient0@example.com");
    }

    #[test]
    fn a_field_can_have_any_value_or_be_missing() {
        let mut event = draft().event();
        for edit in ["subject=null", "note={\"a\": 1}", "envelope=3"] {
            FieldEdit::parse(edit).unwrap().apply(&mut event);
        }
        FieldEdit::Without("messageId".to_owned()).apply(&mut event);
        assert_eq!(event["subject"], Value::Null);
        assert_eq!((&event["note"]["a"], &event["envelope"]), (&1.into(), &3.into()));
        assert!(!event.contains_key("messageId"));
        for fault in ["subject", "subject=", "subject=text"] {
            assert!(FieldEdit::parse(fault).is_err(), "{fault}");
        }
    }
}
