//! A Choice state.

use std::cmp::Ordering;

use serde_json::Value;

use super::super::coverage::Part;
use super::super::visit::{Exit, Visit};
use crate::definition::machine::{
    Choice, Comparison, Condition, Operand, Predicate, Test, ValueType,
};
use crate::expression::scope::Scope;
use crate::expression::selector::Selector;
use crate::expression::timestamp;
use crate::fault::Fault;

pub(crate) fn choice(visit: &Visit<'_>, choice: &Choice) -> Result<Exit, Fault> {
    let input = visit.effective_input()?;
    let scope = visit.scope(&input);
    for (nth, rule) in choice.rules.iter().enumerate() {
        if rule.condition.holds(&scope)? {
            let next = Some(rule.next.clone());
            let part = Part::Choice(nth);
            return visit.exit(next, part, rule.assign.as_ref(), rule.output.as_ref());
        }
    }
    match &choice.default {
        Some(default) => visit.exit(
            Some(default.clone()),
            Part::Default,
            visit.state.assign.as_ref(),
            visit.state.output.as_ref(),
        ),
        None => Err(Fault::runtime(
            "Failed to transition out of the state. The state does not point to a next state.",
        )),
    }
}

impl Condition {
    fn holds(&self, scope: &Scope<'_>) -> Result<bool, Fault> {
        match self {
            Self::All(conditions) => {
                for condition in conditions {
                    if !condition.holds(scope)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            Self::Any(conditions) => {
                for condition in conditions {
                    if condition.holds(scope)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Self::Not(condition) => condition.holds(scope).map(|holds| !holds),
            Self::Test { variable, test } => test.holds(variable, scope),
            Self::Jsonata(expression) => {
                let value = expression.evaluate_as(scope, "boolean", Value::is_boolean)?;
                Ok(value == Value::Bool(true))
            }
        }
    }
}

impl Test {
    fn holds(&self, variable: &Selector, scope: &Scope<'_>) -> Result<bool, Fault> {
        if let Self::Is { predicate: Predicate::Present, expected } = self {
            return Ok(variable.find(scope).is_ok() == *expected);
        }
        let value = find(variable, scope)?;
        Ok(match self {
            Self::Is { predicate, expected } => predicate.is(&value) == *expected,
            Self::Matches(pattern) => value.as_str().is_some_and(|text| matches(text, pattern)),
            Self::Compare { kind, order, operand: Operand::Literal(with) } => {
                kind.compare(&value, with).is_some_and(|found| order.accepts(found))
            }
            Self::Compare { kind, order, operand: Operand::Path(with) } => {
                let with = find(with, scope)?;
                kind.compare(&value, &with).is_some_and(|found| order.accepts(found))
            }
        })
    }
}

fn find(selector: &Selector, scope: &Scope<'_>) -> Result<Value, Fault> {
    selector.find(scope).map_err(|_| {
        Fault::runtime(format!(
            "Invalid path '{}': The choice state's condition path references an invalid value.",
            selector.text
        ))
    })
}

impl Predicate {
    fn is(self, value: &Value) -> bool {
        match self {
            Self::Present => true,
            Self::Null => value.is_null(),
            Self::Boolean => value.is_boolean(),
            Self::Numeric => value.is_number(),
            Self::String => value.is_string(),
            Self::Timestamp => value.as_str().is_some_and(|text| timestamp::parse(text).is_some()),
        }
    }
}

impl ValueType {
    /// The order of two values, or `None` if one is of another type.
    fn compare(self, left: &Value, right: &Value) -> Option<Ordering> {
        match self {
            Self::String => Some(left.as_str()?.encode_utf16().cmp(right.as_str()?.encode_utf16())),
            Self::Number => match (left.as_i64(), right.as_i64()) {
                (Some(left), Some(right)) => Some(left.cmp(&right)),
                _ => left.as_f64()?.partial_cmp(&right.as_f64()?),
            },
            Self::Boolean => Some(left.as_bool()?.cmp(&right.as_bool()?)),
            Self::Timestamp => {
                Some(timestamp::parse(left.as_str()?)?.cmp(&timestamp::parse(right.as_str()?)?))
            }
        }
    }
}

impl Comparison {
    fn accepts(self, found: Ordering) -> bool {
        match self {
            Self::Equal => found.is_eq(),
            Self::Less => found.is_lt(),
            Self::LessOrEqual => found.is_le(),
            Self::Greater => found.is_gt(),
            Self::GreaterOrEqual => found.is_ge(),
        }
    }
}

/// `StringMatches`: `*` matches any characters, `\*` an asterisk, and `\\` a backslash.
fn matches(text: &str, pattern: &str) -> bool {
    // The pieces between the asterisks must follow one another. The first and the last are
    // anchored.
    let mut pieces = vec![String::new()];
    let mut chars = pattern.chars();
    while let Some(char) = chars.next() {
        match char {
            '*' => pieces.push(String::new()),
            char => {
                let char = if char == '\\' { chars.next().unwrap_or(char) } else { char };
                if let Some(piece) = pieces.last_mut() {
                    piece.push(char);
                }
            }
        }
    }
    let Some((last, pieces)) = pieces.split_last() else { return text.is_empty() };
    let Some((first, middle)) = pieces.split_first() else { return text == last };
    let Some(mut rest) = text.strip_prefix(first.as_str()) else { return false };
    for piece in middle {
        let Some(at) = rest.find(piece.as_str()) else { return false };
        rest = rest.get(at + piece.len()..).unwrap_or_default();
    }
    rest.ends_with(last.as_str())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn patterns_match() {
        for (text, pattern) in [
            ("log-7.txt", "log-*.txt"),
            ("", "*"),
            ("aXbXc", "a*b*c"),
            ("a*b", "a\\*b"),
            ("aa", "a*a"),
        ] {
            assert!(matches(text, pattern), "{text} {pattern}");
        }
        for (text, pattern) in [
            ("log.txt", "log-*.txt"),
            ("a", "a*a"),
            ("axb", "a\\*b"),
            ("ab", "a"),
            ("acb", "a*b*c"),
        ] {
            assert!(!matches(text, pattern), "{text} {pattern}");
        }
    }

    #[test]
    fn values_of_other_types_do_not_compare() {
        assert_eq!(ValueType::Number.compare(&json!(1), &json!(1.0)), Some(Ordering::Equal));
        assert_eq!(ValueType::Number.compare(&json!("1"), &json!(1)), None);
        assert_eq!(ValueType::String.compare(&json!("a"), &json!("b")), Some(Ordering::Less));
        assert_eq!(ValueType::Boolean.compare(&json!(null), &json!(false)), None);
        let compare =
            |left: &str, right: &str| ValueType::Timestamp.compare(&json!(left), &json!(right));
        let same = compare("2024-01-01T00:00:00Z", "2024-01-01T01:00:00+01:00");
        assert_eq!(same, Some(Ordering::Equal));
        assert_eq!(compare("2024-01-01", "2024-01-01T01:00:00+01:00"), None);
    }
}
