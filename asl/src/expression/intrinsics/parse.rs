//! Parses calls of intrinsic functions.

use serde_json::Value;

use super::functions::Function;
use super::{Argument, Call, Intrinsic};
use crate::expression::selector::Selector;

/// How deep calls may be nested. Source: developer guide, "Intrinsic functions": ten.
const MAX_DEPTH: usize = 10;

impl Intrinsic {
    /// Parses a call.
    ///
    /// # Errors
    /// If the text is not a call. Contains the reason.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let (call, rest) = call(text.trim(), 0)?;
        if !rest.trim().is_empty() {
            return Err(format!("unexpected `{rest}` after the call"));
        }
        Ok(Self { text: text.to_owned(), call })
    }
}

fn call(text: &str, depth: usize) -> Result<(Call, &str), String> {
    if depth >= MAX_DEPTH {
        return Err(format!("calls are nested more than {MAX_DEPTH} levels deep"));
    }
    let end = text.find('(').ok_or("a call needs parentheses")?;
    let (name, rest) = text.split_at(end);
    let function =
        Function::named(name.trim()).ok_or_else(|| format!("there is no function `{name}`"))?;
    let mut rest = rest.get(1..).unwrap_or_default().trim_start();
    let mut arguments = Vec::new();
    if let Some(rest) = rest.strip_prefix(')') {
        return Ok((Call { function, arguments }, rest));
    }
    loop {
        let (argument, after) = argument(rest, depth)?;
        arguments.push(argument);
        rest = after.trim_start();
        if let Some(after) = rest.strip_prefix(',') {
            rest = after.trim_start();
        } else if let Some(after) = rest.strip_prefix(')') {
            return Ok((Call { function, arguments }, after));
        } else {
            return Err("the closing parenthesis of a call is missing".to_owned());
        }
    }
}

fn argument(text: &str, depth: usize) -> Result<(Argument, &str), String> {
    if let Some(rest) = text.strip_prefix('\'') {
        return quoted(rest);
    }
    if text.starts_with("States.") {
        let (call, rest) = call(text, depth + 1)?;
        return Ok((Argument::Call(call), rest));
    }
    let (word, rest) = text.split_at(word_end(text));
    let word = word.trim_end();
    if word.starts_with('$') {
        let selector = Selector::parse(word).map_err(|error| format!("`{word}`: {error}"))?;
        return Ok((Argument::Path(selector), rest));
    }
    let literal: Value =
        serde_json::from_str(word).map_err(|_| format!("`{word}` is not an argument"))?;
    match literal {
        Value::Null | Value::Bool(_) | Value::Number(_) => Ok((Argument::Literal(literal), rest)),
        _ => Err(format!("`{word}` is not an argument")),
    }
}

/// Where an unquoted argument ends: at a comma or parenthesis outside of brackets and quotes.
fn word_end(text: &str) -> usize {
    let (mut depth, mut quote, mut escaped) = (0_usize, None, false);
    for (at, char) in text.char_indices() {
        match (quote, char) {
            _ if escaped => escaped = false,
            (_, '\\') => escaped = true,
            (Some(open), char) if char == open => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') if depth > 0 => quote = Some(char),
            (None, '[' | '(') => depth += 1,
            (None, ']') => depth = depth.saturating_sub(1),
            (None, ')') if depth > 0 => depth -= 1,
            (None, ',' | ')') if depth == 0 => return at,
            _ => {}
        }
    }
    text.len()
}

fn quoted(text: &str) -> Result<(Argument, &str), String> {
    let mut escaped = false;
    for (at, char) in text.char_indices() {
        if escaped {
            if !matches!(char, '\'' | '{' | '}' | '\\') {
                return Err(format!("`\\{char}` is not an escape sequence"));
            }
            escaped = false;
        } else if char == '\\' {
            escaped = true;
        } else if char == '\'' {
            let (inside, rest) = text.split_at(at);
            return Ok((Argument::Text(inside.to_owned()), rest.get(1..).unwrap_or_default()));
        }
    }
    Err("the closing quote is missing".to_owned())
}

/// Resolves the escapes of a quoted string.
pub(super) fn unescape(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(char) = chars.next() {
        plain.push(if char == '\\' { chars.next().unwrap_or(char) } else { char });
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_parsed() {
        for text in [
            "States.UUID()",
            "States.Array(1, 'a', true, null, $.a['b,c'](0), $$.State.Name, $v.x)",
            "States.Format('{} \\'quoted\\' \\{\\}', States.JsonToString($))",
            "States.ArrayContains($.a[?(@.b == 'x)')], 1)",
        ] {
            let read = Intrinsic::parse(text);
            let fine = !text.contains("](0)");
            assert_eq!(read.is_ok(), fine, "{text}: {read:?}");
        }
    }

    #[test]
    fn invalid_calls_are_rejected() {
        for text in [
            "States.Nothing()",
            "States.UUID(",
            "States.UUID",
            "States.Array(1,)",
            "States.Array('a)",
            "States.Array(\"a\")",
            "States.Array({})",
            "States.StringToJson('{\"a\":\\\"b\\\"}')",
            "States.UUID() x",
        ] {
            assert!(Intrinsic::parse(text).is_err(), "{text}");
        }
        let deep = "States.Array(".repeat(11) + &")".repeat(11);
        assert!(Intrinsic::parse(&deep).is_err());
    }
}
