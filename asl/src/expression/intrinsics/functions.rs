//! The intrinsic functions, except those of arrays.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::arrays;
use crate::expression::ambient::Ambient;
use crate::expression::digest;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Function {
    Array,
    ArrayPartition,
    ArrayContains,
    ArrayRange,
    ArrayGetItem,
    ArrayLength,
    ArrayUnique,
    Base64Encode,
    Base64Decode,
    Hash,
    JsonMerge,
    StringToJson,
    JsonToString,
    MathRandom,
    MathAdd,
    StringSplit,
    Uuid,
    Format,
}

/// The longest string that the Base64 and hash functions accept, in characters. Source: developer
/// guide, "Intrinsic functions".
const MAX_TEXT: usize = 10_000;

impl Function {
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name.strip_prefix("States.")? {
            "Array" => Self::Array,
            "ArrayPartition" => Self::ArrayPartition,
            "ArrayContains" => Self::ArrayContains,
            "ArrayRange" => Self::ArrayRange,
            "ArrayGetItem" => Self::ArrayGetItem,
            "ArrayLength" => Self::ArrayLength,
            "ArrayUnique" => Self::ArrayUnique,
            "Base64Encode" => Self::Base64Encode,
            "Base64Decode" => Self::Base64Decode,
            "Hash" => Self::Hash,
            "JsonMerge" => Self::JsonMerge,
            "StringToJson" => Self::StringToJson,
            "JsonToString" => Self::JsonToString,
            "MathRandom" => Self::MathRandom,
            "MathAdd" => Self::MathAdd,
            "StringSplit" => Self::StringSplit,
            "UUID" => Self::Uuid,
            "Format" => Self::Format,
            _ => return None,
        })
    }
}

/// Calls a function.
pub(super) fn apply(
    function: Function,
    values: Vec<Value>,
    ambient: &Ambient,
) -> Result<Value, String> {
    match (function, values.as_slice()) {
        (Function::Array, _) => Ok(Value::Array(values)),
        (Function::ArrayPartition, [Value::Array(items), size]) => {
            arrays::partition(items, integer(size)?)
        }
        (Function::ArrayContains, [Value::Array(items), item]) => {
            Ok(Value::Bool(items.contains(item)))
        }
        (Function::ArrayRange, [first, last, step]) => {
            arrays::range(integer(first)?, integer(last)?, integer(step)?)
        }
        (Function::ArrayGetItem, [Value::Array(items), index]) => {
            arrays::item(items, integer(index)?)
        }
        (Function::ArrayLength, [Value::Array(items)]) => Ok(Value::from(items.len())),
        (Function::ArrayUnique, [Value::Array(items)]) => Ok(arrays::unique(items)),
        (Function::Base64Encode, [Value::String(text)]) => {
            Ok(Value::String(STANDARD.encode(short(text)?)))
        }
        (Function::Base64Decode, [Value::String(text)]) => decode(short(text)?),
        (Function::Hash, [data, Value::String(algorithm)]) => hash(data, algorithm),
        (
            Function::JsonMerge,
            [Value::Object(first), Value::Object(second), Value::Bool(false)],
        ) => {
            let mut merged = first.clone();
            merged.extend(second.clone());
            Ok(Value::Object(merged))
        }
        (Function::JsonMerge, [_, _, Value::Bool(true)]) => {
            Err("Invalid arguments: deep merging is not supported".to_owned())
        }
        (Function::StringToJson, [Value::String(text)]) => parse(text),
        (Function::JsonToString, [value]) => Ok(Value::String(value.to_string())),
        (Function::MathRandom, [start, end]) => {
            random(integer(start)?, integer(end)?, ambient.random())
        }
        (Function::MathRandom, [start, end, seed]) => {
            let seed = fastrand::Rng::with_seed(integer(seed)?.cast_unsigned());
            random(integer(start)?, integer(end)?, seed)
        }
        (Function::MathAdd, [left, right]) => {
            integer(left)?.checked_add(integer(right)?).map(Value::from).ok_or_else(overflow)
        }
        (Function::StringSplit, [Value::String(text), Value::String(delimiters)]) => {
            Ok(split(text, delimiters))
        }
        (Function::Uuid, []) => Ok(Value::String(digest::uuid(&mut ambient.random()))),
        (Function::Format, [Value::String(template), values @ ..]) => {
            super::format::format(template, values)
        }
        (function, _) => Err(format!("Invalid arguments in States.{function:?}")),
    }
}

