//! Finds the regular expressions in the text of an expression, and ends them where JSONata does: at
//! the first slash that is neither escaped nor in brackets. The crate ends them at the first that is
//! not escaped.

/// The text with all slashes inside regular expressions escaped.
///
/// # Errors
/// If a regular expression is empty or not closed.
pub(super) fn escape_slashes(text: &str) -> Result<String, String> {
    let chars: Vec<char> = text.chars().collect();
    let mut escaped = String::with_capacity(text.len() + 8);
    let (mut at, mut operand) = (0, true);
    while let Some(&char) = chars.get(at) {
        let end = match char {
            '"' | '\'' => after_string(&chars, at, char),
            '`' => after(&chars, at + 1, |char| char != '`') + 1,
            '/' if chars.get(at + 1) == Some(&'*') => after_comment(&chars, at),
            '/' if operand => {
                at = regex(&chars, at, &mut escaped)?;
                operand = false;
                continue;
            }
            char if is_name(char) => after(&chars, at, is_name),
            _ => at + 1,
        };
        let token = chars.get(at..end.min(chars.len())).unwrap_or_default();
        let comment = char == '/' && token.len() > 1;
        if !char.is_whitespace() && !comment {
            operand = expects_operand(token);
        }
        escaped.extend(token);
        at = end;
    }
    Ok(escaped)
}

fn is_name(char: char) -> bool {
    char.is_alphanumeric() || char == '_' || char == '$'
}

fn after(chars: &[char], from: usize, goes_on: impl Fn(char) -> bool) -> usize {
    let rest = chars.get(from..).unwrap_or_default();
    from + rest.iter().position(|&char| !goes_on(char)).unwrap_or(rest.len())
}

fn after_string(chars: &[char], at: usize, quote: char) -> usize {
    let mut at = at + 1;
    while let Some(&char) = chars.get(at).filter(|&&char| char != quote) {
        at += if char == '\\' { 2 } else { 1 };
    }
    at + 1
}

fn after_comment(chars: &[char], at: usize) -> usize {
    let mut at = at + 2;
    while at < chars.len() && !chars.get(at..).unwrap_or_default().starts_with(&['*', '/']) {
        at += 1;
    }
    at + 2
}

/// Whether an operand follows a token, so that a slash begins a regular expression.
fn expects_operand(token: &[char]) -> bool {
    match token {
        [sign] => "([{,;:=<>+-&?~".contains(*sign),
        word => ["and", "or", "in"].iter().any(|known| word.iter().copied().eq(known.chars())),
    }
}

/// Copies a regular expression up to its closing slash. Returns where it ends.
fn regex(chars: &[char], start: usize, escaped: &mut String) -> Result<usize, String> {
    let mut depth = 0_i64;
    let mut backslashes = 0;
    escaped.push('/');
    for (at, &char) in chars.iter().enumerate().skip(start + 1) {
        let free = backslashes % 2 == 0;
        if char == '/' && free {
            if depth == 0 {
                if at == start + 1 {
                    return Err("S0301: Empty regular expressions are not allowed".to_owned());
                }
                escaped.push('/');
                return Ok(at + 1);
            }
            escaped.push('\\');
        }
        // As in the reference implementation, this looks at one backslash only.
        if backslashes == 0 {
            depth += match char {
                '(' | '[' | '{' => 1,
                ')' | ']' | '}' => -1,
                _ => 0,
            };
        }
        backslashes = if char == '\\' { backslashes + 1 } else { 0 };
        escaped.push(char);
    }
    Err("S0302: No terminating / in regular expression".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slashes_in_regular_expressions_are_escaped() {
        for (text, expected) in [
            ("a/b/c", "a/b/c"),
            ("$contains(x, /[/]/)", "$contains(x, /[\\/]/)"),
            ("/a\\/b/", "/a\\/b/"),
            ("(/(?:\\/|\\\\/)/)", "(/(?:\\/|\\\\\\/)/)"),
            ("'/[/]' & \"/[/]\" & `/[/]`", "'/[/]' & \"/[/]\" & `/[/]`"),
            ("/* /[ */ a /* ' */ / 2", "/* /[ */ a /* ' */ / 2"),
            ("x ~> /[/]/ and /[/]/i", "x ~> /[\\/]/ and /[\\/]/i"),
            ("(a) / [/[/]/]", "(a) / [/[\\/]/]"),
        ] {
            assert_eq!(escape_slashes(text).as_deref(), Ok(expected));
        }
        for text in ["//", "(/a", "/[/", "/\\/"] {
            assert!(escape_slashes(text).is_err(), "{text}");
        }
    }
}
