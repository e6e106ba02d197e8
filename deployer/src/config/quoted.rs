//! User input as a finding quotes it: on one line and of limited length.

use crate::host::harmless::printable;

/// Longer than any valid value, so that only invalid ones are cut.
const MAX_CHARACTERS: usize = 140;

/// The text with special characters escaped, and cut if it is very long.
pub fn quoted(text: &str) -> String {
    let short: String = text.chars().take(MAX_CHARACTERS).flat_map(char::escape_debug).collect();
    printable(&short)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_text_stays_on_one_line() {
        assert_eq!(quoted("a\n\u{1b}[31m"), "a\\n\\u{1b}[31m");
        assert_eq!(quoted(&"x".repeat(1000)).len(), MAX_CHARACTERS);
    }
}
