//! Instants as definitions and inputs write them: RFC 3339, with `T` and an offset.

use jiff::Timestamp;

/// Reads an instant. A space or a small letter in the place of `T` and `Z` is refused, as AWS does.
pub(super) fn parse(text: &str) -> Option<Timestamp> {
    let offset = text.get(10..)?;
    let strict = offset.starts_with('T')
        && (offset.ends_with('Z') || offset.get(1..)?.contains(['+', '-']))
        && !offset.contains('[');
    if strict { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_need_all_their_parts() {
        for text in ["2016-12-05T21:29:29Z", "2016-12-05T21:29:29.123+01:00"] {
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
        ] {
            assert!(parse(text).is_none(), "{text}");
        }
    }
}
