//! Evaluates paths on a document.

use serde_json::{Map, Value};

use super::{JsonPath, Step};

/// A definite path that matches nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Missing {
    /// The reason, in the words of AWS: `No results for path: $['a']` or `Missing property in path
    /// $['a']`.
    pub(crate) reason: String,
}

impl JsonPath {
    /// The value at the path, or for an indefinite path the array of all matches.
    pub(crate) fn find(&self, document: &Value) -> Result<Value, Missing> {
        if self.is_definite() {
            return self.find_one(document);
        }
        let mut found = vec![document];
        let mut descend = false;
        for step in &self.steps {
            if let Step::Members(names) = step {
                if descend {
                    return Ok(all_members(&found, names));
                }
                return Ok(found.into_iter().filter_map(|value| members(value, names)).collect());
            }
            if *step == Step::Descend {
                descend = true;
                continue;
            }
            let mut next = Vec::new();
            for value in found {
                if std::mem::take(&mut descend) {
                    let mut all = Vec::new();
                    descendants(value, &mut all);
                    all.iter().for_each(|value| step.children(value, document, &mut next));
                    descend = true;
                } else {
                    step.children(value, document, &mut next);
                }
            }
            descend = false;
            found = next;
        }
        Ok(Value::Array(found.into_iter().cloned().collect()))
    }

    fn find_one(&self, document: &Value) -> Result<Value, Missing> {
        let mut value = document;
        let mut path = String::from("$");
        for (at, step) in self.steps.iter().enumerate() {
            if *step == Step::Length {
                return Ok(length(value));
            }
            if let Step::Members(names) = step {
                return members(value, names)
                    .ok_or_else(|| Missing { reason: format!("Missing property in path {path}") });
            }
            let mut next = Vec::with_capacity(1);
            step.children(value, document, &mut next);
            step.write(&mut path);
            let Some(found) = next.pop() else {
                let last = at + 1 == self.steps.len();
                let reason =
                    if last { "No results for path: " } else { "Missing property in path " };
                return Err(Missing { reason: format!("{reason}{path}") });
            };
            value = found;
        }
        Ok(value.clone())
    }
}

impl Step {
    fn children<'a>(&self, value: &'a Value, document: &Value, found: &mut Vec<&'a Value>) {
        match self {
            Self::Names(names) => found.extend(names.iter().filter_map(|name| value.get(name))),
            Self::Indices(indices) => {
                let items = value.as_array().map(Vec::as_slice).unwrap_or_default();
                found.extend(
                    indices.iter().filter_map(|&index| items.get(place(index, items.len()))),
                );
            }
            Self::Slice(start, end) => {
                let items = value.as_array().map(Vec::as_slice).unwrap_or_default();
                let start = start.map_or(0, |start| place(start, items.len())).min(items.len());
                let end = end.map_or(items.len(), |end| place(end, items.len())).min(items.len());
                found.extend(items.get(start..end).unwrap_or_default());
            }
            Self::Wildcard => match value {
                Value::Array(items) => found.extend(items),
                Value::Object(members) => found.extend(members.values()),
                _ => {}
            },
            Self::Filter(filter) => match value {
                Value::Array(items) => {
                    found.extend(items.iter().filter(|item| filter.passes(item, document)));
                }
                Value::Object(_) if filter.passes(value, document) => found.push(value),
                _ => {}
            },
            // The callers handle these. The length of the matches of an indefinite step is
            // meaningless.
            Self::Descend | Self::Members(_) | Self::Length => {}
        }
    }

    fn write(&self, path: &mut String) {
        match self {
            Self::Names(names) => {
                path.extend(names.iter().map(|name| format!("['{name}']")));
            }
            Self::Indices(indices) => {
                path.extend(indices.iter().map(|index| format!("[{index}]")));
            }
            _ => {}
        }
    }
}

/// The position of an index, which may be negative, in an array; past its end if out of range.
fn place(index: i64, length: usize) -> usize {
    match usize::try_from(index) {
        Ok(index) => index,
        Err(_) => usize::try_from(index.unsigned_abs())
            .ok()
            .and_then(|back| length.checked_sub(back))
            .unwrap_or(length),
    }
}

/// The members of an object with these names. Missing ones are left out.
fn members(value: &Value, names: &[String]) -> Option<Value> {
    let object = value.as_object()?;
    let member = |name: &String| Some((name.clone(), object.get(name)?.clone()));
    Some(Value::Object(names.iter().filter_map(member).collect::<Map<_, _>>()))
}

