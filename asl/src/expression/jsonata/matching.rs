//! The functions that match regular expressions. [`super::regex`] puts calls of them into an
//! expression. They follow the reference implementation, JSONata 2.0.6.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Instant;

use jsonata_core::evaluator::{Evaluator, EvaluatorError};
use jsonata_core::value::{JMap, JValue};

use super::convert::object;
use super::regex::Patterns;
use super::replacement::substitute;
use crate::expression::pattern::{Budget, Match, Pattern};
use crate::limits::{MAX_DATA, MAX_EVALUATION, MAX_SEQUENCE, MAX_TEXT};

type Evaluated = Result<JValue, EvaluatorError>;

/// The patterns of an expression, and what they may use while it is evaluated.
struct Matching {
    patterns: Arc<Patterns>,
    budget: Budget,
    /// The text that was matched last, and its units.
    last: RefCell<(Rc<str>, Rc<[u16]>)>,
}

/// A text, and the pattern to match.
type Subject<'a> = (Rc<[u16]>, &'a Pattern);

type Function = fn(&Matching, &[JValue]) -> Evaluated;

/// Registers the functions.
pub(super) fn register(evaluator: &mut Evaluator, patterns: &Arc<Patterns>) {
    let matching = Rc::new(Matching {
        patterns: Arc::clone(patterns),
        budget: Budget::until(Instant::now() + MAX_EVALUATION),
        last: RefCell::new((Rc::from(""), Rc::from([]))),
    });
    let functions: [(&str, Function); 8] = [
        (" regex contains", Matching::contains),
        (" regex match", Matching::matches),
        (" regex replace", Matching::replace),
        (" regex split", Matching::split),
        (" regex cut", |_, arguments| cut(arguments)),
        (" regex find", Matching::find),
        (" regex end", |_, arguments| Ok(member(arguments.first(), "end"))),
        (" regex with next", |_, arguments| Ok(with_next(arguments))),
    ];
    for (name, function) in functions {
        let matching = Rc::clone(&matching);
        // The registry rejects only the names of built-in functions.
        let _ =
            evaluator.register_fn(name, move |arguments: &[JValue]| function(&matching, arguments));
    }
    let _ = evaluator.register_fn(" is function", |arguments: &[JValue]| {
        Ok(JValue::Bool(arguments.first().is_some_and(JValue::is_function)))
    });
    let _ = evaluator.register_fn(" is text", |arguments: &[JValue]| {
        Ok(JValue::Bool(arguments.first().is_some_and(|value| value.as_str().is_some())))
    });
}

fn fail<T>(why: impl Into<String>) -> Result<T, EvaluatorError> {
    Err(EvaluatorError::EvaluationError(why.into()))
}

fn mismatch<T>(argument: usize, function: &str) -> Result<T, EvaluatorError> {
    fail(format!(
        "T0410: Argument {argument} of function {function} does not match function signature"
    ))
}

fn member(value: Option<&JValue>, name: &str) -> JValue {
    let found = value.and_then(JValue::as_object).and_then(|object| object.get(name));
    found.cloned().unwrap_or(JValue::Undefined)
}

fn text_of(units: &[u16]) -> JValue {
    JValue::string(String::from_utf16_lossy(units))
}

fn number(value: usize) -> JValue {
    #[expect(clippy::cast_precision_loss, reason = "a text is shorter")]
    JValue::Number(value as f64)
}

fn part(units: &[u16], start: usize, end: usize) -> JValue {
    text_of(units.get(start..end).unwrap_or_default())
}

/// What limits the number of matches: the last argument. `None` if there is no limit.
fn limit(
    arguments: &[JValue],
    at: usize,
    function: &str,
    negative: &str,
) -> Result<Option<f64>, EvaluatorError> {
    match arguments.get(at) {
        None | Some(JValue::Undefined) => Ok(None),
        Some(JValue::Number(limit)) if *limit < 0.0 => fail(negative),
        Some(JValue::Number(limit)) => Ok(Some(*limit)),
        Some(_) => mismatch(at + 1, function),
    }
}

fn more(count: usize, limit: Option<f64>) -> bool {
    #[expect(clippy::cast_precision_loss, reason = "a text is shorter")]
    limit.is_none_or(|limit| (count as f64) < limit)
}

