//! What a debug log shows of SES's event.

use serde_json::value::to_raw_value;
use serde_json::{Map, Value, json};

use crate::redaction::{Shown, is_id, show};

/// The members of `mail`.
/// Source: Amazon SES developer guide, "Contents of notifications for Amazon SES email receiving".
const MAIL: Shown = Shown::Object(&[
    ("timestamp", Shown::Word(is_time)),
    ("messageId", Shown::Word(is_id)),
    ("source", Shown::Shape),
    ("destination", Shown::Shape),
    ("headersTruncated", Shown::Shape),
    ("headers", Shown::Shape),
    ("commonHeaders", Shown::Shape),
]);

const VERDICT: Shown = Shown::Object(&[("status", Shown::Word(is_status))]);

/// The members of `receipt`. Source: as [`MAIL`].
const RECEIPT: Shown = Shown::Object(&[
    ("timestamp", Shown::Word(is_time)),
    ("processingTimeMillis", Shown::Shape),
    ("recipients", Shown::Shape),
    ("spamVerdict", VERDICT),
    ("virusVerdict", VERDICT),
    ("spfVerdict", VERDICT),
    ("dkimVerdict", VERDICT),
    ("dmarcVerdict", VERDICT),
    ("dmarcPolicy", Shown::Word(is_status)),
]);

/// The event without addresses, headers and anything unknown.
pub(super) fn without_content(mail: &Map<String, Value>, receipt: &Map<String, Value>) -> Value {
    // Values that were read as JSON can be written as JSON, so this cannot fail. `Null` avoids a
    // panic anyway.
    let shown = |part: &Map<String, Value>, known| {
        to_raw_value(part).map_or(Value::Null, |raw| show(&raw, known))
    };
    json!({ "mail": shown(mail, &MAIL), "receipt": shown(receipt, &RECEIPT) })
}

/// A word such as `PASS` or `PROCESSING_FAILED`.
fn is_status(word: &str) -> bool {
    word.len() <= 32 && word.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'_')
}

/// `2026-11-30T12:00:00.000Z`: only digits and the separators of a time.
fn is_time(word: &str) -> bool {
    word.len() <= 35 && word.bytes().all(|byte| byte.is_ascii_digit() || b"-:.TZ+".contains(&byte))
}
