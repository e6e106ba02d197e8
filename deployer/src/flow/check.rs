//! Whether a definition is a state machine that a message flow can use: structure, targets, timeout,
//! output state. Expressions and task permissions are Step Functions' own to judge.

use std::collections::HashSet;

use handler::workmail::limits::MAX_RULE_TIMEOUT;
use serde_json::{Map, Value};

use super::Definition;
use crate::finding::Finding;

/// State types. Source: Amazon States Language, "State types".
const TYPES: [&str; 8] = ["Pass", "Task", "Choice", "Wait", "Succeed", "Fail", "Parallel", "Map"];
/// Longest state name, in characters. Source: Amazon States Language, "States".
const MAX_NAME: usize = 80;

/// All that is wrong, or odd, with a definition.
pub(super) fn check(definition: &Definition, output_state: Option<&str>) -> Vec<Finding> {
    let mut check = Check { findings: Vec::new(), names: HashSet::new(), exits: HashSet::new() };
    check.machine(definition.document(), "$");
    check.timeout(definition.document());
    if let Some(name) = output_state {
        check.output_state(name);
    }
    check.findings
}

struct Check {
    findings: Vec<Finding>,
    /// Every state's name, in all nested machines: Step Functions wants them unique.
    names: HashSet<String>,
    /// The names of states that leave an exit event: all but Fail.
    exits: HashSet<String>,
}

impl Check {
    fn error(&mut self, code: &'static str, path: &str, sentence: impl Into<String>) {
        self.findings.push(Finding::error(code, path, sentence));
    }

    /// A machine, or the inside of a Parallel or Map state.
    fn machine(&mut self, machine: &Map<String, Value>, path: &str) {
        let Some(states) = machine.get("States").and_then(Value::as_object) else {
            self.error("no-states", &format!("{path}.States"), "an object of states is missing");
            return;
        };
        match machine.get("StartAt").and_then(Value::as_str) {
            None => self.error(
                "no-start",
                &format!("{path}.StartAt"),
                "the name of the first state is missing",
            ),
            Some(start) if !states.contains_key(start) => self.error(
                "unknown-target",
                &format!("{path}.StartAt"),
                format!("there is no state `{start}`"),
            ),
            Some(_) => {}
        }
        if states.is_empty() {
            self.error("no-states", &format!("{path}.States"), "at least one state is needed");
        }
        for (name, state) in states {
            self.state(name, state, states, &format!("{path}.States.{name}"));
        }
        self.reachable(machine, states, path);
    }

    fn state(&mut self, name: &str, state: &Value, states: &Map<String, Value>, path: &str) {
        if !self.names.insert(name.to_owned()) {
            self.error("duplicate-state", path, "another state has this name");
        }
        if name.is_empty() || name.chars().count() > MAX_NAME {
            self.error("state-name", path, "a state's name has 1 to 80 characters");
        }
        let Some(state) = state.as_object() else {
            self.error("state", path, "a state is an object");
            return;
        };
        let kind = match state.get("Type").and_then(Value::as_str) {
            Some(kind) if TYPES.contains(&kind) => kind,
            Some(kind) => {
                let sentence = format!("`{kind}` is none of {}", TYPES.join(", "));
                self.error("state-type", &format!("{path}.Type"), sentence);
                return;
            }
            None => {
                self.error("state-type", &format!("{path}.Type"), "the state's type is missing");
                return;
            }
        };
        if kind != "Fail" {
            self.exits.insert(name.to_owned());
        }
        for (target, at) in targets(state, path) {
            if !states.contains_key(&target) {
                self.error("unknown-target", &at, format!("there is no state `{target}` here"));
            }
        }
        self.ending(kind, state, path);
        self.required(kind, state, path);
        self.inside(kind, state, path);
    }

