//! `${name}` in a flow's files: where parameters and the stack's own names are inserted, and where
//! they must not be.
//!
//! They are replaced after the file was parsed, and only in texts that are data. So a value can
//! change only a value: no state, transition, task, expression or key.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::parameter;
use crate::document::suggestion::instead;
use crate::document::{item, member};
use crate::finding::Finding;

/// The prefix of the names of values that are ARNs of the flow's functions. Such a value can be inserted into any string: it
/// consists of names that were checked, and its purpose is to name a function.
pub(super) const FUNCTIONS: &str = "functions.";

/// Which members of a file contain data; everything else is structure.
#[derive(Debug, Clone, Copy)]
pub(super) struct Data {
    /// Whether the content of a member is data, at all depths. Called with the key of the object
    /// around the member and the member's key: inside `States`, a state can have the name of a
    /// field.
    pub(super) begins: fn(&str, &str) -> bool,
    /// Whether the content of a member of data is structure again.
    pub(super) ends: fn(&str) -> bool,
}

/// Replaces the placeholders of a document.
/// Error: a finding for each placeholder that is unknown, or is in a place where a value would be
/// more than data.
pub(super) fn fill(
    document: &Map<String, Value>,
    values: &BTreeMap<String, Value>,
    data: Data,
) -> Result<Map<String, Value>, Unfilled> {
    let mut filler = Filler { values, data, findings: Vec::new() };
    let filled = filler.object(document, "$", &Around { key: "", is_data: false });
    if filler.findings.is_empty() { Ok(filled) } else { Err((filler.findings, filled)) }
}

/// The faults, and the document as far as its placeholders can be replaced.
type Unfilled = (Vec<Finding>, Map<String, Value>);

/// The context of a value.
struct Around<'a> {
    /// The nearest key around it.
    key: &'a str,
    is_data: bool,
}

struct Filler<'a> {
    values: &'a BTreeMap<String, Value>,
    data: Data,
    findings: Vec<Finding>,
}

impl Filler<'_> {
    fn object(
        &mut self,
        members: &Map<String, Value>,
        path: &str,
        around: &Around<'_>,
    ) -> Map<String, Value> {
        let mut filled = Map::new();
        for (key, value) in members {
            let at = member(path, key);
            if names(key).chain(functions(key)).next().is_some() {
                self.misplaced(&at, "a key cannot contain a value");
            }
            let is_data = match around.is_data {
                true => !(self.data.ends)(key),
                false => (self.data.begins)(around.key, key),
            };
            filled.insert(key.clone(), self.value(value, &at, &Around { key, is_data }));
        }
        filled
    }

    fn value(&mut self, value: &Value, path: &str, around: &Around<'_>) -> Value {
        match value {
            Value::Object(members) => Value::Object(self.object(members, path, around)),
            Value::Array(items) => {
                let item_at = |index| item(path, index);
                let items = items.iter().enumerate();
                items.map(|(index, inner)| self.value(inner, &item_at(index), around)).collect()
            }
            Value::String(text) if text.contains("${") => {
                let filled = self.with_functions(text, path);
                let has_more = names(&filled).next().is_some();
                if has_more { self.text(&filled, path, around.is_data) } else { filled.into() }
            }
            other => other.clone(),
        }
    }

    /// Replaces the names of functions in a text.
    fn with_functions(&mut self, text: &str, path: &str) -> String {
        let mut filled = text.to_owned();
        for name in functions(text) {
            let placeholder = format!("${{{FUNCTIONS}{name}}}");
            match self.values.get(&format!("{FUNCTIONS}{name}")) {
                Some(Value::String(arn)) => filled = filled.replace(&placeholder, arn),
                _ => {
                    let sentence = format!("the flow has no function `{}`", name.escape_debug());
                    let known = self.values.keys().filter_map(|key| key.strip_prefix(FUNCTIONS));
                    let fix = instead(name, known, "it has ");
                    let finding = Finding::error("unknown-function", path, sentence);
                    self.findings.push(finding.fix(fix));
                }
            }
        }
        filled
    }

    fn text(&mut self, text: &str, path: &str, is_data: bool) -> Value {
        if !is_data {
            self.misplaced(path, "this field controls what is done, and a value can only be data");
        } else if text.trim_start().starts_with("{%") {
            self.misplaced(path, "the value would become part of the expression");
        } else if let Some(value) = whole(text).and_then(|name| self.values.get(name)) {
            return value.clone();
        } else {
            return self.joined(text, path);
        }
        Value::from(text)
    }

    /// Replaces placeholders within a text.
    fn joined(&mut self, text: &str, path: &str) -> Value {
        let mut filled = text.to_owned();
        for name in names(text) {
            let placeholder = format!("${{{name}}}");
            match self.values.get(name) {
                Some(Value::String(value)) => filled = filled.replace(&placeholder, value),
                Some(Value::Array(_)) => {
                    self.misplaced(path, "a list cannot be part of a string");
                }
                Some(value) => filled = filled.replace(&placeholder, &value.to_string()),
                None => {
                    let sentence = format!("there is no parameter or value `{placeholder}`");
                    let known = self.values.keys().map(String::as_str);
                    let known = known.filter(|name| !name.starts_with(FUNCTIONS));
                    let fix = instead(name, known, "use one of ");
                    let finding = Finding::error("unknown-placeholder", path, sentence);
                    self.findings.push(finding.fix(fix));
                }
            }
        }
        // Values do not contain `{%`, but a brace in the file and a percent sign in a value can
        // form one.
        if filled.trim_start().starts_with("{%") {
            self.misplaced(path, "with this value, the string would become an expression");
        }
        Value::from(filled)
    }

    fn misplaced(&mut self, path: &str, sentence: &str) {
        let finding = Finding::error(
            "placeholder",
            path,
            format!("`${{…}}` cannot be used here: {sentence}"),
        );
        let fix = "put it into a data field, such as Assign or Parameters, and refer to that field";
        self.findings.push(finding.fix(fix));
    }
}

