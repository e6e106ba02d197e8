//! Checks one state: its name, its type, its transitions, and the fields that its type requires.

use serde_json::{Map, Value};

use super::graph::mentions;
use super::language;
use super::machine::Check;
use crate::document::{item, member};

/// State types. Source: Amazon States Language, "State types".
const TYPES: [&str; 8] = ["Pass", "Task", "Choice", "Wait", "Succeed", "Fail", "Parallel", "Map"];
/// The maximum length of a state name, in characters. Source: Amazon States Language, "States".
const MAX_NAME: usize = 80;

/// Checks the state `name` at `path`, one of `states`.
pub(super) fn check(
    check: &mut Check,
    name: &str,
    state: &Value,
    states: &Map<String, Value>,
    path: &str,
) {
    if !check.names.insert(name.to_owned()) {
        let fix = "give each state a unique name, including those in branches and iterations";
        check.error("duplicate-state", path, "another state has the same name", fix);
    }
    if name.is_empty() || name.chars().count() > MAX_NAME {
        let fix = "choose a name of 1 to 80 characters";
        check.error("state-name", path, "the name is empty or too long", fix);
    }
    let Some(fields) = state.as_object() else {
        check.error("state", path, "the state is not an object", "write an object with Type");
        return;
    };
    let kind = match fields.get("Type").and_then(Value::as_str) {
        Some(kind) if TYPES.contains(&kind) => kind,
        other => {
            let sentence = match other {
                Some(kind) => format!("`{kind}` is not a type of state"),
                None => "the type of the state is missing".to_owned(),
            };
            let fix = format!("use one of {}", TYPES.join(", "));
            check.error("state-type", member(path, "Type"), sentence, fix);
            return;
        }
    };
    if kind != "Fail" {
        check.exits.insert(name.to_owned());
    }
    for (target, at) in mentions(state, path) {
        if !states.contains_key(target) {
            check.unknown_target(target, at, states);
        }
    }
    ending(check, kind, fields, path);
    required(check, kind, fields, path);
    language::check(check, kind, fields, path);
    inside(check, kind, fields, path);
}

/// Every state except Choice, Succeed and Fail has exactly one of Next and End.
fn ending(check: &mut Check, kind: &str, state: &Map<String, Value>, path: &str) {
    let next = state.contains_key("Next");
    let end = state.get("End").is_some_and(|end| *end == Value::Bool(true));
    let (sentence, fix) = match kind {
        "Succeed" | "Fail" if next || end => {
            ("a final state has no next state", "remove Next and End")
        }
        "Choice" if next || end => (
            "a Choice state continues only through Choices and Default",
            "remove Next and End; Default is the next state if no choice matches",
        ),
        "Succeed" | "Fail" | "Choice" => return,
        _ if next && end => ("the state has both Next and End", "remove Next or End"),
        _ if !next && !end => ("the state has neither Next nor End", "add Next, or End: true"),
        _ => return,
    };
    check.error("ending", path, sentence, fix);
}

fn required(check: &mut Check, kind: &str, state: &Map<String, Value>, path: &str) {
    match kind {
        "Task" if !state.get("Resource").is_some_and(Value::is_string) => {
            let fix = "add Resource, such as arn:aws:states:::lambda:invoke";
            check.error(
                "task-resource",
                member(path, "Resource"),
                "a Task state needs the field Resource",
                fix,
            );
        }
        "Choice" => choices(check, state, &member(path, "Choices")),
        "Wait" => {
            let fields = ["Seconds", "SecondsPath", "Timestamp", "TimestampPath"];
            if fields.iter().filter(|field| state.contains_key(**field)).count() != 1 {
                let fix = format!("use exactly one of {}", fields.join(", "));
                check.error("wait", path, "a Wait state needs exactly one time", fix);
            }
        }
        _ => {}
    }
}

