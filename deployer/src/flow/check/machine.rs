//! Checks the whole machine, and the machines inside its Parallel and Map states.

use std::collections::HashSet;

use handler::workmail::limits::MAX_RULE_TIMEOUT;
use serde_json::{Map, Value};

use super::graph::Graph;
use super::language::Language;
use super::{state, verdict};
use crate::document::member;
use crate::document::suggestion::closest;
use crate::finding::Finding;
use crate::flow::Definition;

/// The maximum number of names that a finding lists.
const MAX_LISTED: usize = 8;
/// How many names are compared for suggestions in one definition. Thousands of wrong targets in a
/// definition with thousands of states would take seconds otherwise.
const MAX_COMPARED: usize = 100_000;

/// All errors and warnings about a definition.
pub(in crate::flow) fn check(definition: &Definition, output_state: Option<&str>) -> Vec<Finding> {
    let document = definition.document();
    let mut check = Check {
        findings: Vec::new(),
        names: HashSet::new(),
        exits: HashSet::new(),
        compared: 0,
        language: Language::JsonPath,
    };
    check.language = check.declared_language(document, "$").unwrap_or(Language::JsonPath);
    check.machine(document, "$");
    check.timeout(document);
    check.verdicts(document, output_state);
    if let Some(name) = output_state {
        check.output_state(name);
    }
    check.findings
}

/// The state of a check.
pub(super) struct Check {
    pub(super) findings: Vec<Finding>,
    /// All names of states, in all nested machines: Step Functions requires them to be unique.
    pub(super) names: HashSet<String>,
    /// The names of the states with an exit event: all but Fail.
    pub(super) exits: HashSet<String>,
    /// How many names were compared for suggestions.
    pub(super) compared: usize,
    /// The query language of states that declare none.
    pub(super) language: Language,
}

impl Check {
    pub(super) fn error(
        &mut self,
        code: &'static str,
        path: impl Into<String>,
        sentence: impl Into<String>,
        fix: impl Into<String>,
    ) {
        self.findings.push(Finding::error(code, path, sentence).fix(fix));
    }

    pub(super) fn warning(
        &mut self,
        code: &'static str,
        path: impl Into<String>,
        sentence: impl Into<String>,
        fix: impl Into<String>,
    ) {
        self.findings.push(Finding::warning(code, path, sentence).fix(fix));
    }

    /// Checks a machine, or the inside of a Parallel or Map state.
    pub(super) fn machine(&mut self, machine: &Map<String, Value>, path: &str) {
        let errors_before = self.errors();
        let at = member(path, "States");
        let Some(states) = machine.get("States").and_then(Value::as_object) else {
            let fix = "add States, an object with a member for each state";
            self.error("no-states", at, "the object `States` is missing", fix);
            return;
        };
        self.start(machine, states, path);
        if states.is_empty() {
            self.error(
                "no-states",
                &at,
                "the state machine has no states",
                "add at least one state",
            );
        }
        for (name, state) in states {
            state::check(self, name, state, states, &member(&at, name));
        }
        let graph = Graph::new(machine, states);
        // If the first state is not known, no state is reachable.
        for name in graph.unreachable().filter(|_| graph.is_started()) {
            let fix = "add a transition to it, or remove it";
            self.error(
                "unreachable",
                member(&at, name),
                "no path from the first state leads to this state",
                fix,
            );
        }
        // A machine with other faults often has no end for that reason.
        if self.errors() == errors_before {
            self.endings(&graph, path, &at);
        }
    }

    fn errors(&self) -> usize {
        self.findings.iter().filter(|finding| finding.is_error()).count()
    }

    fn start(&mut self, machine: &Map<String, Value>, states: &Map<String, Value>, path: &str) {
        let at = member(path, "StartAt");
        match machine.get("StartAt").and_then(Value::as_str) {
            None => {
                let fix = format!("add StartAt with the name of a state: {}", listed(states));
                self.error(
                    "no-start",
                    at,
                    "`StartAt`, the name of the first state, is missing",
                    fix,
                );
            }
            Some(start) if !states.contains_key(start) => self.unknown_target(start, at, states),
            Some(_) => {}
        }
    }

    pub(super) fn unknown_target(&mut self, target: &str, at: String, states: &Map<String, Value>) {
        self.compared = self.compared.saturating_add(states.len());
        let names = states.keys().map(String::as_str);
        let meant = if self.compared > MAX_COMPARED { None } else { closest(target, names) };
        let fix = match meant {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => format!("use the name of a state at the same level: {}", listed(states)),
        };
        self.error(
            "unknown-target",
            at,
            format!("there is no state `{target}` at this level"),
            fix,
        );
    }

    /// Every state must lead to an end; Step Functions refuses a machine without any.
    fn endings(&mut self, graph: &Graph<'_>, path: &str, at: &str) {
        let endless = graph.endless();
        if graph.start().is_some_and(|start| endless.contains(&start)) {
            let fix = "end a path with End: true, or in a Succeed or Fail state";
            let at = member(path, "StartAt");
            self.error("no-end", at, "no path from the first state reaches an end", fix);
            return;
        }
        for name in endless {
            let fix = "add a path from it to End: true, or to a Succeed or Fail state";
            let sentence = "an execution that enters this state never ends";
            self.warning("endless", member(at, name), sentence, fix);
        }
    }

