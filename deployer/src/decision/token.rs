//! The token of a task, found in the task's input.

use std::fmt;

use serde_json::{Map, Value};

/// A task's token. It is a secret: it authorizes a decision.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// The text that Step Functions expects.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// Finds the token in a state's `parameters`. The definition must put it into a parameter by
/// itself: inside a longer text, its start and end are unknown.
pub(super) fn find(definition: &Value, state: &str, parameters: &str) -> Option<Token> {
    let state = state_of(definition, state)?;
    let template = state.get("Arguments").or_else(|| state.get("Parameters"))?;
    find_in(template, &serde_json::from_str(parameters).ok()?)
}

/// Finds a state by its name, at any depth. Names are unique within a machine.
fn state_of<'a>(machine: &'a Value, name: &str) -> Option<&'a Map<String, Value>> {
    let states = machine.get("States")?.as_object()?;
    if let Some(state) = states.get(name) {
        return state.as_object();
    }
    states.values().find_map(|state| {
        let branches = state["Branches"].as_array().into_iter().flatten();
        let mut inner = branches.chain([&state["ItemProcessor"], &state["Iterator"]]);
        inner.find_map(|machine| state_of(machine, name))
    })
}

/// Walks through a template and its result in parallel.
fn find_in(template: &Value, filled: &Value) -> Option<Token> {
    match (template, filled) {
        (Value::String(text), Value::String(filled)) if is_token(text) => {
            Some(Token(filled.clone()))
        }
        (Value::Object(members), filled) => members.iter().find_map(|(name, template)| {
            let name = name.strip_suffix(".$").unwrap_or(name);
            find_in(template, filled.get(name)?)
        }),
        (Value::Array(templates), Value::Array(filled)) => {
            templates.iter().zip(filled).find_map(|(template, filled)| find_in(template, filled))
        }
        _ => None,
    }
}

/// What is shown instead of a possible token.
const BLANK: &str = "(a task token, not shown)";

/// The `parameters` of a state that waits for its token, without everything that the definition may fill with the
/// token. A part that the definition does not explain, because it has changed, is omitted, too.
pub fn without_token(definition: Option<&Value>, state: Option<&str>, parameters: &str) -> String {
    let mut filled = serde_json::from_str(parameters).unwrap_or(Value::Null);
    let state = definition.zip(state).and_then(|(machine, name)| state_of(machine, name));
    let template =
        state.and_then(|state| state.get("Arguments").or_else(|| state.get("Parameters")));
    blank(template, &mut filled);
    filled.to_string()
}

fn blank(template: Option<&Value>, filled: &mut Value) {
    match (template, filled) {
        (Some(Value::Object(members)), Value::Object(filled)) => {
            for (name, filled) in filled {
                let template = members.get(name).or_else(|| members.get(&format!("{name}.$")));
                blank(template, filled);
            }
        }
        (Some(Value::Array(templates)), Value::Array(filled)) => {
            for (at, filled) in filled.iter_mut().enumerate() {
                blank(templates.get(at), filled);
            }
        }
        (Some(same), filled) if same == filled => {}
        (Some(Value::String(text)), _) if is_harmless(text) => {}
        (_, filled) => *filled = BLANK.into(),
    }
}

/// Whether a text in the definition is a path or an expression whose value cannot contain the token.
fn is_harmless(text: &str) -> bool {
    let computed = ["$", "States.", "{%"].iter().any(|start| text.starts_with(start));
    let context = [".Execution.", ".State.", ".StateMachine.", ".Map."];
    let reads = |name: &str, safe: &[&str]| {
        text.split(name).skip(1).all(|rest| safe.iter().any(|safe| rest.starts_with(safe)))
    };
    let states = [".input", ".result", ".errorOutput", ".context"];
    computed
        && reads("$$", &context)
        && reads("$states", &states)
        && reads("$states.context", &context)
}