/// `..['a','b']`: the members of each descendant that has all of them. Source: Jayway,
/// `ScanPathToken`.
fn all_members(found: &[&Value], names: &[String]) -> Value {
    let mut all = Vec::new();
    found.iter().for_each(|value| descendants(value, &mut all));
    let has_all = |value: &&&Value| names.iter().all(|name| value.get(name).is_some());
    all.iter().filter(has_all).filter_map(|value| members(value, names)).collect()
}

fn length(value: &Value) -> Value {
    match value {
        Value::Array(items) => Value::from(items.len()),
        Value::Object(members) => Value::from(members.len()),
        Value::String(text) => Value::from(text.chars().count()),
        _ => Value::Null,
    }
}

/// The value and all its descendants, outermost first.
fn descendants<'a>(value: &'a Value, all: &mut Vec<&'a Value>) {
    let mut waiting = vec![value];
    while let Some(value) = waiting.pop() {
        all.push(value);
        match value {
            Value::Array(items) => waiting.extend(items.iter().rev()),
            Value::Object(members) => waiting.extend(members.values().rev()),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::Undecided;
    use super::*;

    fn find(path: &str, document: &Value) -> Result<Value, String> {
        JsonPath::parse(path).unwrap().find(document).map_err(|missing| missing.reason)
    }

    #[test]
    fn definite_paths_find_one_value() {
        let document = json!({"a": {"b c": [1, 2, 3]}, "n": null});
        assert_eq!(find("", &document).unwrap(), document);
        assert_eq!(find(".a['b c'][1]", &document), Ok(json!(2)));
        assert_eq!(find(".a['b c'][-1]", &document), Ok(json!(3)));
        assert_eq!(find(".a['b c'].length()", &document), Ok(json!(3)));
        assert_eq!(find(".n", &document), Ok(Value::Null));
        assert_eq!(find(".x", &document), Err("No results for path: $['x']".to_owned()));
        assert_eq!(find(".x.y", &document), Err("Missing property in path $['x']".to_owned()));
        assert!(find(".a['b c'][9]", &document).is_err());
    }

    #[test]
    fn indefinite_paths_find_arrays() {
        let document = json!({"items": [{"k": 1}, {"k": 2}, {"j": 3}], "deep": {"k": 4}});
        assert_eq!(find(".items[*].k", &document), Ok(json!([1, 2])));
        assert_eq!(find("..k", &document), Ok(json!([1, 2, 4])));
        assert_eq!(find(".items[1:]", &document), Ok(json!([{"k": 2}, {"j": 3}])));
        assert_eq!(find(".items[:-1].k", &document), Ok(json!([1, 2])));
        assert_eq!(find(".items[0,2]", &document), Ok(json!([{"k": 1}, {"j": 3}])));
        assert_eq!(find(".none[*].k", &document), Ok(json!([])));
        assert_eq!(find("['deep','none']", &document), Ok(json!({"deep": {"k": 4}})));
        assert_eq!(find("['deep','items'].k", &document), Ok(json!([4])));
        assert_eq!(
            find(".items[*]['k','j']", &document),
            Ok(json!([{"k": 1}, {"k": 2}, {"j": 3}]))
        );
    }

    #[test]
    fn a_bracket_may_follow_a_dot() {
        let document = json!({"a": [{"b": {"x-y": 1}}, {"b": {"x-y": 2}}]});
        assert_eq!(find(".['a'].[0].b.['x-y']", &document), Ok(json!(1)));
        assert_eq!(find(".a.[*].b.['x-y']", &document), Ok(json!([1, 2])));
        assert_eq!(find(".a.[?(@.b.['x-y'] > 1)].b", &document), Ok(json!([{"x-y": 2}])));
        assert_eq!(find(".a[0].['b','c']", &document), Ok(json!({"b": {"x-y": 1}})));
        assert_eq!(find("..['x-y']", &document), Ok(json!([1, 2])));
    }

    #[test]
    fn names_may_have_escapes_and_operators() {
        let document = json!({"a.b": 1, "c@d": {"[?": 2}, "&Ж": {"𐍆": 3}, "store": 4, "x=y": 5});
        for (path, expected) in
            [(".a\\.b", 1), (".c\\@d.\\[\\?", 2), (".&Ж.𐍆", 3), (".\\stor\\e", 4), (".x=y", 5)]
        {
            assert_eq!(find(path, &document), Ok(json!(expected)), "{path}");
        }
    }

    #[test]
    fn words_without_quotes_are_texts() {
        let document =
            json!([{"name": "Subject", "v": 1}, {"name": "x-y", "v": 2}, {"name": true}]);
        let values = |filter: &str| find(&format!("[?({filter})].v"), &document).unwrap();
        assert_eq!(values("@.name==Subject"), json!([1]));
        assert_eq!(values("@.name == x-y || @.name == 'Subject'"), json!([1, 2]));
        assert_eq!(values("@.name in [x-y, z]"), json!([2]));
        assert_eq!(find("[?(@.name == true)]", &document), Ok(json!([{"name": true}])));
    }

    #[test]
    fn what_is_undecided_is_known() {
        for (path, expected) in [
            (".a[?(@ == 'x')]", Some(Undecided::Scalar)),
            (".a[?(@.b == x)]", Some(Undecided::Word)),
            (".a\\.b", Some(Undecided::Escape)),
            (".a[?(@.b == 'x')].c", None),
        ] {
            assert_eq!(JsonPath::parse(path).unwrap().undecided(), expected, "{path}");
        }
    }

    #[test]
    fn several_names_of_descendants_need_all_of_them() {
        let document = json!({"n": 1, "v": 2, "x": [{"n": 3}, {"n": 4, "v": 5, "z": 6}]});
        let found = json!([{"n": 1, "v": 2}, {"n": 4, "v": 5}]);
        assert_eq!(find("..['n','v']", &document), Ok(found));
        assert_eq!(find("..['v','w']", &document), Ok(json!([])));
    }

    #[test]
    fn filters_select_items() {
        let document =
            json!({"max": 2, "items": [{"k": 1, "t": "a"}, {"k": 2, "t": "b"}, {"k": 3}]});
        let keys = |filter: &str| find(&format!(".items[?({filter})].k"), &document).unwrap();
        assert_eq!(keys("@.k == 2"), json!([2]));
        assert_eq!(keys("@.k >= $.max"), json!([2, 3]));
        assert_eq!(keys("@.t"), json!([1, 2]));
        assert_eq!(keys("!@.t || @.t == 'a'"), json!([1, 3]));
        assert_eq!(keys("@.t =~ /A|c/i"), json!([1]));
        assert_eq!(keys("@.t =~ /(?!a)\\w/"), json!([2]));
        assert_eq!(keys("@.t =~ /(?i)A|\\p{Nd}/"), json!([1]));
        assert_eq!(keys("@.k =~ /1/"), json!([]));
        assert_eq!(keys("(@.k < 3) && @.t != \"a\""), json!([2]));
        assert_eq!(keys("@.t in ['b', 'c']"), json!([2]));
        assert_eq!(keys("@.k nin [1, 2]"), json!([3]));
        assert_eq!(keys("@.t contains 'a'"), json!([1]));
        assert_eq!(keys("@.t size 1"), json!([1, 2]));
        assert_eq!(keys("@.t empty false"), json!([1, 2]));
    }

    #[test]
    fn filters_compare_arrays() {
        let document = json!([{"n": 1, "l": [1, 2]}, {"n": 2, "l": []}, {"n": 3, "l": [2, 3]}]);
        let numbers = |filter: &str| find(&format!("[?({filter})].n"), &document).unwrap();
        assert_eq!(numbers("@.l contains 2"), json!([1, 3]));
        assert_eq!(numbers("@.l empty true"), json!([2]));
        assert_eq!(numbers("@.l size 2"), json!([1, 3]));
        assert_eq!(numbers("@.l subsetof [1, 2, 4]"), json!([1, 2]));
        assert_eq!(numbers("@.l anyof [3, 4]"), json!([3]));
        assert_eq!(numbers("@.l noneof [3, 4]"), json!([1, 2]));
        assert_eq!(numbers("1 in @.l"), json!([1]));
    }

    #[test]
    fn invalid_paths_are_rejected() {
        for text in [
            "a",
            ".",
            "[",
            "[0",
            "['a",
            ".a b",
            "[?(@.a =~ /(/)]",
            "[?(@.a =~ x)]",
            "[?(@.a ==)]",
            "[1:x]",
            "[?(@.a in [[1]])]",
            "[?(name == 'x')]",
            ".a.",
            "..",
            ".a.(x)",
            ".a\\",
        ] {
            assert!(JsonPath::parse(text).is_err(), "{text}");
        }
        for inside in ["(", "!", "@[?(", "@.a in ["] {
            assert!(
                JsonPath::parse(&format!("[?({}", inside.repeat(100_000))).is_err(),
                "{inside}"
            );
        }
    }
}
