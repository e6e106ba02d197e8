//! Where two JSON values differ: leaf by leaf, by JSON pointer.

use serde_json::Value;

/// One place where two values differ.
#[derive(Debug, Clone, PartialEq)]
pub struct JsonChange<'a> {
    /// A JSON pointer.
    pub path: String,
    /// What is there in the first value.
    pub before: Option<&'a Value>,
    /// What is there in the second one.
    pub after: Option<&'a Value>,
}

/// Every place below `path` where the two differ, in the order of the first. Of a list that grew or shrank at
/// its end, the end is told; other lists of different lengths are told whole, because nobody knows which
/// of their elements moved. So are intrinsic functions, whose insides mean nothing by themselves.
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

/// A value as text: a string is itself, everything else is JSON.
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

    fn told(before: &Value, after: &Value) -> Vec<String> {
        let line = |change: JsonChange| {
            let say = |value: Option<&Value>| value.map_or("-".to_owned(), text);
            format!("{} {} {}", change.path, say(change.before), say(change.after))
        };
        diff("", Some(before), Some(after)).into_iter().map(line).collect()
    }

    #[test]
    fn each_difference_is_told_once_where_it_is() {
        let before = json!({"a": {"b": 1, "c": "x"}, "gone": [1], "list": [1, {"k": 2}]});
        let after = json!({"a": {"b": 2, "c": "x"}, "list": [1, {"k": 3}], "n/w~": true});
        assert_eq!(
            told(&before, &after),
            ["/a/b 1 2", "/gone [1] -", "/list/1/k 2 3", "/n~1w~0 - true"]
        );
        assert_eq!(told(&before, &before), [""; 0]);
    }

    #[test]
    fn of_a_list_that_grew_or_shrank_at_its_end_the_end_is_told() {
        let (short, long) = (json!({"l": [1]}), json!({"l": [1, 2, 3]}));
        assert_eq!(told(&short, &long), ["/l/1 - 2", "/l/2 - 3"]);
        assert_eq!(told(&long, &short), ["/l/1 2 -", "/l/2 3 -"]);
        assert_eq!(told(&json!([]), &json!([1])), ["/0 - 1"]);
    }

    #[test]
    fn lists_of_another_length_and_intrinsic_functions_are_told_whole() {
        assert_eq!(told(&json!({"l": [1]}), &json!({"l": [2, 1]})), ["/l [1] [2,1]"]);
        let (before, after) = (json!({"r": {"Ref": "A"}}), json!({"r": {"Ref": "B"}}));
        assert_eq!(told(&before, &after), [r#"/r {"Ref":"A"} {"Ref":"B"}"#]);
    }
}