fn choices(check: &mut Check, state: &Map<String, Value>, at: &str) {
    let choices = state.get("Choices").and_then(Value::as_array);
    let Some(choices) = choices.filter(|choices| !choices.is_empty()) else {
        let fix = "add Choices, a list with at least one choice";
        check.error("choices", at, "a Choice state needs at least one choice", fix);
        return;
    };
    for (index, choice) in choices.iter().enumerate() {
        if !choice.get("Next").is_some_and(Value::is_string) {
            let fix = "add Next with the name of a state";
            let sentence = "the choice has no Next";
            check.error("choices", item(at, index), sentence, fix);
        }
    }
}

fn inside(check: &mut Check, kind: &str, state: &Map<String, Value>, path: &str) {
    if kind == "Parallel" {
        let at = member(path, "Branches");
        match state.get("Branches").and_then(Value::as_array) {
            Some(branches) if !branches.is_empty() => {
                for (index, branch) in branches.iter().enumerate() {
                    check.nested(branch, &item(&at, index));
                }
            }
            _ => {
                let fix = "add Branches, a list of state machines";
                check.error("branches", at, "a Parallel state needs at least one branch", fix);
            }
        }
    }
    if kind == "Map" {
        match ["ItemProcessor", "Iterator"].into_iter().find(|field| state.contains_key(*field)) {
            Some(field) => check.nested(&state[field], &member(path, field)),
            None => {
                let at = member(path, "ItemProcessor");
                let fix = "add ItemProcessor, a state machine for each item";
                let sentence = "the Map state has no ItemProcessor";
                check.error("item-processor", at, sentence, fix);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::flow::Definition;
    use crate::flow::check::check;

    fn one(state: &str) -> Vec<&'static str> {
        let yaml = format!("StartAt: A\nStates: {{A: {state}}}");
        let definition = Definition::from_yaml(&yaml, "test").unwrap();
        let findings = check(&definition, None);
        assert!(findings.iter().all(|finding| finding.fix.is_some()));
        findings.into_iter().map(|finding| finding.code).collect()
    }

    #[test]
    fn each_fault_has_its_code() {
        assert_eq!(one("{Type: Succeed}"), [""; 0]);
        assert_eq!(one("3"), ["state"]);
        assert_eq!(one("{Type: Loop}"), ["state-type"]);
        assert_eq!(one("{}"), ["state-type"]);
        assert_eq!(one("{Type: Pass}"), ["ending"]);
        assert_eq!(one("{Type: Pass, Next: A, End: true}"), ["ending"]);
        assert_eq!(one("{Type: Succeed, End: true}"), ["ending"]);
        assert_eq!(one("{Type: Pass, Next: B}"), ["unknown-target"]);
        assert_eq!(one("{Type: Task, End: true}"), ["task-resource"]);
        assert_eq!(one("{Type: Choice}"), ["choices"]);
        assert_eq!(one("{Type: Choice, Choices: [{Variable: $.a, Next: B}]}"), ["unknown-target"]);
        assert_eq!(one("{Type: Choice, Choices: [{Variable: $.a}], Default: A}"), ["choices"]);
        assert_eq!(one("{Type: Wait, End: true}"), ["wait"]);
        assert_eq!(one("{Type: Parallel, End: true}"), ["branches"]);
        assert_eq!(one("{Type: Parallel, End: true, Branches: [{}]}"), ["no-states"]);
        assert_eq!(one("{Type: Parallel, End: true, Branches: [3]}"), ["no-states"]);
        assert_eq!(one("{Type: Map, End: true}"), ["item-processor"]);
        let long = format!("{{Type: Pass, End: true, Catch: [{{Next: {}}}]}}", "x".repeat(81));
        assert_eq!(one(&long), ["unknown-target"]);
        let name = "x".repeat(81);
        let yaml = format!("StartAt: {name}\nStates: {{{name}: {{Type: Succeed}}}}");
        let definition = Definition::from_yaml(&yaml, "test").unwrap();
        assert_eq!(check(&definition, None)[0].code, "state-name");
    }
}