    /// Every state but Choice, Succeed and Fail says where it goes, once.
    fn ending(&mut self, kind: &str, state: &Map<String, Value>, path: &str) {
        let next = state.contains_key("Next");
        let end = state.get("End").is_some_and(|end| *end == Value::Bool(true));
        let sentence = match kind {
            "Succeed" | "Fail" if next || end => "a final state has neither Next nor End",
            "Choice" if next || end => "a Choice goes on through Choices and Default only",
            "Succeed" | "Fail" | "Choice" => return,
            _ if next && end => "it has both Next and End",
            _ if !next && !end => "it needs Next, or End: true",
            _ => return,
        };
        self.error("ending", path, sentence);
    }

    fn required(&mut self, kind: &str, state: &Map<String, Value>, path: &str) {
        match kind {
            "Task" if !state.get("Resource").is_some_and(Value::is_string) => {
                self.error(
                    "task-resource",
                    &format!("{path}.Resource"),
                    "a Task names its resource",
                );
            }
            "Choice" if !is_non_empty_list(state.get("Choices")) => {
                self.error(
                    "choices",
                    &format!("{path}.Choices"),
                    "a Choice has at least one choice",
                );
            }
            "Wait" => {
                let fields = ["Seconds", "SecondsPath", "Timestamp", "TimestampPath"];
                if fields.iter().filter(|field| state.contains_key(**field)).count() != 1 {
                    self.error(
                        "wait",
                        path,
                        format!("a Wait has exactly one of {}", fields.join(", ")),
                    );
                }
            }
            _ => {}
        }
    }

    fn inside(&mut self, kind: &str, state: &Map<String, Value>, path: &str) {
        if kind == "Parallel" {
            match state.get("Branches").and_then(Value::as_array) {
                Some(branches) if !branches.is_empty() => {
                    for (index, branch) in branches.iter().enumerate() {
                        self.nested(branch, &format!("{path}.Branches[{index}]"));
                    }
                }
                _ => self.error("branches", &format!("{path}.Branches"), "a Parallel has branches"),
            }
        }
        if kind == "Map" {
            match state.get("ItemProcessor").or_else(|| state.get("Iterator")) {
                Some(processor) => self.nested(processor, &format!("{path}.ItemProcessor")),
                None => self.error(
                    "item-processor",
                    &format!("{path}.ItemProcessor"),
                    "a Map says what it does with each item",
                ),
            }
        }
    }

    fn nested(&mut self, machine: &Value, path: &str) {
        match machine.as_object() {
            Some(machine) => self.machine(machine, path),
            None => self.error("no-states", path, "an object with StartAt and States is expected"),
        }
    }

    fn reachable(&mut self, machine: &Map<String, Value>, states: &Map<String, Value>, path: &str) {
        let mut reached = HashSet::new();
        let mut next: Vec<String> =
            machine.get("StartAt").and_then(Value::as_str).map(str::to_owned).into_iter().collect();
        while let Some(name) = next.pop() {
            if let Some(state) = states.get(&name).and_then(Value::as_object)
                && reached.insert(name)
            {
                next.extend(targets(state, path).into_iter().map(|(target, _)| target));
            }
        }
        for name in states.keys().filter(|name| !reached.contains(*name)) {
            self.findings.push(Finding::warning(
                "unreachable",
                format!("{path}.States.{name}"),
                "no path leads to this state",
            ));
        }
    }

    fn timeout(&mut self, machine: &Map<String, Value>) {
        let limit = MAX_RULE_TIMEOUT.as_secs();
        if let Some(timeout) = machine.get("TimeoutSeconds")
            && !timeout.as_u64().is_some_and(|seconds| (1..=limit).contains(&seconds))
        {
            self.error(
                "timeout",
                "$.TimeoutSeconds",
                format!(
                    "whole seconds from 1 to {limit}: WorkMail gives a message up after 240 \
                         minutes, so an execution that takes longer decides nothing"
                ),
            );
        }
    }

    fn output_state(&mut self, name: &str) {
        if self.exits.contains(name) {
            return;
        }
        let sentence = if self.names.contains(name) {
            format!("`{name}` is a Fail state, which has no output")
        } else {
            format!("the definition has no state `{name}`")
        };
        self.error("output-state", "--output-state", sentence);
    }
}

fn is_non_empty_list(value: Option<&Value>) -> bool {
    value.and_then(Value::as_array).is_some_and(|list| !list.is_empty())
}