impl Matching {
    fn pattern(&self, id: Option<&JValue>) -> Result<&Pattern, EvaluatorError> {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "it is the position that was put into the expression"
        )]
        let at = id.and_then(JValue::as_f64).map(|id| id as usize);
        let pattern = at.and_then(|at| self.patterns.compiled.get(at));
        pattern.map_or_else(|| fail("an unknown regular expression"), Ok)
    }

    fn units(&self, text: &Rc<str>) -> Rc<[u16]> {
        let mut last = self.last.borrow_mut();
        if !Rc::ptr_eq(&last.0, text) {
            *last = (Rc::clone(text), text.encode_utf16().collect());
        }
        Rc::clone(&last.1)
    }

    /// The subject and the pattern: the first two arguments. `None` if there is no subject.
    fn subject(
        &self,
        arguments: &[JValue],
        function: &str,
    ) -> Result<Option<Subject<'_>>, EvaluatorError> {
        let pattern = self.pattern(arguments.get(1))?;
        match arguments.first() {
            None | Some(JValue::Undefined) => Ok(None),
            Some(JValue::String(text)) => Ok(Some((self.units(text), pattern))),
            Some(_) => mismatch(1, function),
        }
    }

    fn search(
        &self,
        pattern: &Pattern,
        units: &[u16],
        from: usize,
    ) -> Result<Option<Match>, EvaluatorError> {
        pattern.find(units, from, &self.budget).or_else(|_| {
            let most = MAX_EVALUATION.as_millis();
            fail(format!(
                "D1012: Evaluation timeout after {most} milliseconds. Check for infinite loop"
            ))
        })
    }

    /// The match after another one.
    fn next(
        &self,
        pattern: &Pattern,
        units: &[u16],
        before: &Match,
    ) -> Result<Option<Match>, EvaluatorError> {
        if before.end >= units.len() {
            return Ok(None);
        }
        let next = self.search(pattern, units, before.end)?;
        if next.as_ref().is_some_and(|next| next.start == next.end) {
            return fail("D1004: Regular expression matches zero length string");
        }
        Ok(next)
    }

    /// Calls a function with each match, up to a limit. Returns how many there were.
    fn each(
        &self,
        pattern: &Pattern,
        units: &[u16],
        limit: Option<f64>,
        mut visit: impl FnMut(&Match) -> Result<(), EvaluatorError>,
    ) -> Result<usize, EvaluatorError> {
        let mut count = 0;
        if !more(0, limit) {
            return Ok(0);
        }
        let mut found = self.search(pattern, units, 0)?;
        while let Some(current) = found.filter(|_| more(count, limit)) {
            visit(&current)?;
            found = self.next(pattern, units, &current)?;
            count += 1;
            if count > MAX_SEQUENCE {
                return fail(format!(
                    "The expression creates too much data: more than {count} matches"
                ));
            }
        }
        Ok(count)
    }

    fn contains(&self, arguments: &[JValue]) -> Evaluated {
        if arguments.len() > 2 {
            return mismatch(3, "contains");
        }
        let Some((units, pattern)) = self.subject(arguments, "contains")? else {
            return Ok(JValue::Undefined);
        };
        Ok(JValue::Bool(self.search(pattern, &units, 0)?.is_some()))
    }

    fn matches(&self, arguments: &[JValue]) -> Evaluated {
        let Some((units, pattern)) = self.subject(arguments, "match")? else {
            return Ok(JValue::Undefined);
        };
        let negative = "D3040: Third argument of match function must evaluate to a positive number";
        let limit = limit(arguments, 2, "match", negative)?;
        if units.len() > MAX_DATA {
            return fail(format!(
                "The expression creates too much data: $match reads at most {MAX_DATA} bytes"
            ));
        }
        let mut all = Vec::new();
        self.each(pattern, &units, limit, |found| {
            let mut members = JMap::default();
            members.insert("match".to_owned(), part(&units, found.start, found.end));
            members.insert("index".to_owned(), number(found.start));
            members.insert("groups".to_owned(), groups(&units, found));
            all.push(object(members));
            Ok(())
        })?;
        Ok(JValue::sequence(all))
    }

    fn replace(&self, arguments: &[JValue]) -> Evaluated {
        let Some((units, pattern)) = self.subject(arguments, "replace")? else {
            return Ok(JValue::Undefined);
        };
        let Some(JValue::String(replacement)) = arguments.get(2) else {
            return mismatch(3, "replace");
        };
        let negative =
            "D3011: Fourth argument of replace function must evaluate to a positive number";
        let limit = limit(arguments, 3, "replace", negative)?;
        let replacement: Vec<u16> = replacement.encode_utf16().collect();
        let mut built: Vec<u16> = Vec::new();
        let mut position = 0;
        self.each(pattern, &units, limit, |found| {
            built.extend(units.get(position..found.start).unwrap_or_default());
            substitute(&mut built, &replacement, &units, found);
            position = found.end;
            if built.len() > MAX_TEXT {
                return fail(format!(
                    "The expression creates too much data: a value of more than {MAX_TEXT} bytes"
                ));
            }
            Ok(())
        })?;
        built.extend(units.get(position..).unwrap_or_default());
        Ok(text_of(&built))
    }

    fn split(&self, arguments: &[JValue]) -> Evaluated {
        let Some((units, pattern)) = self.subject(arguments, "split")? else {
            return Ok(JValue::Undefined);
        };
        let negative = "D3020: Third argument of split function must evaluate to a positive number";
        let limit = limit(arguments, 2, "split", negative)?;
        let mut parts = Vec::new();
        let mut start = 0;
        let count = self.each(pattern, &units, limit, |found| {
            parts.push(part(&units, start, found.start));
            start = found.end;
            Ok(())
        })?;
        if more(count, limit) {
            parts.push(part(&units, start, units.len()));
        }
        Ok(JValue::array(parts))
    }

    /// One match, as a matcher function returns it, but without `next`. The arguments: the pattern,
    /// the text, where to begin, and whether there was a match before.
    fn find(&self, arguments: &[JValue]) -> Evaluated {
        let pattern = self.pattern(arguments.first())?;
        let text = match arguments.get(1) {
            Some(JValue::String(text)) => Rc::clone(text),
            Some(JValue::Null) => Rc::from("null"),
            Some(JValue::Bool(bool)) => Rc::from(bool.to_string()),
            Some(value @ JValue::Number(_)) => Rc::from(value.to_json_string().unwrap_or_default()),
            _ => return Ok(JValue::Undefined),
        };
        let units = self.units(&text);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "rounds down, and negative numbers up to 0, as JavaScript does"
        )]
        let from = arguments.get(2).and_then(JValue::as_f64).unwrap_or_default() as usize;
        let found = if matches!(arguments.get(3), Some(JValue::Bool(true))) {
            self.next(pattern, &units, &Match { start: from, end: from, groups: Vec::new() })?
        } else {
            self.search(pattern, &units, from)?
        };
        let Some(found) = found else { return Ok(JValue::Undefined) };
        let mut members = JMap::default();
        members.insert("match".to_owned(), part(&units, found.start, found.end));
        members.insert("start".to_owned(), number(found.start));
        members.insert("end".to_owned(), number(found.end));
        members.insert("groups".to_owned(), groups(&units, &found));
        Ok(object(members))
    }
}