/// A number, rounded to the nearest integer. Halves are rounded up, as Java does.
fn integer(value: &Value) -> Result<i64, String> {
    let invalid = || format!("Invalid arguments: {value} is not a number");
    if let Some(integer) = value.as_i64() {
        return Ok(integer);
    }
    let rounded = (value.as_f64().ok_or_else(invalid)? + 0.5).floor();
    // 2^63 as a float. Anything smaller fits.
    if rounded.abs() < 9_223_372_036_854_775_808.0 {
        #[expect(clippy::cast_possible_truncation, reason = "it is an integer in range")]
        return Ok(rounded as i64);
    }
    Err(overflow())
}

fn overflow() -> String {
    "Invalid arguments: the number is out of range".to_owned()
}

fn short(text: &str) -> Result<&str, String> {
    if text.chars().count() > MAX_TEXT {
        return Err(format!("Invalid arguments: more than {MAX_TEXT} characters"));
    }
    Ok(text)
}

fn hash(data: &Value, algorithm: &str) -> Result<Value, String> {
    let data = data.as_str().map_or_else(|| data.to_string(), str::to_owned);
    digest::hex(short(&data)?.as_bytes(), algorithm)
        .map(Value::String)
        .ok_or_else(|| format!("Invalid arguments: there is no algorithm `{algorithm}`"))
}

fn decode(text: &str) -> Result<Value, String> {
    let bytes = STANDARD.decode(text).map_err(|_| "Invalid arguments: not Base64".to_owned())?;
    Ok(Value::String(String::from_utf8_lossy(&bytes).into_owned()))
}

fn parse(text: &str) -> Result<Value, String> {
    if text.trim().is_empty() {
        return Ok(Value::Null);
    }
    serde_json::from_str(text).map_err(|_| "Invalid arguments: the text is not JSON".to_owned())
}

/// A number from `start` up to, but not including, `end`.
fn random(start: i64, end: i64, mut random: fastrand::Rng) -> Result<Value, String> {
    if start >= end {
        return Err("Invalid arguments: the start must be less than the end".to_owned());
    }
    Ok(Value::from(random.i64(start..end)))
}

/// Splits at every character of `delimiters` and drops empty parts.
fn split(text: &str, delimiters: &str) -> Value {
    if delimiters.is_empty() {
        return Value::from(vec![text]);
    }
    let parts = text.split(|char| delimiters.contains(char)).filter(|part| !part.is_empty());
    Value::from(parts.collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_round_half_up() {
        let rounded = [1.4, 1.5, -1.5, -1.51].map(|number| integer(&json!(number)));
        assert_eq!(rounded, [Ok(1), Ok(2), Ok(-1), Ok(-2)]);
        assert!(integer(&json!("1")).is_err() && integer(&json!(1e300)).is_err());
    }

    #[test]
    fn strings_are_split_at_every_delimiter() {
        assert_eq!(split("This.is+a,test", ".+,"), json!(["This", "is", "a", "test"]));
        assert_eq!(split(",a,,b,", ","), json!(["a", "b"]));
    }

    #[test]
    fn random_numbers_stay_below_their_end() {
        let draw = |seed| random(-2, 0, fastrand::Rng::with_seed(seed)).unwrap();
        let drawn: Vec<Value> = (0..50).map(draw).collect();
        assert!(drawn.contains(&json!(-2)) && drawn.contains(&json!(-1)));
        assert!(!drawn.contains(&json!(0)));
        assert_eq!(draw(7), draw(7));
        assert!(random(1, 1, fastrand::Rng::with_seed(0)).is_err());
    }
}