/// Whether a text in the definition is a reference to the token, in either query language.
fn is_token(text: &str) -> bool {
    let expression = text.strip_prefix("{%").and_then(|text| text.strip_suffix("%}"));
    match expression {
        Some(expression) => expression.trim() == "$states.context.Task.Token",
        None => text == "$$.Task.Token",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn found(state: &Value, parameters: &Value) -> Option<String> {
        let inner = json!({ "StartAt": "Ask", "States": { "Ask": state } });
        let machine = json!({ "States": {
            "First": { "Type": "Pass" },
            "Each": { "Type": "Map", "ItemProcessor": { "States": {
                "Both": { "Type": "Parallel", "Branches": [{ "States": {} }, inner] },
            } } },
        } });
        find(&machine, "Ask", &parameters.to_string()).map(|token| token.expose().to_owned())
    }

    #[test]
    fn the_token_is_found_where_the_definition_puts_it() {
        let path = json!({ "Parameters": { "Payload": { "a.$": "$.b", "t.$": "$$.Task.Token" } } });
        let filled = json!({ "Payload": { "a": "A", "t": "T" } });
        assert_eq!(found(&path, &filled).as_deref(), Some("T"));
        let jsonata = json!({ "Arguments": { "List": ["x", "{% $states.context.Task.Token %}"] } });
        let filled = json!({ "List": ["x", "T"] });
        assert_eq!(found(&jsonata, &filled).as_deref(), Some("T"));
    }

    #[test]
    fn a_text_that_contains_or_resembles_the_token_is_ignored() {
        let states = [
            json!({ "Parameters": { "M.$": "States.Format('to {}', $$.Task.Token)" } }),
            json!({ "Arguments": { "M": "{% 'to ' & $states.context.Task.Token %}" } }),
            json!({ "Arguments": "{% { 'M': $states.context.Task.Token } %}" }),
            json!({ "Parameters": { "N.$": "$$.Task.Token" } }),
            json!({}),
        ];
        for state in states {
            assert_eq!(found(&state, &json!({ "M": "to T" })), None, "{state}");
        }
        let path = json!({ "Parameters": { "M.$": "$$.Task.Token" } });
        assert_eq!(find(&json!({ "States": {} }), "Ask", "{}"), None);
        assert_eq!(found(&path, &json!("no object")), None);
    }

    #[test]
    fn whatever_may_hold_the_token_is_blanked() {
        let shown = |arguments: Value, filled: Value| -> Value {
            let machine = json!({ "States": { "Ask": { "Arguments": arguments } } });
            let text = without_token(Some(&machine), Some("Ask"), &filled.to_string());
            serde_json::from_str(&text).unwrap()
        };
        let arguments = json!({
            "To": "arn", "Subject": "{% $states.input.subject %}", "Name.$": "$.name",
            "Run": "{% $states.context.Execution.Id %}", "Token.$": "$$.Task.Token",
            "Text": "{% 'at ' & $states.context.Task.Token %}", "Context.$": "$$", "All": "{% $string($states) %}",
            "Old": "literal", "List": ["a", "{% $states.context.Task %}"],
        });
        let filled = json!({
            "To": "arn", "Subject": "s", "Name": "n", "Run": "r", "Token": "T", "Text": "at T",
            "Context": { "Task": { "Token": "T" } }, "All": "T", "Old": "T", "New": "T", "List": ["a", { "Token": "T" }, "T"],
        });
        let expected = json!({
            "To": "arn", "Subject": "s", "Name": "n", "Run": "r", "Token": BLANK, "Text": BLANK, "Context": BLANK,
            "All": BLANK, "Old": BLANK, "New": BLANK, "List": ["a", BLANK, BLANK],
        });
        assert_eq!(shown(arguments, filled.clone()), expected);
        assert_eq!(shown(json!("{% $states.context %}"), filled.clone()), json!(BLANK));
        assert_eq!(without_token(None, Some("Ask"), &filled.to_string()), json!(BLANK).to_string());
    }

    #[test]
    fn debug_output_hides_the_token() {
        assert_eq!(format!("{:?}", Token("secret".to_owned())), "Token(…)");
    }
}
