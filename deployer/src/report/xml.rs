//! Text in XML: test results and pictures.

/// Escapes a text for attributes and for content. Characters that XML 1.0 does not allow are
/// replaced.
/// Source: Extensible Markup Language 1.0, "2.2 Characters", "3.3.3 Attribute-Value Normalization".
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&apos;"),
            '\t' | '\r' => escaped.push_str(&format!("&#{};", u32::from(char))),
            '\n' => escaped.push('\n'),
            '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            char if char.is_control() => escaped.push('\u{fffd}'),
            char => escaped.push(char),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_never_becomes_markup() {
        assert_eq!(
            escaped("]]><a b='\"'>&amp;\u{0}\u{1b}[31m\u{ffff}\r\n\tä"),
            "]]&gt;&lt;a b=&apos;&quot;&apos;&gt;&amp;amp;\u{fffd}\u{fffd}[31m\u{fffd}&#13;\n&#9;ä"
        );
    }
}
