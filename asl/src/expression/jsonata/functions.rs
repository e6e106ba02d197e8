//! The functions that Step Functions adds to JSONata, and those whose results must be repeatable.

use std::cell::RefCell;

use jsonata_core::evaluator::{Evaluator, EvaluatorError};
use jsonata_core::value::JValue;
use serde_json::Value;

use super::convert::to_jsonata;
use crate::expression::ambient::Ambient;
use crate::expression::context::instant;
use crate::expression::digest;

/// The longest array that `$range` creates: as `States.ArrayRange`. A limit of `$range` is not documented.
const MAX_RANGE: usize = 1_000;

/// The longest string that `$pad` creates, in characters. A limit of this program, above what can
/// leave a state. The crate's own `$pad` would fill the memory.
const MAX_WIDTH: usize = 1_000_000;

type Evaluated = Result<JValue, EvaluatorError>;

/// Registers the functions that an expression can call, judging by its text.
pub(super) fn register(evaluator: &mut Evaluator, ambient: &Ambient, text: &str) {
    let calls = |name: &str| text.contains(name);
    // Results are ignored because registering cannot fail here: the registry rejects only the names
    // of built-in functions, which the added ones don't have, and overriding compiled functions,
    // which the overridden ones are not.
    if calls("partition") {
        let _ = evaluator.register_fn("partition", |arguments: &[JValue]| partition(arguments));
    }
    if calls("range") {
        let _ = evaluator.register_fn("range", |arguments: &[JValue]| range(arguments));
    }
    if calls("hash") {
        let _ = evaluator.register_fn("hash", |arguments: &[JValue]| hash(arguments));
    }
    if calls("parse") {
        let _ = evaluator.register_fn("parse", |arguments: &[JValue]| parse(arguments));
    }
    if calls("uuid") {
        let source = RefCell::new(ambient.random());
        let uuid = move |_: &[JValue]| Ok(JValue::string(digest::uuid(&mut source.borrow_mut())));
        let _ = evaluator.register_fn("uuid", uuid);
    }
    if calls("random") {
        let source = RefCell::new(ambient.random());
        let random = move |arguments: &[JValue]| random(arguments, &mut source.borrow_mut());
        let _ = evaluator.register_fn_override("random", random);
    }
    if calls("millis") || calls("now") {
        let now = ambient.now();
        let millis = move |_: &[JValue]| Ok(JValue::from(now.as_millisecond()));
        let _ = evaluator.register_fn_override("millis", millis);
    }
    if calls("now") {
        let now = ambient.now();
        let now = move |_: &[JValue]| Ok(JValue::string(instant(now)));
        let _ = evaluator.register_fn_override("now", now);
    }
    if calls("pad") {
        let _ = evaluator.register_fn_override("pad", |arguments: &[JValue]| pad(arguments));
    }
    if calls("eval") {
        let eval = |_: &[JValue]| refuse("T1006: Attempted to invoke a non-function");
        let _ = evaluator.register_fn_override("eval", eval);
    }
}

fn refuse(why: &str) -> Evaluated {
    Err(EvaluatorError::EvaluationError(why.to_owned()))
}

/// A number without its fraction, if it is in the range of exact integers.
fn floor(value: Option<&JValue>) -> Option<i64> {
    let number = value?.as_f64()?.floor();
    #[expect(clippy::cast_possible_truncation, reason = "the range is checked before")]
    (number.abs() < 9e15).then_some(number as i64)
}

/// Pads a string on its right, or on its left if the width is negative.
fn pad(arguments: &[JValue]) -> Evaluated {
    let Some(text) = arguments.first().filter(|text| !text.is_undefined()) else {
        return Ok(JValue::Undefined);
    };
    let (Some(text), Some(width)) = (text.as_str(), floor(arguments.get(1))) else {
        return refuse("$pad expects a string and a number");
    };
    let wide = usize::try_from(width.unsigned_abs()).ok().filter(|&wide| wide <= MAX_WIDTH);
    let Some(wide) = wide else {
        return refuse("$pad creates strings of at most 1000000 characters");
    };
    let filler = arguments.get(2).and_then(JValue::as_str).filter(|filler| !filler.is_empty());
    let missing = wide.saturating_sub(text.chars().count());
    let padding: String = filler.unwrap_or(" ").chars().cycle().take(missing).collect();
    Ok(JValue::string(if width < 0 { padding + text } else { text.to_owned() + &padding }))
}

fn partition(arguments: &[JValue]) -> Evaluated {
    if arguments.first().is_none_or(JValue::is_undefined) {
        return Ok(JValue::Undefined);
    }
    let size = floor(arguments.get(1)).and_then(|size| usize::try_from(size).ok());
    let items = arguments.first().and_then(JValue::as_array);
    let (Some(items), Some(size @ 1..)) = (items, size) else {
        return refuse("$partition expects an array and a chunk size greater than zero");
    };
    Ok(JValue::array(items.chunks(size).map(|piece| JValue::array(piece.to_vec())).collect()))
}

fn range(arguments: &[JValue]) -> Evaluated {
    let number = |at: usize| floor(arguments.get(at));
    let (Some(first), Some(last), Some(step)) = (number(0), number(1), number(2)) else {
        return refuse("$range expects three numbers");
    };
    if step == 0 {
        return refuse("$range expects a step that is not zero");
    }
    let mut numbers = Vec::new();
    let mut next = first;
    while if step > 0 { next <= last } else { next >= last } {
        if numbers.len() >= MAX_RANGE {
            return refuse("$range creates at most 1000 numbers");
        }
        numbers.push(JValue::from(next));
        next = next.saturating_add(step);
    }
    // Unlike the other arrays, this is a sequence: a sequence of one item is that item.
    Ok(JValue::sequence(numbers).unwrap_sequence())
}

fn hash(arguments: &[JValue]) -> Evaluated {
    let Some(data) = arguments.first().filter(|data| !data.is_undefined()) else {
        return Ok(JValue::Undefined);
    };
    let text = match data.as_str() {
        Some(text) => text.to_owned(),
        None => {
            super::sizes::check_total_size(arguments).map_err(EvaluatorError::EvaluationError)?;
            data.to_json_string().unwrap_or_default()
        }
    };
    let algorithm = arguments.get(1).and_then(JValue::as_str).unwrap_or("SHA-256");
    match digest::hex(text.as_bytes(), algorithm) {
        Some(hash) => Ok(JValue::string(hash)),
        None => refuse("$hash expects one of the algorithms MD5, SHA-1, SHA-256, SHA-384, SHA-512"),
    }
}

fn parse(arguments: &[JValue]) -> Evaluated {
    let Some(text) = arguments.first().filter(|text| !text.is_undefined()) else {
        return Ok(JValue::Undefined);
    };
    let Some(text) = text.as_str() else {
        return refuse("$parse expects a string");
    };
    match serde_json::from_str::<Value>(text) {
        Ok(value) => Ok(to_jsonata(&value)),
        Err(_) => refuse("$parse expects a string that is JSON"),
    }
}

/// A number from 0 up to, but not including, 1. The same seed gives the same number.
fn random(arguments: &[JValue], source: &mut fastrand::Rng) -> Evaluated {
    match arguments.first() {
        None => Ok(JValue::from(source.f64())),
        Some(seed) => match seed.as_f64() {
            Some(seed) => Ok(JValue::from(fastrand::Rng::with_seed(seed.to_bits()).f64())),
            None => refuse("$random expects a number as its seed"),
        },
    }
}
