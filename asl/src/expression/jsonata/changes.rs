//! The functions that change arguments to what JSONata 2.0.6 makes of them. [`super::version`] puts
//! calls of them into an expression. And functions that differ as a whole.

use std::collections::HashSet;

use base64::Engine;
use base64::alphabet;
use base64::engine::general_purpose::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use jsonata_core::evaluator::{Evaluator, EvaluatorError};
use jsonata_core::value::{JMap, JValue};

use super::convert::object;
use super::moment;
use crate::expression::ambient::Ambient;

type Evaluated = Result<JValue, EvaluatorError>;

type Function = fn(&[JValue]) -> Evaluated;

/// Above it, the 15 digits that a number has as a text are not all of its digits.
const MAX_DIGITS: f64 = 1e15;

/// Base64 without padding, whatever its last bits are.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::RequireNone),
);

/// Source: ECMAScript, "Time Values and Time Range".
const MAX_INSTANT: f64 = 8.64e15;

/// Registers the functions that are in an expression with this text, and those that were put into it.
pub(super) fn register(
    evaluator: &mut Evaluator,
    ambient: &Ambient,
    text: &str,
    inserted: &HashSet<String>,
) {
    let functions: [(&str, Function); 8] = [
        (" numeral", |arguments| numeral(first(arguments))),
        (" digits", |arguments| Ok(with_digits(&first(arguments)))),
        (" round", |arguments| Ok(rounded(&first(arguments)))),
        (" instant", |arguments| instant(first(arguments))),
        (" list", |arguments| Ok(listed(first(arguments)))),
        (" items", |arguments| Ok(items(first(arguments)))),
        (" string to trim", |arguments| trim(&first(arguments))),
        ("clone", |arguments| clone(&first(arguments))),
    ];
    let is_used = |name: &str| inserted.contains(name) || text.contains(name);
    for (name, function) in functions.into_iter().filter(|(name, _)| is_used(name)) {
        // The registry rejects only the names of built-in functions.
        let _ = evaluator.register_fn(name, move |arguments: &[JValue]| function(arguments));
    }
    if is_used("base64") {
        let _ = evaluator.register_fn_override("base64encode", |arguments: &[JValue]| {
            encode_base64(&first(arguments))
        });
        let _ = evaluator.register_fn_override("base64decode", |arguments: &[JValue]| {
            decode_base64(&first(arguments))
        });
    }
    if moment::NAMES.iter().any(|name| inserted.contains(*name)) {
        moment::register(evaluator, ambient.now());
    }
    let urls = [("encodeUrl", ";/?:@&=+$,#-_.!~*'()"), ("encodeUrlComponent", "-_.!~*'()")];
    for (name, kept) in urls.into_iter().filter(|_| is_used("encodeUrl")) {
        let _ = evaluator.register_fn_override(name, move |arguments: &[JValue]| {
            encode_url(&first(arguments), name, kept)
        });
    }
}

fn first(arguments: &[JValue]) -> JValue {
    arguments.first().cloned().unwrap_or(JValue::Undefined)
}

fn fail(why: String) -> Evaluated {
    Err(EvaluatorError::EvaluationError(why))
}

