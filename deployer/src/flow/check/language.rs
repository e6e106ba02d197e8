//! The query language: JSONPath and JSONata each have their own fields, and a state must use only
//! one of them.
//!
//! Source: Step Functions developer guide, "Transforming data with JSONata in Step Functions".

use serde_json::{Map, Value};

use super::machine::Check;
use crate::document::{item, member};

/// The language of a state's expressions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    /// Paths, and keys that end in `.$`.
    JsonPath,
    /// Texts in `{% … %}`.
    Jsonata,
}

/// The fields of JSONPath states only. `Result`, which only Pass has, is not among them.
const JSONPATH_FIELDS: [&str; 16] = [
    "InputPath",
    "Parameters",
    "ResultSelector",
    "ResultPath",
    "OutputPath",
    "SecondsPath",
    "TimestampPath",
    "TimeoutSecondsPath",
    "HeartbeatSecondsPath",
    "ItemsPath",
    "MaxConcurrencyPath",
    "ToleratedFailureCountPath",
    "ToleratedFailurePercentagePath",
    "ErrorPath",
    "CausePath",
    "Variable",
];
/// The fields of JSONata states only.
const JSONATA_FIELDS: [&str; 4] = ["Arguments", "Output", "Items", "Condition"];
/// The parts of a state that have their own query language, or none.
const ELSEWHERE: [&str; 4] = ["Branches", "ItemProcessor", "Iterator", "Comment"];

impl Language {
    fn name(self) -> &'static str {
        match self {
            Self::JsonPath => "JSONPath",
            Self::Jsonata => "JSONata",
        }
    }

    /// Whether a field belongs to the other language, and is reported as such.
    fn is_foreign(self, field: &str) -> bool {
        self.foreign_fields().contains(&field)
    }

    fn foreign_fields(self) -> &'static [&'static str] {
        match self {
            Self::JsonPath => &JSONATA_FIELDS,
            Self::Jsonata => &JSONPATH_FIELDS,
        }
    }
}

impl Check {
    /// The language that a machine or a state declares, if any.
    pub(super) fn declared_language(
        &mut self,
        fields: &Map<String, Value>,
        path: &str,
    ) -> Option<Language> {
        let declared = fields.get("QueryLanguage")?;
        let known = [Language::JsonPath, Language::Jsonata];
        let found = known.into_iter().find(|language| declared == language.name());
        if found.is_none() {
            let at = member(path, "QueryLanguage");
            let fix = "write JSONPath or JSONata, or remove the field; the default is JSONPath";
            self.error("query-language", at, format!("{declared} is not a query language"), fix);
        }
        found
    }
}

/// Checks a state of type `kind` at `path`.
pub(super) fn check(check: &mut Check, kind: &str, state: &Map<String, Value>, path: &str) {
    let language = check.declared_language(state, path).unwrap_or(check.language);
    if language == Language::JsonPath && check.language == Language::Jsonata {
        let at = member(path, "QueryLanguage");
        let sentence = "the query language of the state machine is JSONata, so none of its states can use JSONPath";
        let fix = "remove QueryLanguage from the state machine, and set it to JSONata in the states that use it";
        check.error("query-language", at, sentence, fix);
        return;
    }
    fields(check, language, state, path);
    if kind == "Pass" && language == Language::Jsonata && state.contains_key("Result") {
        foreign(check, language, "Result", path);
    }
    for list in ["Choices", "Catch"] {
        let rules = state.get(list).and_then(Value::as_array).into_iter().flatten();
        for (index, rule) in rules.enumerate() {
            if let Some(rule) = rule.as_object() {
                fields(check, language, rule, &item(&member(path, list), index));
            }
        }
    }
    for (name, value) in state {
        if !ELSEWHERE.contains(&name.as_str()) && !language.is_foreign(name) {
            expressions(check, language, value, &member(path, name));
        }
    }
}

fn fields(check: &mut Check, language: Language, fields: &Map<String, Value>, path: &str) {
    for field in language.foreign_fields().iter().filter(|field| fields.contains_key(**field)) {
        foreign(check, language, field, path);
    }
}

fn foreign(check: &mut Check, language: Language, field: &str, path: &str) {
    let (other, instead) = match language {
        Language::Jsonata => ("JSONPath", "Arguments, Output or Condition with `{% … %}`"),
        Language::JsonPath => ("JSONata", "the JSONPath field, or declare QueryLanguage: JSONata"),
    };
    check.error(
        "mixed-languages",
        member(path, field),
        format!("`{field}` belongs to {other}, but the state's language is {}", language.name()),
        format!("write {instead}"),
    );
}