fn groups(units: &[u16], found: &Match) -> JValue {
    let group = |place: &Option<(usize, usize)>| match place {
        Some((start, end)) => part(units, *start, *end),
        None => JValue::Undefined,
    };
    JValue::array(found.groups.iter().map(group).collect())
}

fn with_next(arguments: &[JValue]) -> JValue {
    match (arguments.first().and_then(JValue::as_object), arguments.get(1)) {
        (Some(found), Some(next)) => {
            let mut found = found.clone();
            found.insert("next".to_owned(), next.clone());
            JValue::object(found)
        }
        _ => JValue::Undefined,
    }
}

/// Cuts a text at matches of `$match`.
fn cut(arguments: &[JValue]) -> Evaluated {
    let Some(text) = arguments.first().and_then(JValue::as_str) else {
        return Ok(JValue::Undefined);
    };
    let units: Vec<u16> = text.encode_utf16().collect();
    let one: [JValue; 1];
    let found: &[JValue] = match arguments.get(1) {
        Some(JValue::Array(items)) => items,
        Some(item @ JValue::Object(_)) => {
            one = [item.clone()];
            &one
        }
        _ => &[],
    };
    let limit = arguments.get(2).and_then(JValue::as_f64);
    let (mut parts, mut start) = (Vec::new(), 0);
    for found in found {
        let index = member(Some(found), "index").as_f64().unwrap_or_default();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an index")]
        let index = index as usize;
        let matched = member(Some(found), "match");
        parts.push(part(&units, start, index));
        start = index + matched.as_str().map_or(0, |text| text.encode_utf16().count());
    }
    if more(parts.len(), limit) {
        parts.push(part(&units, start, units.len()));
    }
    Ok(JValue::array(parts))
}
