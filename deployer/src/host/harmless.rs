//! Text that a terminal only shows: control and format characters are escaped.

/// The parameters of the sequences that set bold, colors and the like in the program's own text. Others, such
/// as those for hidden text or a background, come from outside.
const OWN_STYLES: [&str; 10] = ["", "0", "1", "2", "3", "4", "22", "23", "24", "39"];

/// Whether a character is not seen as itself: a control character (C0, DEL, C1), a format character (category
/// Cf, such as those that turn the direction of writing), a tag, or a separator of lines or paragraphs.
pub fn is_unseen(char: char) -> bool {
    char.is_control()
        || matches!(char,
            '\u{ad}'
            | '\u{600}'..='\u{605}'
            | '\u{61c}'
            | '\u{6dd}'
            | '\u{70f}'
            | '\u{890}'..='\u{891}'
            | '\u{8e2}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{110bd}'
            | '\u{110cd}'
            | '\u{13430}'..='\u{1343f}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e007f}')
}

/// A value from outside on one line: everything that is unseen is escaped, and a tab is a space.
pub fn printable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '\t' => shown.push(' '),
            char if char.is_control() => shown.extend(char.escape_default()),
            char => push(char, &mut shown),
        }
    }
    shown
}

/// The same for a text of several lines.
pub fn printable_lines(text: &str) -> String {
    text.split('\n').map(printable).collect::<Vec<_>>().join("\n")
}

/// A JSON text with the same value, in which everything that is unseen is escaped. White space between values
/// stays.
pub fn in_json(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for char in text.chars() {
        if is_unseen(char) && char != '\n' {
            let mut units = [0; 2];
            let escaped = char.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}"));
            shown.extend(escaped);
        } else {
            shown.push(char);
        }
    }
    shown
}

/// What reaches a terminal of a text of the program: its lines, its tabs, and its own styles if there is color.
/// Everything else that is unseen is escaped.
pub(super) fn for_terminal(text: &str, color: bool) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(char) = rest.chars().next() {
        if let Some(length) = own_style(rest) {
            shown.push_str(if color { &rest[..length] } else { "" });
            rest = &rest[length..];
            continue;
        }
        rest = &rest[char.len_utf8()..];
        match char {
            '\n' | '\t' => shown.push(char),
            char => push(char, &mut shown),
        }
    }
    shown
}

fn push(char: char, shown: &mut String) {
    match is_unseen(char) {
        true => shown.extend(char.escape_unicode()),
        false => shown.push(char),
    }
}

/// The length of a sequence that only sets a style of the program's own, at the beginning of a text.
fn own_style(text: &str) -> Option<usize> {
    let parameters = text.strip_prefix("\x1b[")?;
    let end = parameters.find(|char: char| !char.is_ascii_digit() && char != ';')?;
    let is_style = |code: &str| {
        let color = code.strip_prefix(['3', '9']).unwrap_or_default();
        OWN_STYLES.contains(&code) || matches!(color.as_bytes(), [b'0'..=b'7'])
    };
    let ours = parameters[end..].starts_with('m') && parameters[..end].split(';').all(is_style);
    ours.then_some("\x1b[".len() + end + 1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HOSTILE: &str =
        "a\x1b]0;P\x07\x1b[2J\u{9b}31m\x1b[8m\x7f\r\u{202e}\u{2066}\u{2028}\u{e0041}z";

    #[test]
    fn only_own_styles_and_lines_pass() {
        let escaped = "a\\u{1b}]0;P\\u{7}\\u{1b}[2J\\u{9b}31m\\u{1b}[8m\\u{7f}\\u{d}\\u{202e}\\u{2066}\
                       \\u{2028}\\u{e0041}z";
        let styled = format!("\x1b[1m\x1b[31m{HOSTILE}\x1b[0m\n\tä");
        assert_eq!(for_terminal(&styled, true), format!("\x1b[1m\x1b[31m{escaped}\x1b[0m\n\tä"));
        assert_eq!(for_terminal(&styled, false), format!("{escaped}\n\tä"));
        assert_eq!(for_terminal("\x1b[38;5;1m\x1b[1", true), "\\u{1b}[38;5;1m\\u{1b}[1");
    }

    #[test]
    fn a_value_stays_on_its_line_and_json_keeps_its_value() {
        assert_eq!(printable("a\tb\r\n\x1b[1m\u{202e}"), "a b\\r\\n\\u{1b}[1m\\u{202e}");
        assert_eq!(printable_lines("a\nb\u{9b}"), "a\nb\\u{9b}");
        let json = serde_json::to_string(HOSTILE).unwrap();
        let escaped = in_json(&json);
        assert!(!escaped.chars().any(is_unseen), "{escaped}");
        assert_eq!(serde_json::from_str::<String>(&escaped).unwrap(), HOSTILE);
    }

    proptest! {
        #[test]
        fn nothing_unseen_is_left_of_any_text(text in any::<String>()) {
            prop_assert!(!printable(&text).chars().any(is_unseen));
            let shown = for_terminal(&text, false);
            prop_assert!(!shown.chars().any(|char| is_unseen(char) && char != '\n' && char != '\t'));
        }
    }
}
