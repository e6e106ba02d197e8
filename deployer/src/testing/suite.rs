//! Files of tests, read and checked against the flow that they are for.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use handler::on_failure::OnFailure;
use handler::origin::Origin;
use handler::workmail::Message;
use handler::workmail::limits::MAX_RULE_TIMEOUT;
use jiff::Timestamp;
use serde_json::Value;

use super::event::Described;
use super::expectation::Expectation;
use super::flow_under_test::{Readied, Subject};
use super::setup::Circumstances;
use crate::document::{Document, Members, item, member};
use crate::finding::{Finding, Position};
use crate::flow::{FlowPart, TestFile};
use crate::simulation::{Answers, Hindered, Scenario, Step};
use asl::{Part, Tasks};

/// When messages come in, unless a test says otherwise: always the same time, so that the same happens.
const BEGAN: Timestamp = Timestamp::constant(1_767_600_000, 0);

/// The tests of a flow, in the order of their files.
pub struct Suite {
    /// The tests.
    pub tests: Vec<Test>,
    /// The parts of the flow's definition; the same whatever values its parameters have.
    pub parts: Vec<FlowPart>,
}

/// A test that can be played.
pub struct Test {
    /// Where it stands.
    pub position: Position,
    /// Its name, which no other test of the file has.
    pub name: String,
    pub(super) event: String,
    pub(super) expectation: Expectation,
    pub(super) crash_after: Option<Step>,
    circumstances: Circumstances,
    readied: Arc<Readied>,
    origin: Origin,
    wait: Duration,
    on_failure: OnFailure,
}

impl Suite {
    /// Reads files.
    ///
    /// # Errors
    /// With everything that is wrong with all of them, or with the flow.
    pub fn read(files: &[TestFile], subject: &mut Subject) -> Result<Self, Vec<Finding>> {
        let (mut tests, mut faults) = (Vec::new(), Vec::new());
        for file in files {
            match of_file(file, subject) {
                Ok(found) => tests.extend(found),
                Err(found) => faults.extend(found),
            }
        }
        if !faults.is_empty() {
            // What is wrong with the flow itself is found with every file.
            return Err(each_once(faults));
        }
        let parts = tests.first().map(|test: &Test| test.readied.parts.clone());
        Ok(Self { tests, parts: parts.unwrap_or_default() })
    }
}

fn of_file(file: &TestFile, subject: &mut Subject) -> Result<Vec<Test>, Vec<Finding>> {
    let document = Document::read(&file.text, file.origin.clone()).map_err(|fault| vec![fault])?;
    let mut reader =
        Reader { origin: &file.origin, subject, findings: Vec::new(), elsewhere: Vec::new() };
    let tests = reader.tests(&Members::of(&document.members, "$"));
    let Reader { findings, elsewhere, .. } = reader;
    // What is wrong with the file or the flow is found with every test.
    let (findings, elsewhere) = (each_once(findings), each_once(elsewhere));
    if !findings.is_empty() || !elsewhere.is_empty() {
        return Err([document.locate(findings), elsewhere].concat());
    }
    let paths: Vec<String> = (0..tests.len()).map(|nth| item("$.tests", nth)).collect();
    let positions = document.positions(paths.iter().map(String::as_str));
    let placed = tests.into_iter().zip(positions).map(|(mut test, position)| {
        test.position = position.unwrap_or(test.position);
        test
    });
    Ok(placed.collect())
}

/// Reads the tests of one file.
struct Reader<'a> {
    origin: &'a str,
    subject: &'a mut Subject,
    /// What is wrong with the file; places are JSON paths in it.
    findings: Vec<Finding>,
    /// What is wrong with the flow, or with options.
    elsewhere: Vec<Finding>,
}

