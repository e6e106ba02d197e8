//! The differences between two JSON values, by JSON pointer.

use serde_json::Value;

/// One place where two values differ.
#[derive(Debug, Clone, PartialEq)]
pub struct JsonChange<'a> {
    /// A JSON pointer.
    pub path: String,
    /// What the first value has there.
    pub before: Option<&'a Value>,
    /// What the second value has there.
    pub after: Option<&'a Value>,
}

/// Every place below `path` where the two values differ, in the order of the first. Of a list that
/// grew or shrank at its end, only the end is reported. Other lists of different lengths are
/// reported whole, because it is unknown which of their elements moved. Intrinsic functions are
/// reported whole, because their contents mean nothing by themselves.
#[must_use]
pub fn diff<'a>(
    path: &str,
    before: Option<&'a Value>,
    after: Option<&'a Value>,
) -> Vec<JsonChange<'a>> {
    match (before, after) {
        (before, after) if before == after => Vec::new(),
        (Some(Value::Object(old)), Some(Value::Object(new)))
            if !is_intrinsic(before) && !is_intrinsic(after) =>
        {
            let added = new.keys().filter(|key| !old.contains_key(*key));
            let keys = old.keys().chain(added);
            keys.flat_map(|key| diff(&child(path, key), old.get(key), new.get(key))).collect()
        }
        (Some(Value::Array(old)), Some(Value::Array(new)))
            if old.len() == new.len() || old.starts_with(new) || new.starts_with(old) =>
        {
            (0..old.len().max(new.len()))
                .flat_map(|at| diff(&format!("{path}/{at}"), old.get(at), new.get(at)))
                .collect()
        }
        (before, after) => vec![JsonChange { path: path.to_owned(), before, after }],
    }
}

/// A value as text: a string without quotes, everything else as JSON.
#[must_use]
pub fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Whether a value is an intrinsic function of CloudFormation, such as `{"Ref": "Table"}`.
fn is_intrinsic(value: Option<&Value>) -> bool {
    let object = value.and_then(Value::as_object).filter(|object| object.len() == 1);
    let name = object.and_then(|object| object.keys().next());
    name.is_some_and(|name| name == "Ref" || name.starts_with("Fn::"))
}

/// The pointer to a member. Source: RFC 6901, section 3.
fn child(path: &str, key: &str) -> String {
    format!("{path}/{}", key.replace('~', "~0").replace('/', "~1"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn reported(before: &Value, after: &Value) -> Vec<String> {
        let line = |change: JsonChange| {
            let shown = |value: Option<&Value>| value.map_or("-".to_owned(), text);
            format!("{} {} {}", change.path, shown(change.before), shown(change.after))
        };
        diff("", Some(before), Some(after)).into_iter().map(line).collect()
    }

    #[test]
    fn each_difference_is_reported_once() {
        let before = json!({"a": {"b": 1, "c": "x"}, "gone": [1], "list": [1, {"k": 2}]});
        let after = json!({"a": {"b": 2, "c": "x"}, "list": [1, {"k": 3}], "n/w~": true});
        assert_eq!(
            reported(&before, &after),
            ["/a/b 1 2", "/gone [1] -", "/list/1/k 2 3", "/n~1w~0 - true"]
        );
        assert_eq!(reported(&before, &before), [""; 0]);
    }

    #[test]
    fn only_the_end_is_reported_of_a_list_that_grew_or_shrank_there() {
        let (short, long) = (json!({"l": [1]}), json!({"l": [1, 2, 3]}));
        assert_eq!(reported(&short, &long), ["/l/1 - 2", "/l/2 - 3"]);
        assert_eq!(reported(&long, &short), ["/l/1 2 -", "/l/2 3 -"]);
        assert_eq!(reported(&json!([]), &json!([1])), ["/0 - 1"]);
    }

    #[test]
    fn other_lists_and_intrinsic_functions_are_reported_whole() {
        assert_eq!(reported(&json!({"l": [1]}), &json!({"l": [2, 1]})), ["/l [1] [2,1]"]);
        let (before, after) = (json!({"r": {"Ref": "A"}}), json!({"r": {"Ref": "B"}}));
        assert_eq!(reported(&before, &after), [r#"/r {"Ref":"A"} {"Ref":"B"}"#]);
    }
}
