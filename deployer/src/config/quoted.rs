//! What a person typed, as a finding repeats it: in one line, and not without end.

/// Longer than any legal value of ours, so that only what is wrong anyway is cut.
const MAX_CHARACTERS: usize = 140;

/// The text with its odd characters spelled out, cut where it is absurdly long.
pub(super) fn quoted(text: &str) -> String {
    text.chars().take(MAX_CHARACTERS).flat_map(char::escape_debug).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_stays_in_its_line() {
        assert_eq!(quoted("a\n\u{1b}[31m"), "a\\n\\u{1b}[31m");
        assert_eq!(quoted(&"x".repeat(1000)).len(), MAX_CHARACTERS);
    }
}