impl Reader<'_> {
    fn tests(&mut self, members: &Members<'_>) -> Vec<Test> {
        let mut known = vec!["tests"];
        known.extend(Circumstances::KEYS);
        members.only(&known, &mut self.findings);
        let of_file = Circumstances::read(members, &mut self.findings);
        let Some(Value::Array(items)) = members.of.get("tests").filter(|tests| !is_empty(tests))
        else {
            let finding = Finding::error("no-tests", "$", "`tests` has to be a list of tests");
            self.findings.push(finding.fix("a test is an object with name, event and expect"));
            return Vec::new();
        };
        let mut names = HashMap::new();
        let mut tests = Vec::new();
        for (nth, value) in items.iter().enumerate() {
            let path = item(&members.at("tests"), nth);
            let Some(test) = Members::within(value, path, &mut self.findings) else { continue };
            if let Some(name) = test.text("name", &mut self.findings)
                && let Some(other) = names.insert(name, nth)
            {
                let sentence =
                    format!("`{}` is the name of tests[{other}], too", name.escape_debug());
                self.findings.push(Finding::error("same-name", test.at("name"), sentence));
            }
            tests.extend(self.test(&test, &of_file));
        }
        self.check_states(&of_file, members, tests.first());
        tests
    }

    fn test(&mut self, members: &Members<'_>, of_file: &Circumstances) -> Option<Test> {
        let before = self.findings.len();
        let mut known = vec!["name", "expect"];
        known.extend(Circumstances::KEYS);
        members.only(&known, &mut self.findings);
        let own = Circumstances::read(members, &mut self.findings);
        let expectation = Expectation::read(members, &mut self.findings);
        let name = members.of.get("name").and_then(Value::as_str).unwrap_or_default();
        let circumstances = own.over(of_file);
        let event =
            Described { value: circumstances.event.as_ref(), test: name, origin: self.origin };
        let event = event.text(&mut self.findings);
        let event = event.filter(|_| self.findings.len() == before)?;
        let readied = self.readied(members, &own, &circumstances)?;
        let suggested = &readied.flow.belongings.defaults;
        let settings = &self.subject.settings;
        let wait = circumstances.wait_time.or(settings.wait_time).or(suggested.wait_time);
        let policy = circumstances.on_failure.or(settings.on_failure).or(suggested.on_failure);
        let output_state = circumstances.output_state.clone();
        let output_state = output_state.or_else(|| settings.output_state.clone());
        let output_state = output_state.or_else(|| suggested.output_state.clone());
        let test = Test {
            position: Position { file: self.origin.to_owned(), line: 1, column: 1 },
            name: name.to_owned(),
            event,
            expectation,
            crash_after: circumstances.crash_after,
            circumstances,
            readied,
            origin: Origin::from(output_state.map(|state| state.as_str().to_owned())),
            wait: wait.unwrap_or_default().duration(),
            on_failure: policy.unwrap_or_default(),
        };
        self.check_fallback(members, &test);
        self.check_states(&own, members, Some(&test));
        self.check_expected_states(members, &test);
        Some(test)
    }

    /// The flow with the test's values.
    fn readied(
        &mut self,
        members: &Members<'_>,
        own: &Circumstances,
        circumstances: &Circumstances,
    ) -> Option<Arc<Readied>> {
        let settings = &self.subject.settings;
        let output_state = circumstances.output_state.clone();
        let output_state = output_state.or_else(|| settings.output_state.clone());
        let said = &circumstances.parameters;
        let is_left =
            |pair: &&String| pair.split_once('=').is_none_or(|(name, _)| !said.contains_key(name));
        let mut pairs: Vec<String> = settings.parameters.iter().filter(is_left).cloned().collect();
        pairs.extend(said.iter().map(|(name, value)| format!("{name}={value}")));
        let read = self.subject.with(pairs, output_state.as_ref());
        let faults = match read {
            Ok(readied) => return Some(readied),
            Err(faults) => faults,
        };
        for fault in faults.into_iter().filter(Finding::is_error) {
            let (key, is_own, is_said) = match fault.location.as_str() {
                "--parameter" => {
                    let said = !circumstances.parameters.is_empty();
                    ("parameters", !own.parameters.is_empty(), said)
                }
                "--output-state" => {
                    let said = circumstances.output_state.is_some();
                    ("output-state", own.output_state.is_some(), said)
                }
                _ => ("", false, false),
            };
            match (is_own, is_said) {
                (true, _) => self.findings.push(Finding { location: members.at(key), ..fault }),
                (_, true) => self.findings.push(Finding { location: member("$", key), ..fault }),
                _ => self.elsewhere.push(fault),
            }
        }
        None
    }

    /// A fallback action that a rule for this message cannot have would only mislead.
    fn check_fallback(&mut self, members: &Members<'_>, test: &Test) {
        let direction = Message::parse(&test.event).ok().and_then(|message| message.direction());
        if let (Some(fallback), Some(direction)) = (test.circumstances.fallback, direction)
            && !fallback.exists_for(direction)
        {
            let sentence = "rules for messages of this direction have no such action";
            self.findings.push(Finding::error("fallback", members.at("fallback"), sentence));
        }
    }

    /// Every state that answers, faults and delays name is a Task state.
    fn check_states(&mut self, named: &Circumstances, members: &Members<'_>, test: Option<&Test>) {
        let Some(test) = test else { return };
        let known = test.readied.flow.task_states();
        for (key, state) in named.task_states() {
            let at = member(&members.at(key), state);
            self.findings.extend(unknown(state, &known, "Task state", at));
        }
    }

    fn check_expected_states(&mut self, members: &Members<'_>, test: &Test) {
        let at = members.at("expect");
        let known = test.readied.flow.task_states();
        for (state, _) in &test.expectation.calls {
            let at = member(&member(&at, "calls"), state);
            self.findings.extend(unknown(state, &known, "Task state", at));
        }
        let Some(path) = &test.expectation.path else { return };
        let states = test.readied.parts.iter().filter(|part| part.part.part == Part::State);
        let known = states.map(|part| &*part.part.state).collect();
        for (nth, state) in path.iter().enumerate() {
            let at = item(&member(&at, "path"), nth);
            self.findings.extend(unknown(state, &known, "state", at));
        }
    }
}

