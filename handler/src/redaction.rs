//! The event as a debug log can show it: everything about a message except what people wrote.
//!
//! An allowlist controls what is shown. A member that a mail system adds in the future, or a value of an
//! unexpected shape, is described and never quoted. Names of unknown members are not shown either,
//! because an unusual event could use addresses as names.

use std::collections::BTreeMap;

use serde::de::IgnoredAny;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::actions::Direction;

/// What may be shown of a value of the event.
pub(crate) enum Shown {
    /// A string that passes the test.
    Word(fn(&str) -> bool),
    /// Only its shape, such as "string of 27 bytes". The literals of JSON (`true`, `null`) are
    /// shapes.
    Shape,
    /// An object of which only the members with these names may be shown, each as given.
    Object(&'static [(&'static str, Shown)]),
}

/// The name under which an object's unknown members are counted.
const UNKNOWN: &str = "unknownMembers";

/// The longest ID that is shown, in characters. Those of SES are shorter.
/// Source: the pattern of `messageId` in the API of the Amazon WorkMail Message Flow.
const MAX_ID: usize = 120;

/// Values stay raw until their type is known. So a subject that is cut in the middle of a
/// character, or a value that is nested too deeply, hides only itself.
pub(crate) fn show(value: &RawValue, shown: &Shown) -> Value {
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
pub(crate) fn is_date(word: &str) -> bool {
    let is_place = |(index, byte): (usize, u8)| match index {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    };
    word.len() == 10 && word.bytes().enumerate().all(is_place)
}

/// An id cannot be an address, which always has other characters too.
pub(crate) fn is_id(word: &str) -> bool {
    word.len() <= MAX_ID
        && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

pub(crate) fn is_direction(word: &str) -> bool {
    Direction::from_word(word).is_some()
}