/// Warns of text that looks like an expression of the other language, which is not evaluated.
fn expressions(check: &mut Check, language: Language, value: &Value, path: &str) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields.iter().filter(|(name, _)| !language.is_foreign(name)) {
                let at = member(path, name);
                if language == Language::Jsonata && name.ends_with(".$") {
                    let sentence = "a key that ends in .$ is not evaluated in a JSONata state";
                    let fix = "remove the .$, and write the value as `{% … %}`";
                    check.warning("mixed-languages", &at, sentence, fix);
                }
                expressions(check, language, value, &at);
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                expressions(check, language, value, &item(path, index));
            }
        }
        Value::String(text) if language == Language::Jsonata && is_padded(text) => {
            let sentence = "`{% … %}` is not evaluated if there are spaces around it";
            check.warning("not-evaluated", path, sentence, "remove the spaces");
        }
        Value::String(text) if language == Language::JsonPath && text.starts_with("{%") => {
            let sentence = "`{% … %}` is not evaluated in a JSONPath state";
            let fix = "declare QueryLanguage: JSONata in the state";
            check.warning("mixed-languages", path, sentence, fix);
        }
        _ => {}
    }
}

/// Whether a text is an expression except for spaces at both ends, as recorded.
fn is_padded(text: &str) -> bool {
    let inside = text.trim();
    text.starts_with(' ')
        && text.ends_with(' ')
        && inside.starts_with("{%")
        && inside.ends_with("%}")
}

#[cfg(test)]
mod tests {
    use crate::flow::Definition;
    use crate::flow::check::check;

    fn found(machine: &str, state: &str) -> Vec<String> {
        let yaml = format!("{machine}\nStartAt: A\nStates: {{A: {state}}}");
        let definition = Definition::from_yaml(&yaml, "test").unwrap();
        let findings = check(&definition, None).into_iter();
        findings
            .map(|found| format!("{} {} {}", found.severity, found.code, found.location))
            .collect()
    }

    #[test]
    fn each_language_has_its_own_fields() {
        let mixed = |field: &str| vec![format!("error mixed-languages $.States.A.{field}")];
        let jsonata = "QueryLanguage: JSONata";
        for field in ["Parameters", "ResultPath", "InputPath", "Result"] {
            let state = format!("{{Type: Pass, End: true, {field}: x}}");
            assert_eq!(found("", &state), [""; 0]);
            assert_eq!(found(jsonata, &state), mixed(field));
        }
        for field in ["Arguments", "Output"] {
            let state = format!("{{Type: Pass, End: true, {field}: x}}");
            assert_eq!(found(jsonata, &state), [""; 0]);
            assert_eq!(found("", &state), mixed(field));
        }
        let choice = "{Type: Choice, Choices: [{Condition: '{% true %}', Next: B}], Default: B}, B: {Type: Succeed}";
        assert_eq!(found(jsonata, choice), [""; 0]);
        assert_eq!(found("", choice), mixed("Choices[0].Condition"));
        let choice =
            "{Type: Choice, Choices: [{Variable: $.x, Next: B}], Default: B}, B: {Type: Succeed}";
        assert_eq!(found(jsonata, choice), mixed("Choices[0].Variable"));
    }

    #[test]
    fn a_state_may_switch_to_jsonata_but_not_back() {
        let state = "{Type: Pass, End: true, QueryLanguage: JSONata, Output: 1}";
        assert_eq!(found("", state), [""; 0]);
        let state = "{Type: Pass, End: true, QueryLanguage: JSONPath, Result: 1}";
        assert_eq!(found("", state), [""; 0]);
        let back = ["error query-language $.States.A.QueryLanguage"];
        assert_eq!(found("QueryLanguage: JSONata", state), back);
        assert_eq!(
            found("QueryLanguage: XPath", "{Type: Succeed}"),
            ["error query-language $.QueryLanguage"]
        );
    }

    #[test]
    fn expressions_of_the_other_language_are_plain_text() {
        let text = "{Type: Pass, End: true, Parameters: {a: ['{% $x %}']}, Comment: '{% x'}";
        assert_eq!(found("", text), ["warning mixed-languages $.States.A.Parameters.a[0]"]);
        let key = "{Type: Pass, End: true, Output: {a.$: $.b}}";
        let warned = ["warning mixed-languages $.States.A.Output['a.$']"];
        assert_eq!(found("QueryLanguage: JSONata", key), warned);
    }
}
