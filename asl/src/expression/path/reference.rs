//! Reference paths: the definite paths that `ResultPath` writes to.

use serde_json::{Map, Value};

use super::{JsonPath, PathError, Step};

/// A path to exactly one place, which need not exist yet.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ReferencePath(Vec<Place>);

#[derive(Debug, Clone, PartialEq)]
enum Place {
    Member(String),
    Item(usize),
}

impl ReferencePath {
    /// Parses `$`, `$.a.b`, `$['a'][0]`.
    pub(crate) fn parse(text: &str) -> Result<Self, PathError> {
        let rest = text
            .trim()
            .strip_prefix('$')
            .ok_or_else(|| PathError("the path does not begin with `$`".to_owned()))?;
        let places = JsonPath::parse(rest)?.steps.into_iter().map(|step| match step {
            Step::Names(mut names) if names.len() == 1 => names.pop().map(Place::Member),
            Step::Indices(indices) if indices.len() == 1 => {
                indices.first().and_then(|&index| usize::try_from(index).ok()).map(Place::Item)
            }
            _ => None,
        });
        let places: Option<Vec<Place>> = places.collect();
        places.map(Self).ok_or_else(|| PathError("the path can match several places".to_owned()))
    }

    /// Inserts a value at the place and creates the objects on the way to it.
    ///
    /// # Errors
    /// If the path contains the index of an array item that doesn't exist: arrays don't grow.
    pub(crate) fn insert(&self, mut document: Value, value: Value) -> Result<Value, ()> {
        let mut at = &mut document;
        for place in &self.0 {
            at = match place {
                Place::Member(name) => {
                    if !at.is_object() {
                        *at = Value::Object(Map::new());
                    }
                    let Value::Object(members) = at else { return Err(()) };
                    members.entry(name.as_str()).or_insert(Value::Null)
                }
                Place::Item(index) => {
                    let Value::Array(items) = at else { return Err(()) };
                    items.get_mut(*index).ok_or(())?
                }
            };
        }
        *at = value;
        Ok(document)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_inserted() {
        let put =
            |path: &str, document| ReferencePath::parse(path).unwrap().insert(document, json!("x"));
        assert_eq!(put("$", json!({"a": 1})), Ok(json!("x")));
        assert_eq!(put("$.a", json!({"a": 1, "b": 2})), Ok(json!({"a": "x", "b": 2})));
        assert_eq!(put("$.a.b", json!({})), Ok(json!({"a": {"b": "x"}})));
        assert_eq!(put("$.a[1]", json!({"a": [1, 2]})), Ok(json!({"a": [1, "x"]})));
        assert_eq!(put(" $.a.['b c'] ", json!({})), Ok(json!({"a": {"b c": "x"}})));
        assert_eq!(put("$.a\\.b", json!({})), Ok(json!({"a.b": "x"})));
        assert_eq!(put("$.a.[1]", json!({"a": [1, 2]})), Ok(json!({"a": [1, "x"]})));
        assert_eq!(put("$.a[2]", json!({"a": [1, 2]})), Err(()));
    }

    #[test]
    fn paths_to_several_places_are_rejected() {
        for text in ["$.*", "$..a", "$.a[1:2]", "$[?(@.a)]", "a", "$[-1]", "$.a.length()"] {
            assert!(ReferencePath::parse(text).is_err(), "{text}");
        }
    }
}
