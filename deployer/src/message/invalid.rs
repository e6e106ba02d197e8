//! Events that WorkMail should never send, for testing how a handler reacts.

use handler::executions::MAX_INPUT_BYTES;
use handler::ledger::MAX_KEY_BYTES;
use serde_json::{Map, Value};

/// What is wrong with an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Invalid {
    /// The JSON ends too early
    NotJson,
    /// A list with the event in it
    NotAnObject,
    /// No `invocationId`
    NoInvocationId,
    /// An `invocationId` that is null
    NullInvocationId,
    /// An empty `invocationId`
    EmptyInvocationId,
    /// An `invocationId` that is too long for a key of the table
    LongInvocationId,
    /// Two `invocationId`s
    RepeatedField,
    /// More bytes than the input of an execution may have
    TooLarge,
}

impl Invalid {
    /// Returns the text of an event with this fault.
    pub fn text(self, mut event: Map<String, Value>) -> String {
        let mut set = |field: &str, value: Value| {
            event.insert(field.to_owned(), value);
        };
        match self {
            Self::NotJson | Self::NotAnObject | Self::RepeatedField => {}
            Self::NoInvocationId => {
                event.shift_remove("invocationId");
            }
            Self::NullInvocationId => set("invocationId", Value::Null),
            Self::EmptyInvocationId => set("invocationId", Value::from("")),
            Self::LongInvocationId => {
                set("invocationId", Value::from("0".repeat(MAX_KEY_BYTES + 1)));
            }
            Self::TooLarge => set("subject", Value::from("x".repeat(MAX_INPUT_BYTES))),
        }
        let mut text = Value::Object(event).to_string();
        match self {
            Self::NotJson => {
                text.pop();
                text
            }
            Self::NotAnObject => format!("[{text}]"),
            Self::RepeatedField => {
                text.pop();
                format!(r#"{text},"invocationId":"another"}}"#)
            }
            _ => text,
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum;
    use handler::workmail::Message;
    use handler::workmail::event::MessageFault;
    use serde_json::json;

    use super::*;

    #[test]
    fn the_handler_rejects_each_event_for_its_fault() {
        for invalid in Invalid::value_variants() {
            let event = json!({ "invocationId": "1", "subject": "x" });
            let text = invalid.text(event.as_object().unwrap().clone());
            let fault = Message::parse(&text).unwrap_err();
            let expected = match invalid {
                Invalid::NotJson | Invalid::RepeatedField => {
                    matches!(fault, MessageFault::Unreadable { .. })
                }
                Invalid::NotAnObject => fault == MessageFault::NotAnObject,
                Invalid::NoInvocationId
                | Invalid::NullInvocationId
                | Invalid::EmptyInvocationId => fault == MessageFault::NoInvocationId,
                Invalid::LongInvocationId => matches!(fault, MessageFault::LongInvocationId(_)),
                Invalid::TooLarge => matches!(fault, MessageFault::TooLarge(_)),
            };
            assert!(expected, "{invalid:?}: {fault}");
        }
    }
}
