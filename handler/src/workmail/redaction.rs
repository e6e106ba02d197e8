//! What a debug log shows of WorkMail's event.

use serde_json::Value;

use crate::redaction::{Shown, is_date, is_direction, is_id, show};
use crate::source::Source;
use crate::workmail::event::Message;

/// The members of the event.
/// Source: WorkMail administrator guide, "Configuring AWS Lambda for Amazon WorkMail".
const EVENT: Shown = Shown::Object(&[
    ("summaryVersion", Shown::Word(is_date)),
    ("envelope", Shown::Object(&[("mailFrom", MAILBOX), ("recipients", Shown::Shape)])),
    ("sender", MAILBOX),
    ("subject", Shown::Shape),
    ("messageId", Shown::Word(is_id)),
    ("invocationId", Shown::Word(is_id)),
    ("flowDirection", Shown::Word(is_direction)),
    ("truncated", Shown::Shape),
]);

const MAILBOX: Shown = Shown::Object(&[("address", Shown::Shape)]);

impl Message {
    /// The event without addresses, subject and anything unknown: each such value is replaced by a
    /// description of its shape, where bytes are counted as the event spells them.
    #[must_use]
    pub fn without_content(&self) -> Value {
        // A message is always readable JSON, so this cannot fail. `Null` avoids a panic anyway.
        serde_json::from_str(self.input()).map_or(Value::Null, |event| show(event, &EVENT))
    }
}
