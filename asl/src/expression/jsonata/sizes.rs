//! Functions that check the size of what an expression builds. [`super::bounds`] inserts them into
//! it.

use std::cell::Cell;
use std::collections::HashSet;
use std::rc::Rc;

use jsonata_core::evaluator::{Evaluator, EvaluatorError};
use jsonata_core::value::JValue;

use crate::limits::{MAX_BUILT, MAX_DATA, MAX_TEXT};

/// The most items that `$distinct` compares. Like the reference implementation, it compares each
/// with each, so one second is not enough for more.
const MAX_COMPARED: usize = 20_000;

/// The longest picture string of a number or a time, in characters. A limit of this program.
const MAX_PICTURE: usize = 256;

/// The most digits of a year. More overflow an integer.
const MAX_WIDTH: usize = 18;

/// The largest number that is written in Roman numerals. A limit of this program.
const MAX_ROMAN: f64 = 100_000.0;

/// The largest integer that a range may start or end with: above it, a float cannot represent every
/// integer.
const MAX_END: f64 = 9_007_199_254_740_992.0;

/// The size of one array item, in bytes.
const ITEM: usize = size_of::<JValue>();

type Evaluated = Result<JValue, EvaluatorError>;

/// Fails if the arguments are too large. The cell counts down how much may still be built.
type Check = fn(&[JValue], &Cell<usize>) -> Result<(), String>;

/// Registers the checks that were put into an expression.
pub(super) fn register(evaluator: &mut Evaluator, inserted: &HashSet<String>) {
    let left = Rc::new(Cell::new(MAX_BUILT));
    let checks: [(&str, Check); 13] = [
        (" text", |arguments, left| spend(arguments, left)),
        (" result", |arguments, left| {
            check_total_size(arguments)?;
            spend(arguments, left)
        }),
        (" item", |arguments, left| {
            check_total_size(arguments)?;
            match arguments.first() {
                Some(JValue::Array(_)) => spend(arguments, left),
                _ => Ok(()),
            }
        }),
        (" end", |arguments, _| check_range_end(arguments)),
        (" distinct", |arguments, _| check_distinct(arguments)),
        (" join", |arguments, _| check_join(arguments)),
        (" match", |arguments, _| check_match(arguments)),
        (" whole", |arguments, _| check_total_size(arguments)),
        (" replace", |arguments, _| check_replace(arguments)),
        (" formatInteger", |arguments, _| check_roman_numeral(arguments)),
        (" digits of picture", |arguments, _| check_digits(arguments)),
        (" picture", |arguments, _| check_picture(arguments)),
        (" calls", |_, _| Ok(())),
    ];
    for (name, check) in checks.into_iter().filter(|(name, _)| inserted.contains(*name)) {
        let left = Rc::clone(&left);
        // The registry rejects only the names of built-in functions.
        let _ = evaluator.register_fn(name, move |arguments: &[JValue]| -> Evaluated {
            check(arguments, &left).map_err(EvaluatorError::EvaluationError)?;
            let first = arguments.first().cloned().unwrap_or(JValue::Undefined);
            Ok(if name == " calls" { JValue::Bool(first.is_function()) } else { first })
        });
    }
}

fn too_much(what: &str) -> Result<(), String> {
    Err(format!("The expression creates too much data: {what}"))
}

/// Subtracts the size of a value, without the contents of its items, from what may still be built.
fn spend(arguments: &[JValue], left: &Cell<usize>) -> Result<(), String> {
    let size = match arguments.first() {
        Some(JValue::String(text)) if text.len() > MAX_TEXT => {
            return too_much(&format!("a value of more than {MAX_TEXT} bytes"));
        }
        Some(JValue::String(text)) => text.len(),
        Some(JValue::Array(items)) => items.len() * ITEM,
        _ => 0,
    };
    match left.get().checked_sub(size) {
        Some(rest) => left.set(rest),
        None => return too_much(&format!("more than {MAX_BUILT} bytes in all")),
    }
    Ok(())
}

fn check_range_end(arguments: &[JValue]) -> Result<(), String> {
    match arguments.first().and_then(JValue::as_f64) {
        Some(number) if number.abs() > MAX_END => {
            Err("D2014: The size of the sequence allocated by the range operator (..) must not exceed 1e7."
                .to_owned())
        }
        _ => Ok(()),
    }
}

fn check_distinct(arguments: &[JValue]) -> Result<(), String> {
    match arguments.first().and_then(JValue::as_array) {
        Some(items) if items.len() > MAX_COMPARED => {
            too_much(&format!("$distinct compares at most {MAX_COMPARED} items"))
        }
        _ => Ok(()),
    }
}

/// Each match becomes an object of many times its size.
fn check_match(arguments: &[JValue]) -> Result<(), String> {
    if length(arguments.first()) > MAX_DATA {
        return too_much(&format!("$match reads at most {MAX_DATA} bytes"));
    }
    Ok(())
}

fn length(value: Option<&JValue>) -> usize {
    value.and_then(JValue::as_str).map_or(0, str::len)
}

fn check_join(arguments: &[JValue]) -> Result<(), String> {
    let Some(items) = arguments.first().and_then(JValue::as_array) else { return Ok(()) };
    let separator = length(arguments.get(1));
    let total: usize = items.iter().map(|item| length(Some(item)) + separator).sum();
    check_length(total)
}

fn check_length(length: usize) -> Result<(), String> {
    if length > MAX_TEXT {
        return too_much(&format!("a value of more than {MAX_TEXT} bytes"));
    }
    Ok(())
}

