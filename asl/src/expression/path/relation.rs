//! Relations in filters: `@.kind in ['a', 'b']`, `@.tags contains 'x'`.

use serde_json::Value;

/// A relation of two values, at least one of which is an array or a string.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Relation {
    In,
    NotIn,
    SubsetOf,
    AnyOf,
    NoneOf,
    Contains,
    Size,
    Empty,
}

impl Relation {
    /// The filter operators of the Jayway library.
    pub(super) const WORDS: [(&'static str, Self); 8] = [
        ("in", Self::In),
        ("nin", Self::NotIn),
        ("subsetof", Self::SubsetOf),
        ("anyof", Self::AnyOf),
        ("noneof", Self::NoneOf),
        ("contains", Self::Contains),
        ("size", Self::Size),
        ("empty", Self::Empty),
    ];

    pub(super) fn holds(self, left: &Value, right: &Value) -> bool {
        match (self, left, right) {
            (Self::In, left, Value::Array(items)) => items.contains(left),
            (Self::NotIn, left, Value::Array(items)) => !items.contains(left),
            (Self::SubsetOf, Value::Array(left), Value::Array(right)) => {
                left.iter().all(|item| right.contains(item))
            }
            (Self::AnyOf, Value::Array(left), Value::Array(right)) => {
                left.iter().any(|item| right.contains(item))
            }
            (Self::NoneOf, Value::Array(left), Value::Array(right)) => {
                !left.iter().any(|item| right.contains(item))
            }
            (Self::Contains, Value::Array(items), right) => items.contains(right),
            (Self::Contains, Value::String(text), Value::String(part)) => text.contains(part),
            (Self::Size, left, Value::Number(size)) => {
                size.as_u64().is_some_and(|size| length(left) == usize::try_from(size).ok())
            }
            (Self::Empty, left, Value::Bool(empty)) => {
                length(left).is_some_and(|length| (length == 0) == *empty)
            }
            _ => false,
        }
    }
}

fn length(value: &Value) -> Option<usize> {
    match value {
        Value::Array(items) => Some(items.len()),
        Value::String(text) => Some(text.chars().count()),
        _ => None,
    }
}
