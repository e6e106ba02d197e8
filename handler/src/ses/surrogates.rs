//! Text that was cut in the middle of a character.
//!
//! SES cuts long headers. A program that counts in UTF-16 can then write half a surrogate pair, such
//! as `\ud83d`, which is not readable JSON text. A message must not be lost because of its subject.

use std::borrow::Cow;

/// The escape of the replacement character, U+FFFD.
const REPLACEMENT: &str = "\\ufffd";

/// The same JSON text, with each escape of half a surrogate pair replaced by U+FFFD.
pub(super) fn repaired(json: &str) -> Cow<'_, str> {
    if !json.contains("\\u") {
        return Cow::Borrowed(json);
    }
    let mut text = String::with_capacity(json.len());
    let mut rest = json;
    while let Some(place) = rest.find('\\') {
        let (before, escape) = rest.split_at(place);
        text.push_str(before);
        let (kept, length) = match (unit(escape), unit(escape.get(6..).unwrap_or_default())) {
            (Some(0xD800..=0xDBFF), Some(0xDC00..=0xDFFF)) => (&escape[..12], 12),
            (Some(0xD800..=0xDFFF), _) => (REPLACEMENT, 6),
            (Some(_), _) => (&escape[..6], 6),
            // `\\` is two characters, so that the second one begins no escape.
            (None, _) => {
                let length = escape.char_indices().nth(2).map_or(escape.len(), |(end, _)| end);
                (&escape[..length], length)
            }
        };
        text.push_str(kept);
        rest = &escape[length..];
    }
    text.push_str(rest);
    Cow::Owned(text)
}

/// The UTF-16 unit of the escape `\uXXXX` at the beginning of a text.
fn unit(text: &str) -> Option<u16> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    // `from_str_radix` accepts a sign.
    if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    u16::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_half_pairs_are_replaced() {
        for (json, expected) in [
            (r#""plain""#, r#""plain""#),
            (r#""\ud83d""#, r#""\ufffd""#),
            (r#""\ud83d\ud83d\ude00""#, r#""\ufffd\ud83d\ude00""#),
            (r#""\ude00\ud83d""#, r#""\ufffd\ufffd""#),
            (r#""\\ud83d \u00e9 \n""#, r#""\\ud83d \u00e9 \n""#),
            (r#""\ud83dx""#, r#""\ufffdx""#),
            (r#""\ud8"#, r#""\ud8"#),
            ("\\\u{e9}x", "\\\u{e9}x"),
            ("\\", "\\"),
        ] {
            assert_eq!(repaired(json), expected, "{json}");
        }
    }
}