/// Fails if a value is too large when it is written out, including every copy of shared parts.
pub(super) fn check_total_size(arguments: &[JValue]) -> Result<(), String> {
    let Some(value) = arguments.first() else { return Ok(()) };
    let mut length = 0;
    let mut waiting = vec![value];
    while let Some(value) = waiting.pop() {
        length += match value {
            JValue::String(text) => text.len() + 1,
            JValue::Object(members) => members.keys().map(|name| name.len() + 1).sum(),
            _ => 1,
        };
        match value {
            JValue::Array(items) => waiting.extend(items.iter()),
            JValue::Object(members) => waiting.extend(members.values()),
            _ => {}
        }
        check_length(length + waiting.len())?;
    }
    Ok(())
}

/// Checks the longest string that `$replace(text, pattern, replacement)` can create.
fn check_replace(arguments: &[JValue]) -> Result<(), String> {
    let [text, pattern, replacement, ..] = arguments else { return Ok(()) };
    let (Some(text), Some(replacement)) = (text.as_str(), replacement.as_str()) else {
        return Ok(());
    };
    let matches = match pattern.as_str() {
        Some("") => 0,
        Some(pattern) => text.matches(pattern).count(),
        // For any pattern, each match has at least one character, except maybe the last.
        None => text.chars().count() + 1,
    };
    // The contents of a group, over all matches, are not longer than the text.
    let groups = replacement.matches('$').count().saturating_mul(text.len());
    let inserted = matches.saturating_mul(replacement.len());
    if inserted.saturating_add(groups) > MAX_BUILT {
        return too_much("$replace could create a string that is too long");
    }
    Ok(())
}

fn check_roman_numeral(arguments: &[JValue]) -> Result<(), String> {
    let picture = arguments.get(1).and_then(JValue::as_str).unwrap_or_default();
    let number = arguments.first().and_then(JValue::as_f64).unwrap_or_default();
    if picture.contains(['i', 'I']) && number.abs() > MAX_ROMAN {
        return too_much("a Roman numeral of more than 100000");
    }
    Ok(())
}

/// Checks that a text has only the digits of its picture, if those are not ASCII. The crate panics
/// otherwise.
fn check_digits(arguments: &[JValue]) -> Result<(), String> {
    let text = |at: usize| arguments.get(at).and_then(JValue::as_str).unwrap_or_default();
    let foreign = |char: &char| !char.is_ascii() && char.is_numeric();
    let Some(first) = text(1).chars().filter(foreign).map(u32::from).min() else { return Ok(()) };
    let known = |char: char| (first..first + 10).contains(&u32::from(char));
    if text(0).chars().all(known) {
        return Ok(());
    }
    Err("D3130: the text has characters other than the digits of its picture".to_owned())
}

/// Checks the length of a picture string, and the width of its years.
fn check_picture(arguments: &[JValue]) -> Result<(), String> {
    let Some(picture) = arguments.first().and_then(JValue::as_str) else { return Ok(()) };
    if picture.chars().count() > MAX_PICTURE {
        return too_much(&format!("a picture of more than {MAX_PICTURE} characters"));
    }
    for marker in picture.split('[').skip(1) {
        let marker = marker.split(']').next().unwrap_or_default();
        let marker: String = marker.split_whitespace().collect();
        // The crate panics without a component.
        let is_known = |char: &char| char.is_ascii() && *char != ',';
        if let Some(unknown) = marker.chars().next().filter(|char| !is_known(char)) {
            return Err(format!(
                "D3132: Unknown component specifier {unknown} in date/time picture string"
            ));
        }
        // A fraction of a second has no name. The crate panics.
        if marker.starts_with('f') && marker[1..].starts_with(['n', 'N']) {
            return Err(
                "D3133: the component f has no name in a date/time picture string".to_owned()
            );
        }
        let (digits, width) = marker.split_once(',').unwrap_or((&marker, ""));
        let widths = width.split(|char: char| !char.is_ascii_digit());
        let wide =
            |width: &str| width.parse::<usize>().map_or(!width.is_empty(), |w| w > MAX_WIDTH);
        if marker.starts_with('Y')
            && (digits.chars().count() > MAX_WIDTH || widths.into_iter().any(wide))
        {
            return too_much(&format!("a year of more than {MAX_WIDTH} digits"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_checked_before_strings_are_built() {
        let long = JValue::string("x".repeat(1000));
        let list = JValue::array(vec![long.clone(); 2000]);
        assert!(check_join(&[list.clone(), JValue::Undefined]).is_err());
        assert!(check_total_size(&[list]).is_err());
        assert!(check_join(&[JValue::array(vec![long.clone(); 10]), JValue::string(",")]).is_ok());
        let replace = |pattern: &str, replacement: usize| {
            let replacement = JValue::string("y".repeat(replacement));
            check_replace(&[long.clone(), JValue::string(pattern), replacement])
        };
        assert!(replace("x", MAX_BUILT / 1000 + 1).is_err());
        assert!(replace("z", MAX_BUILT / 1000 + 1).is_ok());
    }

    #[test]
    fn built_bytes_are_counted() {
        let left = Cell::new(100);
        assert!(spend(&[JValue::string("x".repeat(60))], &left).is_ok());
        assert_eq!(left.get(), 40);
        assert!(spend(&[JValue::string("x".repeat(60))], &left).is_err());
    }
}
