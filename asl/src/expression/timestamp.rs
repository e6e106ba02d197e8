//! Timestamps in definitions and inputs: the extended format of ISO 8601, with `T` and an offset.
//! RFC 3339 is part of it.

use jiff::Timestamp;

/// Parses a timestamp. Like AWS, it rejects a space or a lower-case letter in place of `T` and `Z`.
pub(crate) fn parse(text: &str) -> Option<Timestamp> {
    let (date, time) = text.split_once('T')?;
    let (time, offset) = time.split_at(time.find(['Z', '+', '-'])?);
    let fits = has_digits(date, "0000-00-00") && is_time(time) && is_offset(offset);
    if fits { text.parse().ok() } else { None }
}

/// Whether a text has digits where the pattern has zeros, and otherwise the same characters.
fn has_digits(text: &str, pattern: &str) -> bool {
    text.len() == pattern.len()
        && text.bytes().zip(pattern.bytes()).all(|(byte, expected)| match expected {
            b'0' => byte.is_ascii_digit(),
            other => byte == other,
        })
}

/// Hours and minutes, optionally with seconds and their fraction. Leap seconds are not allowed.
fn is_time(text: &str) -> bool {
    let (whole, fraction) = match text.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (text, None),
    };
    let fraction = fraction.is_none_or(|digits| {
        (1..=9).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
    });
    let seconds = has_digits(whole, "00:00:00") && !whole.ends_with(":60");
    fraction && (seconds || (has_digits(whole, "00:00") && !text.contains('.')))
}

/// `Z`, or hours and minutes up to 18 hours.
fn is_offset(text: &str) -> bool {
    text == "Z"
        || text
            .strip_prefix(['+', '-'])
            .is_some_and(|offset| has_digits(offset, "00:00") && offset <= "18:00")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timestamps_need_all_their_parts() {
        for text in [
            "2016-12-05T21:29:29Z",
            "2016-12-05T21:29:29.123+01:00",
            "2016-12-05T21:29:29.123456789-18:00",
            "2016-12-05T21:29Z",
        ] {
            assert!(parse(text).is_some(), "{text}");
        }
        for text in [
            "2016-12-05 21:29:29Z",
            "2016-12-05T21:29:29",
            "2016-13-05T21:29:29Z",
            "2016-12-05T25:29:29Z",
            "05-12-2016T21:29:29Z",
            "2016-12-05",
            "",
            "2016-12-05t21:29:29z",
            "2016-12-05T21:29:29+0100",
            "2016-12-05T21:29:29+25:00",
            "2016-12-05T21:29:60Z",
            "2016-12-05T21:29.5Z",
            "2016-12-05T21:29:29.Z",
            "20161205T212929Z",
            "2016-12-05T21:29:29Z[UTC]",
            "2016-02-30T21:29:29Z",
        ] {
            assert!(parse(text).is_none(), "{text}");
        }
    }
}