    pub(super) fn nested(&mut self, machine: &Value, path: &str) {
        match machine.as_object() {
            Some(machine) => self.machine(machine, path),
            None => {
                let fix = "write an object with StartAt and States";
                self.error("no-states", path, "a state machine is expected here", fix);
            }
        }
    }

    /// Checks the verdicts that the states of the outermost machine return.
    fn verdicts(&mut self, machine: &Map<String, Value>, output_state: Option<&str>) {
        let states = machine.get("States").and_then(Value::as_object);
        for (name, state) in states.into_iter().flatten() {
            if let Some(state) = state.as_object() {
                verdict::check(self, name, state, &member("$.States", name), output_state);
            }
        }
    }

    fn timeout(&mut self, machine: &Map<String, Value>) {
        let limit = MAX_RULE_TIMEOUT.as_secs();
        if let Some(timeout) = machine.get("TimeoutSeconds")
            && !timeout.as_u64().is_some_and(|seconds| (1..=limit).contains(&seconds))
        {
            let sentence = "WorkMail stops retrying after 240 minutes, so the verdict of a longer \
                            execution has no effect";
            let fix = format!("write a whole number of seconds from 1 to {limit}");
            self.error("timeout", "$.TimeoutSeconds", sentence, fix);
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
        let mut exits: Vec<&str> = self.exits.iter().map(String::as_str).collect();
        exits.sort_unstable();
        let fix = match closest(name, exits) {
            Some(meant) if !self.names.contains(name) => format!("did you mean `{meant}`?"),
            _ => "use the name of a state that every message passes, or omit the option".to_owned(),
        };
        self.error("output-state", "--output-state", sentence, fix);
    }
}

/// The first names of states, for a sentence.
fn listed(states: &Map<String, Value>) -> String {
    let names: Vec<&str> = states.keys().take(MAX_LISTED).map(String::as_str).collect();
    let rest = if states.len() > MAX_LISTED { ", …" } else { "" };
    format!("{}{rest}", names.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(yaml: &str, output_state: Option<&str>) -> Vec<&'static str> {
        let definition = Definition::from_yaml(yaml, "test").unwrap();
        let findings = check(&definition, output_state);
        assert!(findings.iter().all(|finding| finding.fix.is_some()));
        findings.into_iter().map(|finding| finding.code).collect()
    }

    #[test]
    fn the_first_state_exists() {
        assert_eq!(codes("{a: 1}", None), ["no-states"]);
        assert_eq!(codes("StartAt: A\nStates: {}", None), ["unknown-target", "no-states"]);
        assert_eq!(codes("States: {A: {Type: Succeed}}", None), ["no-start"]);
    }

    #[test]
    fn suggestions_are_limited_and_findings_are_not() {
        let states: String = (0..400)
            .map(|nth| format!("  State {nth}: {{Type: Pass, Next: Stade {nth}}}\n"))
            .collect();
        let text = format!("StartAt: State 0\nStates:\n{states}");
        let findings = check(&Definition::from_yaml(&text, "test").unwrap(), None);
        let targets: Vec<&str> = findings
            .iter()
            .filter(|finding| finding.code == "unknown-target")
            .filter_map(|finding| finding.fix.as_deref())
            .collect();
        assert_eq!(targets.len(), 400);
        let meant = targets.iter().filter(|fix| fix.starts_with("did you mean")).count();
        assert_eq!(meant, MAX_COMPARED / 400);
        assert!(targets[399].starts_with("use the name of a state"), "{}", targets[399]);
    }

    #[test]
    fn names_are_unique_across_nested_machines() {
        let nested = "StartAt: A\nStates: {A: {Type: Parallel, End: true, Branches: [{StartAt: A, \
                      States: {A: {Type: Succeed}}}]}}";
        assert_eq!(codes(nested, None), ["duplicate-state"]);
    }

    #[test]
    fn timeouts_do_not_exceed_workmails_limit() {
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

    #[test]
    fn every_state_leads_to_an_end() {
        let circle = "A: {Type: Pass, Next: B}, B: {Type: Wait, Seconds: 1, Next: A}";
        assert_eq!(codes(&format!("StartAt: A\nStates: {{{circle}}}"), None), ["no-end"]);
        let choice =
            "C: {Type: Choice, Choices: [{Variable: $.x, IsNull: true, Next: A}], Default: E}";
        let trap = format!("StartAt: C\nStates: {{{choice}, E: {{Type: Succeed}}, {circle}}}");
        assert_eq!(codes(&trap, None), ["endless", "endless"]);
        let nested = format!(
            "StartAt: M\nStates: {{M: {{Type: Map, End: true, ItemProcessor: {{StartAt: A, States: {{{circle}}}}}}}}}"
        );
        assert_eq!(codes(&nested, None), ["no-end"]);
    }
}