fn each_once(findings: Vec<Finding>) -> Vec<Finding> {
    let mut once: Vec<Finding> = Vec::with_capacity(findings.len());
    for finding in findings {
        if !once.contains(&finding) {
            once.push(finding);
        }
    }
    once
}

fn is_empty(tests: &Value) -> bool {
    tests.as_array().is_some_and(Vec::is_empty)
}

fn unknown(state: &str, known: &BTreeSet<&str>, what: &str, at: String) -> Option<Finding> {
    if known.contains(state) {
        return None;
    }
    let sentence = format!("the state machine has no {what} `{}`", state.escape_debug());
    let finding = Finding::error("unknown-state", at, sentence);
    let names: Vec<&str> = known.iter().copied().collect();
    Some(match names.is_empty() {
        true => finding,
        false => finding.fix(format!("name one of {}", names.join(", "))),
    })
}

impl Test {
    /// The test as it is listed: its file and its name.
    #[must_use]
    pub fn title(&self) -> String {
        format!("{}: {}", self.position.file, self.name)
    }

    /// Who answers the tasks of the test.
    pub(super) fn tasks(&self) -> Hindered {
        let answers = Value::Object(self.circumstances.answers.clone());
        let answers =
            Answers::from_value(answers).expect("the answers were checked when they were read");
        Hindered {
            answers,
            failing: self.circumstances.failing.clone().into_iter().collect(),
            slow: self.circumstances.slow.clone().into_iter().collect(),
            ..Hindered::default()
        }
    }

    /// What is to be simulated.
    pub(super) fn scenario(&self, tasks: Arc<dyn Tasks>) -> Scenario {
        Scenario {
            event: self.event.clone(),
            machine: Arc::clone(&self.readied.machine),
            tasks,
            origin: self.origin.clone(),
            wait: self.wait,
            on_failure: self.on_failure,
            rule_timeout: self.circumstances.rule_timeout.unwrap_or(MAX_RULE_TIMEOUT),
            crash_after: self.crash_after,
            began: self.circumstances.began.unwrap_or(BEGAN),
        }
    }
}
