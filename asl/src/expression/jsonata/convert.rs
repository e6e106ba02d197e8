//! Converts values from JSON to JSONata and back.

use std::rc::Rc;

use jsonata_core::value::{JMap, JValue};
use serde_json::{Map, Value};

use crate::limits::{MAX_DEPTH, MAX_TEXT};

/// Up to this integer, a float can represent every integer.
const MAX_SAFE_INTEGER: f64 = 9_007_199_254_740_992.0;

pub(super) fn to_jsonata(value: &Value) -> JValue {
    match value {
        Value::Null => JValue::Null,
        Value::Bool(bool) => JValue::Bool(*bool),
        Value::Number(number) => JValue::Number(number.as_f64().unwrap_or(f64::NAN)),
        Value::String(text) => JValue::string(text.as_str()),
        Value::Array(items) => JValue::array(items.iter().map(to_jsonata).collect()),
        Value::Object(members) => {
            let members = members.iter().map(|(name, member)| (name.clone(), to_jsonata(member)));
            object(members.collect())
        }
    }
}

pub(super) fn object(members: JMap) -> JValue {
    JValue::Object(Rc::new(members))
}

/// The value as JSON, if it is data, not nested too deep and not too large.
pub(super) fn from_jsonata(value: &JValue) -> Option<Value> {
    // Shared parts are copied, so they count as often as they occur.
    convert(value, 0, &mut MAX_TEXT.clone())
}

fn convert(value: &JValue, depth: usize, left: &mut usize) -> Option<Value> {
    if depth > MAX_DEPTH {
        return None;
    }
    *left = left.checked_sub(1 + value.as_str().map_or(0, str::len))?;
    match value {
        JValue::Null => Some(Value::Null),
        JValue::Bool(bool) => Some(Value::Bool(*bool)),
        JValue::Number(number) => from_float(*number),
        JValue::String(text) => Some(Value::from(&**text)),
        JValue::Array(items) => {
            let items = items.iter().filter(|item| !item.is_undefined());
            items
                .map(|item| convert(item, depth + 1, left))
                .collect::<Option<_>>()
                .map(Value::Array)
        }
        JValue::Object(_) => {
            let members = value.as_object()?.iter().filter(|(_, member)| !member.is_undefined());
            let member = |(name, member): (&String, &JValue)| {
                Some((name.clone(), convert(member, depth + 1, left)?))
            };
            members.map(member).collect::<Option<Map<_, _>>>().map(Value::Object)
        }
        _ => None,
    }
}

/// Whole numbers become integers.
fn from_float(number: f64) -> Option<Value> {
    if number.fract() == 0.0 && number.abs() <= MAX_SAFE_INTEGER {
        #[expect(clippy::cast_possible_truncation, reason = "it is an integer in range")]
        return Some(Value::from(number as i64));
    }
    number.is_finite().then(|| Value::from(number))
}
