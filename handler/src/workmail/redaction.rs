//! The event as a debug log can show it: everything about a message except what people wrote.
//!
//! An allowlist controls what is shown. A member that WorkMail adds in the future, or a value of an
//! unexpected shape, is described and never quoted. Names of unknown members are not shown either,
//! because an unusual event could use addresses as names.

use std::collections::BTreeMap;

use serde::de::IgnoredAny;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::actions::Direction;
use crate::source::Source;
use crate::workmail::event::Message;

/// What may be shown of a value of the event.
enum Shown {
    /// A string that passes the test.
    Word(fn(&str) -> bool),
    /// Only its shape, such as "string of 27 bytes". The literals of JSON (`true`, `null`) are
    /// shapes.
    Shape,
    /// An object of which only the members with these names may be shown, each as given.
    Object(&'static [(&'static str, Shown)]),
}

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

/// The name under which an object's unknown members are counted.
const UNKNOWN: &str = "unknownMembers";

/// The longest id that is shown, in characters.
/// Source: the pattern of `messageId` in the API of the Amazon WorkMail Message Flow.
const MAX_ID: usize = 120;

impl Message {
    /// The event without addresses, subject and anything unknown: each such value is replaced by a
    /// description of its shape, where bytes are counted as the event spells them.
    #[must_use]
    pub fn without_content(&self) -> Value {
        // A message is always readable JSON, so this cannot fail. `Null` avoids a panic anyway.
        serde_json::from_str(self.input()).map_or(Value::Null, |event| show(event, &EVENT))
    }
}

/// Values stay raw until their type is known. So a subject that is cut in the middle of a
/// character, or a value that is nested too deeply, hides only itself.
fn show(value: &RawValue, shown: &Shown) -> Value {
    let text = value.get();
    match shown {
        Shown::Word(is_harmless) => match serde_json::from_str::<String>(text) {
            Ok(word) if is_harmless(&word) => Value::from(word),
            _ => shape(text),
        },
        Shown::Shape => shape(text),
        Shown::Object(known) => match serde_json::from_str(text) {
            Ok(members) => Value::Object(show_members(&members, known)),
            Err(_) => shape(text),
        },
    }
}

fn show_members(
    members: &BTreeMap<String, &RawValue>,
    known: &[(&'static str, Shown)],
) -> Map<String, Value> {
    let of_object = |(name, shown): &(&str, Shown)| {
        let value = members.get(*name)?;
        Some(((*name).to_owned(), show(value, shown)))
    };
    let mut all: Map<String, Value> = known.iter().filter_map(of_object).collect();
    let unknown = members.len() - all.len();
    if unknown > 0 {
        all.insert(UNKNOWN.to_owned(), Value::from(unknown));
    }
    all
}

fn shape(text: &str) -> Value {
    match text.as_bytes() {
        b"null" => Value::Null,
        b"true" => Value::Bool(true),
        b"false" => Value::Bool(false),
        [b'"', inner @ .., b'"'] => Value::from(format!("string of {} bytes", inner.len())),
        [b'[', ..] => {
            let count = serde_json::from_str::<Vec<IgnoredAny>>(text).map_or(0, |all| all.len());
            Value::from(format!("array of {count}"))
        }
        [b'{', ..] => Value::from("object"),
        _ => Value::from("number"),
    }
}

/// `YYYY-MM-DD`, with any digits.
fn is_date(word: &str) -> bool {
    let is_place = |(index, byte): (usize, u8)| match index {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    };
    word.len() == 10 && word.bytes().enumerate().all(is_place)
}

/// An id cannot be an address, which always has other characters too.
fn is_id(word: &str) -> bool {
    word.len() <= MAX_ID
        && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

fn is_direction(word: &str) -> bool {
    Direction::from_word(word).is_some()
}