/// Where a state may go on, with the path of each mention.
fn targets(state: &Map<String, Value>, path: &str) -> Vec<(String, String)> {
    let mut targets = Vec::new();
    let mut mention = |value: Option<&Value>, at: String| {
        if let Some(target) = value.and_then(Value::as_str) {
            targets.push((target.to_owned(), at));
        }
    };
    mention(state.get("Next"), format!("{path}.Next"));
    mention(state.get("Default"), format!("{path}.Default"));
    for field in ["Choices", "Catch"] {
        for (index, rule) in
            state.get(field).and_then(Value::as_array).into_iter().flatten().enumerate()
        {
            mention(rule.get("Next"), format!("{path}.{field}[{index}].Next"));
        }
    }
    targets
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(yaml: &str, output_state: Option<&str>) -> Vec<&'static str> {
        let definition = Definition::from_yaml(yaml, "test").unwrap();
        check(&definition, output_state).into_iter().map(|finding| finding.code).collect()
    }

    fn one(state: &str) -> Vec<&'static str> {
        codes(&format!("StartAt: A\nStates: {{A: {state}}}"), None)
    }

    #[test]
    fn each_fault_has_its_code() {
        assert_eq!(codes("{a: 1}", None), ["no-states"]);
        assert_eq!(codes("StartAt: A\nStates: {}", None), ["unknown-target", "no-states"]);
        assert_eq!(codes("States: {A: {Type: Succeed}}", None), ["no-start", "unreachable"]);
        assert_eq!(one("{Type: Succeed}"), [""; 0]);
        assert_eq!(one("3"), ["state", "unreachable"]);
        assert_eq!(one("{Type: Loop}"), ["state-type"]);
        assert_eq!(one("{}"), ["state-type"]);
        assert_eq!(one("{Type: Pass}"), ["ending"]);
        assert_eq!(one("{Type: Pass, Next: A, End: true}"), ["ending"]);
        assert_eq!(one("{Type: Succeed, End: true}"), ["ending"]);
        assert_eq!(one("{Type: Pass, Next: B}"), ["unknown-target"]);
        assert_eq!(one("{Type: Task, End: true}"), ["task-resource"]);
        assert_eq!(one("{Type: Choice}"), ["choices"]);
        assert_eq!(one("{Type: Choice, Choices: [{Next: B}]}"), ["unknown-target"]);
        assert_eq!(one("{Type: Wait, End: true}"), ["wait"]);
        assert_eq!(one("{Type: Parallel, End: true}"), ["branches"]);
        assert_eq!(one("{Type: Parallel, End: true, Branches: [{}]}"), ["no-states"]);
        assert_eq!(one("{Type: Map, End: true}"), ["item-processor"]);
        let long = format!("{{Type: Pass, End: true, Catch: [{{Next: {}}}]}}", "x".repeat(81));
        assert_eq!(one(&long), ["unknown-target"]);
    }

    #[test]
    fn names_are_unique_across_nested_machines() {
        let nested =
            "{Type: Parallel, End: true, Branches: [{StartAt: A, States: {A: {Type: Succeed}}}]}";
        assert_eq!(one(nested), ["duplicate-state"]);
    }

    #[test]
    fn timeouts_end_within_workmails_patience() {
        let with = |timeout: &str| {
            codes(
                &format!("StartAt: A\nTimeoutSeconds: {timeout}\nStates: {{A: {{Type: Succeed}}}}"),
                None,
            )
        };
        assert_eq!(with("14400"), [""; 0]);
        for timeout in ["14401", "0", "-1", "1.5", "x"] {
            assert_eq!(with(timeout), ["timeout"], "{timeout}");
        }
    }

    #[test]
    fn the_output_state_exists_and_has_an_output() {
        let machine = "StartAt: A\nStates: {A: {Type: Pass, Next: F}, F: {Type: Fail}}";
        assert_eq!(codes(machine, Some("A")), [""; 0]);
        assert_eq!(codes(machine, Some("B")), ["output-state"]);
        assert_eq!(codes(machine, Some("F")), ["output-state"]);
    }
}