/// Refuses texts that `$number` doesn't take: `^-?[0-9]+(\.[0-9]+)?([Ee][-+]?[0-9]+)?$`. Hexadecimal,
/// octal and binary ones are left to the crate.
fn numeral(value: JValue) -> Evaluated {
    let Some(text) = value.as_str() else { return Ok(value) };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let radix = ["0x", "0X", "0o", "0O", "0b", "0B"];
    if radix.iter().any(|prefix| text.starts_with(prefix)) {
        return Ok(value);
    }
    let (mantissa, exponent) = unsigned.split_once(['E', 'e']).unwrap_or((unsigned, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    let exponent = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
    if digits(whole) && digits(fraction) && digits(exponent) {
        return Ok(value);
    }
    fail(format!("D3030: Unable to cast value to a number: \"{text}\""))
}

/// A number with 15 significant digits, as texts show it. Source: `Number.prototype.toPrecision`.
fn fifteen_digits(number: f64) -> f64 {
    if number.abs() < MAX_DIGITS || !number.is_finite() {
        return number;
    }
    let exact = format!("{:.30e}", number.abs());
    let (mantissa, exponent) = exact.split_once('e').unwrap_or((&exact, "0"));
    let (kept, rest) = mantissa.split_at(16.min(mantissa.len()));
    let tie = rest.starts_with('5') && rest.bytes().skip(1).all(|digit| digit == b'0');
    if !tie {
        return format!("{number:.14e}").parse().unwrap_or(number);
    }
    // JavaScript rounds up here, Rust to an even digit.
    let kept: i64 = kept.replace('.', "").parse().unwrap_or_default();
    let exponent: i32 = exponent.parse().unwrap_or_default();
    let rounded: f64 = format!("{}e{}", kept + 1, exponent - 14).parse().unwrap_or(number);
    rounded.copysign(number)
}

/// The value with all numbers as texts show them.
fn with_digits(value: &JValue) -> JValue {
    let mut waiting = vec![value];
    while let Some(inner) = waiting.pop() {
        match inner {
            JValue::Number(number) if number.abs() >= MAX_DIGITS => return short(value),
            JValue::Array(items) => waiting.extend(items.iter()),
            JValue::Object(members) => waiting.extend(members.values()),
            _ => {}
        }
    }
    value.clone()
}

fn short(value: &JValue) -> JValue {
    match value {
        JValue::Number(number) => JValue::Number(fifteen_digits(*number)),
        JValue::Array(items) => JValue::array(items.iter().map(short).collect()),
        JValue::Object(members) => {
            let members = members.iter().map(|(name, member)| (name.clone(), short(member)));
            object(members.collect())
        }
        other => other.clone(),
    }
}

/// Rounds half to even, as `$round` does.
fn rounded(value: &JValue) -> JValue {
    match value {
        JValue::Number(number) => JValue::Number(number.round_ties_even()),
        other => other.clone(),
    }
}

/// A number of milliseconds as JavaScript's `Date` takes it: whole, and less than 275,000 years from
/// 1970. The crate overflows beyond.
fn instant(value: JValue) -> Evaluated {
    match value {
        JValue::Number(millis) if millis.abs() > MAX_INSTANT || millis.is_nan() => {
            fail(format!("$fromMillis expects a number up to {MAX_INSTANT}"))
        }
        JValue::Number(millis) => Ok(JValue::Number(millis.trunc())),
        other => Ok(other),
    }
}

/// Makes a list of null, which the crate takes for nothing.
fn listed(value: JValue) -> JValue {
    if matches!(value, JValue::Null) { JValue::array(vec![value]) } else { value }
}

/// Nothing instead of an empty list.
fn items(value: JValue) -> JValue {
    match value.as_array() {
        Some(items) if items.is_empty() => JValue::Undefined,
        _ => value,
    }
}

/// A copy of an object or a list, without its functions.
fn clone(value: &JValue) -> Evaluated {
    match value {
        JValue::Undefined => Ok(JValue::Undefined),
        JValue::Array(_) | JValue::Object(_) => Ok(without_functions(&with_digits(value))),
        _ => {
            fail("T0410: Argument 1 of function clone does not match function signature".to_owned())
        }
    }
}

fn without_functions(value: &JValue) -> JValue {
    match value {
        JValue::Array(items) => JValue::array(items.iter().map(without_functions).collect()),
        JValue::Object(members) => {
            let copy =
                |(name, member): (&String, &JValue)| (name.clone(), without_functions(member));
            object(members.iter().map(copy).collect::<JMap>())
        }
        function if function.is_function() => JValue::string(""),
        other => other.clone(),
    }
}

/// The text that is the argument of a function; `None` if it is nothing.
fn text<'a>(value: &'a JValue, function: &str) -> Result<Option<&'a str>, EvaluatorError> {
    match value {
        JValue::Undefined => Ok(None),
        JValue::String(text) => Ok(Some(text)),
        _ => Err(EvaluatorError::EvaluationError(format!(
            "T0410: Argument 1 of function {function} does not match function signature"
        ))),
    }
}

/// Without blanks, tabs and line ends at its ends, and one blank instead of those inside.
fn trim(value: &JValue) -> Evaluated {
    let Some(text) = text(value, "trim")? else { return Ok(JValue::Undefined) };
    let words = text.split([' ', '\t', '\n', '\r']).filter(|word| !word.is_empty());
    Ok(JValue::string(words.collect::<Vec<_>>().join(" ")))
}

/// As the reference implementation does, each UTF-16 code unit becomes its lower byte.
fn encode_base64(value: &JValue) -> Evaluated {
    let Some(text) = text(value, "base64encode")? else { return Ok(JValue::Undefined) };
    let bytes: Vec<u8> = text.encode_utf16().map(|unit| unit.to_le_bytes()[0]).collect();
    Ok(JValue::string(STANDARD.encode(bytes)))
}

/// As the reference implementation does, each byte becomes a character up to U+00FF.
fn decode_base64(value: &JValue) -> Evaluated {
    let Some(text) = text(value, "base64decode")? else { return Ok(JValue::Undefined) };
    let mut symbols: String = text
        .chars()
        .take_while(|char| *char != '=')
        .filter_map(|char| match char {
            '-' => Some('+'),
            '_' => Some('/'),
            char => (char.is_ascii_alphanumeric() || "+/".contains(char)).then_some(char),
        })
        .collect();
    if symbols.len() % 4 == 1 {
        symbols.pop();
    }
    let bytes = LENIENT.decode(symbols).unwrap_or_default();
    Ok(JValue::string(bytes.into_iter().map(char::from).collect::<String>()))
}

/// Source: ECMAScript, `encodeURI` and `encodeURIComponent`.
fn encode_url(value: &JValue, name: &str, kept: &str) -> Evaluated {
    let Some(text) = text(value, name)? else { return Ok(JValue::Undefined) };
    let mut encoded = String::with_capacity(text.len());
    for char in text.chars() {
        if char.is_ascii_alphanumeric() || kept.contains(char) {
            encoded.push(char);
            continue;
        }
        for byte in char.encode_utf8(&mut [0; 4]).bytes() {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    Ok(JValue::string(encoded))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_fifteen_digits() {
        for (number, expected) in [
            (123_456_789_012_345_678.0, 123_456_789_012_346_000.0),
            (1_000_000_000_000_000.5, 1e15),
            (-1_234_567_890_123_455.0, -1_234_567_890_123_460.0),
            (1_234_567_890_123_445.0, 1_234_567_890_123_450.0),
            (0.1, 0.1),
        ] {
            assert_eq!(fifteen_digits(number), expected, "{number}");
        }
    }
}