/// The names in a text's placeholders. `${` before anything that is not a name is plain text,
/// because IAM and JSONata have their own uses for it.
fn names(text: &str) -> impl Iterator<Item = &str> {
    text.split("${").skip(1).filter_map(|rest| {
        let (name, _) = rest.split_once('}')?;
        let of_aws = name.strip_prefix("AWS::");
        parameter::is_name(of_aws.unwrap_or(name)).then_some(name)
    })
}

/// The names of functions in a text.
fn functions(text: &str) -> impl Iterator<Item = &str> {
    text.split("${").skip(1).filter_map(|rest| {
        let (name, _) = rest.split_once('}')?;
        name.strip_prefix(FUNCTIONS)
    })
}

/// The name, if a text is exactly one placeholder: then the value keeps its type.
fn whole(text: &str) -> Option<&str> {
    let name = text.strip_prefix("${")?.strip_suffix('}')?;
    (names(text).next() == Some(name)).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    const DATA: Data = Data {
        begins: |around, key| around != "Names" && key == "Data",
        ends: |key| key.ends_with(".$") || key == "Ref",
    };

    fn filled(document: &Value, values: &Value) -> Result<Value, Vec<&'static str>> {
        let values = values.as_object().unwrap().clone().into_iter().collect();
        fill(document.as_object().unwrap(), &values, DATA)
            .map(Value::Object)
            .map_err(|(found, _)| found.iter().map(|finding| finding.code).collect())
    }

    #[test]
    fn values_replace_placeholders_and_keep_their_type() {
        let values = json!({"n": 5, "s": "x", "l": ["a"], "AWS::StackName": "st"});
        let document = json!({"A": "$", "Data": {
            "whole": ["${n}", "${l}", "${s}"], "within": "${AWS::StackName}-${s}-${n}${s}",
            "not ours": "${aws:username} ${a: 1} ${", "deep": [{"s": "${s}"}],
        }});
        let expected = json!({"A": "$", "Data": {
            "whole": [5, ["a"], "x"], "within": "st-x-5x",
            "not ours": "${aws:username} ${a: 1} ${", "deep": [{"s": "x"}],
        }});
        assert_eq!(filled(&document, &values), Ok(expected));
    }

    #[test]
    fn placeholders_outside_of_data_are_reported() {
        let values = json!({"s": "% 1 %}", "l": []});
        for (code, document) in [
            ("placeholder", json!({"Next": "${s}"})),
            ("placeholder", json!({"Names": {"Data": {"Next": "${s}"}}})),
            ("placeholder", json!({"Data": {"${s}": 1}})),
            ("placeholder", json!({"Data": {"a.$": "${s}"}})),
            ("placeholder", json!({"Data": {"Ref": "${s}"}})),
            ("placeholder", json!({"Data": "{% '${s}' %}"})),
            ("placeholder", json!({"Data": "{${s}"})),
            ("placeholder", json!({"Data": "a ${l}"})),
            ("unknown-placeholder", json!({"Data": "${gone}"})),
            ("unknown-placeholder", json!({"Data": "${AWS::Partition}"})),
        ] {
            assert_eq!(filled(&document, &values), Err(vec![code]), "{document}");
        }
    }

    /// The document with every scalar replaced by null.
    fn shape(value: &Value) -> Value {
        match value {
            Value::Array(items) => items.iter().map(shape).collect(),
            Value::Object(members) => {
                let members = members.iter().map(|(key, value)| (key.clone(), shape(value)));
                members.collect::<Map<_, _>>().into()
            }
            _ => Value::Null,
        }
    }

    proptest! {
        #[test]
        fn a_value_never_changes_the_structure(value in any::<String>(), before in "[ {%a]{0,3}") {
            let document = json!({"Type": "Task", "Data": {"a": ["${v}", format!("{before}${{v}}")]}});
            if let Ok(filled) = filled(&document, &json!({"v": value})) {
                prop_assert_eq!(shape(&filled), shape(&document));
                prop_assert_eq!(&filled["Type"], "Task");
                prop_assert_eq!(&filled["Data"]["a"][0], &json!(value));
                prop_assert_eq!(&filled["Data"]["a"][1], &json!(format!("{before}{value}")));
            }
        }
    }
}
