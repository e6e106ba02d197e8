//! Files of tests, read and checked against the flow that they are for.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use handler::rule::Rule;
use handler::workmail::Message;
use handler::workmail::limits::MAX_RULE_TIMEOUT;
use jiff::Timestamp;
use serde_json::Value;

use super::event::Described;
use super::expectation::Expectation;
use super::flow_under_test::{FlowUnderTest, PreparedFlow};
use super::setup::Setup;
use crate::config::pair;
use crate::config::{OutputState, ResolvedAnswerSettings};
use crate::document::{Document, Members, item, member};
use crate::finding::{Finding, Position};
use crate::flow::{FlowPart, TestFile, unknown_state};
use crate::graph::Graph;
use crate::rule::check_fallback;
use crate::simulation::{Answers, Scenario, Step, TaskMocks};
use asl::{Part, Tasks};

/// When messages come in, unless a test sets another time. It never changes, so that runs are repeatable.
const BEGAN: Timestamp = Timestamp::constant(1_767_600_000, 0);

/// The tests of a flow, in the order of their files.
pub struct Suite {
    pub tests: Vec<Test>,
    /// The parts of the flow's definition; they do not depend on the values of its parameters.
    pub parts: Vec<FlowPart>,
}

impl Suite {
    /// The states of the flow and the transitions between them; `None` without a test.
    pub fn graph(&self) -> Option<Graph> {
        let test = self.tests.first()?;
        Some(Graph::of(test.prepared.flow.definition.document()))
    }
}

/// A test that can be run.
pub struct Test {
    pub position: Position,
    /// Its name, which no other test of the file has.
    pub name: String,
    pub(super) event: String,
    pub(super) expectation: Expectation,
    pub(super) crash_after: Option<Step>,
    setup: Setup,
    prepared: Arc<PreparedFlow>,
    settings: ResolvedAnswerSettings,
}

impl Suite {
    /// Reads files.
    /// Fails with everything that is wrong with the files or with the flow.
    pub fn read(files: &[TestFile], flow: &mut FlowUnderTest) -> Result<Self, Vec<Finding>> {
        let (mut tests, mut faults) = (Vec::new(), Vec::new());
        for file in files {
            match of_file(file, flow) {
                Ok(found) => tests.extend(found),
                Err(found) => faults.extend(found),
            }
        }
        if !faults.is_empty() {
            // A fault of the flow itself is found with every file.
            return Err(each_once(faults));
        }
        let parts = tests.first().map(|test: &Test| test.prepared.parts.clone());
        Ok(Self { tests, parts: parts.unwrap_or_default() })
    }
}

fn of_file(file: &TestFile, flow: &mut FlowUnderTest) -> Result<Vec<Test>, Vec<Finding>> {
    let document = Document::read(&file.text, file.origin.clone()).map_err(|fault| vec![fault])?;
    let mut reader =
        Reader { origin: &file.origin, flow, findings: Vec::new(), elsewhere: Vec::new() };
    let tests = reader.tests(&Members::of(&document.members, "$"));
    let Reader { findings, elsewhere, .. } = reader;
    // A fault of the file or the flow is found with every test.
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
    flow: &'a mut FlowUnderTest,
    /// What is wrong with the file; the locations are JSON paths.
    findings: Vec<Finding>,
    /// What is wrong with the flow, or with options.
    elsewhere: Vec<Finding>,
}

impl Reader<'_> {
    fn tests(&mut self, members: &Members<'_>) -> Vec<Test> {
        let mut known = vec!["tests"];
        known.extend(Setup::KEYS);
        members.only(&known, &mut self.findings);
        let of_file = Setup::read(members, &mut self.findings);
        let Some(Value::Array(items)) = members.of.get("tests").filter(|tests| !is_empty(tests))
        else {
            let finding = Finding::error("no-tests", "$", "`tests` must be a list of tests");
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
                    format!("tests[{other}] has the same name, `{}`", name.escape_debug());
                self.findings.push(Finding::error("same-name", test.at("name"), sentence));
            }
            tests.extend(self.test(&test, &of_file));
        }
        self.check_states(&of_file, members, tests.first());
        tests
    }

    fn test(&mut self, members: &Members<'_>, of_file: &Setup) -> Option<Test> {
        let before = self.findings.len();
        let mut known = vec!["name", "expect"];
        known.extend(Setup::KEYS);
        members.only(&known, &mut self.findings);
        let own = Setup::read(members, &mut self.findings);
        let expectation = Expectation::read(members, &mut self.findings);
        let name = members.of.get("name").and_then(Value::as_str).unwrap_or_default();
        let setup = own.over(of_file);
        let event = Described { value: setup.event.as_ref(), test: name, origin: self.origin };
        let event = event.text(&mut self.findings);
        let event = event.filter(|_| self.findings.len() == before)?;
        let settings = setup.settings.clone().or(&self.flow.settings);
        let prepared = self.prepared(members, &own, &setup, settings.output_state.as_ref())?;
        let settings = settings.or(&prepared.flow.belongings.defaults).resolved();
        let test = Test {
            position: Position { file: self.origin.to_owned(), line: 1, column: 1 },
            name: name.to_owned(),
            event,
            expectation,
            crash_after: setup.crash_after,
            setup,
            prepared,
            settings,
        };
        let message = Message::parse(&test.event).ok();
        let fallback =
            check_fallback(test.setup.fallback, message.as_ref(), members.at("fallback"));
        self.findings.extend(fallback.err());
        self.check_states(&own, members, Some(&test));
        self.check_expected_states(members, &test);
        self.check_expected_verdict(members, &test);
        Some(test)
    }

    /// The flow with the test's values.
    fn prepared(
        &mut self,
        members: &Members<'_>,
        own: &Setup,
        setup: &Setup,
        output_state: Option<&OutputState>,
    ) -> Option<Arc<PreparedFlow>> {
        let own_values = &setup.parameters;
        let is_left = |pair: &&String| !own_values.contains_key(&pair::name("parameter", pair));
        let general = self.flow.source.parameters.iter();
        let mut pairs: Vec<String> = general.filter(is_left).cloned().collect();
        pairs.extend(own_values.values().cloned());
        let faults = match self.flow.prepared(pairs, output_state) {
            Ok(prepared) => return Some(prepared),
            Err(faults) => faults,
        };
        for fault in faults.into_iter().filter(Finding::is_error) {
            let (key, is_own, is_set) = match fault.location.as_str() {
                place if place.starts_with("--parameter") => {
                    let is_set = !setup.parameters.is_empty();
                    ("parameters", !own.parameters.is_empty(), is_set)
                }
                "--output-state" => {
                    let is_set = setup.settings.output_state.is_some();
                    ("output-state", own.settings.output_state.is_some(), is_set)
                }
                _ => ("", false, false),
            };
            match (is_own, is_set) {
                (true, _) => self.findings.push(Finding { location: members.at(key), ..fault }),
                (_, true) => self.findings.push(Finding { location: member("$", key), ..fault }),
                _ => self.elsewhere.push(fault),
            }
        }
        None
    }

    /// Checks that every state with an answer, an error or a delay is a Task state.
    fn check_states(&mut self, named: &Setup, members: &Members<'_>, test: Option<&Test>) {
        let Some(test) = test else { return };
        let known = test.prepared.flow.task_states();
        for (key, state) in named.task_states() {
            let at = member(&members.at(key), state);
            self.findings.extend(unknown(state, &known, "Task state", at));
        }
    }

    /// Under an asynchronous rule no message gets a verdict, so nothing can be expected of one.
    fn check_expected_verdict(&mut self, members: &Members<'_>, test: &Test) {
        if test.settings.rule == Rule::Synchronous {
            return;
        }
        let Expectation { verdict, within, .. } = &test.expectation;
        for (key, is_set) in [("verdict", verdict.is_some()), ("within", within.is_some())] {
            if is_set {
                let at = member(&members.at("expect"), key);
                let sentence = "the rule is asynchronous, so the message gets no verdict";
                let finding = Finding::error("no-effect", at, sentence);
                self.findings
                    .push(finding.fix("expect its `execution`, `path`, `error` or `calls`"));
            }
        }
    }

    fn check_expected_states(&mut self, members: &Members<'_>, test: &Test) {
        let at = members.at("expect");
        let known = test.prepared.flow.task_states();
        for (state, _) in &test.expectation.calls {
            let at = member(&member(&at, "calls"), state);
            self.findings.extend(unknown(state, &known, "Task state", at));
        }
        let Some(path) = &test.expectation.path else { return };
        let states = test.prepared.parts.iter().filter(|part| part.part.part == Part::State);
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

/// The finding about a name that no `what` has.
fn unknown(state: &str, known: &BTreeSet<&str>, what: &str, at: String) -> Option<Finding> {
    let sentence = format!("the state machine has no {what} `{}`", state.escape_debug());
    unknown_state(state, known, Finding::error("unknown-state", at, sentence), "name one of ")
}

impl Test {
    /// The test as it is listed: its file and its name.
    pub fn title(&self) -> String {
        format!("{}: {}", self.position.file, self.name)
    }

    /// The file with the test's event, if it is in one beside its own.
    pub fn event_file(&self) -> Option<PathBuf> {
        let (event, _) = self.setup.event.as_ref()?;
        let name = event.get("file").or_else(|| event.get("eml"))?.as_str()?;
        let folder = Path::new(&self.position.file).parent().unwrap_or(Path::new(""));
        Some(folder.join(name)).filter(|path| path.is_file())
    }

    /// The flow that it runs with.
    pub(super) fn prepared(&self) -> Arc<PreparedFlow> {
        Arc::clone(&self.prepared)
    }

    /// What answers the tasks of the test.
    pub(super) fn tasks(&self) -> TaskMocks {
        let answers = Value::Object(self.setup.answers.clone());
        let answers =
            Answers::from_value(answers).expect("the answers were checked when they were read");
        TaskMocks {
            answers,
            failing: self.setup.failing.clone().into_iter().collect(),
            slow: self.setup.slow.clone().into_iter().collect(),
            ..TaskMocks::default()
        }
    }

    pub(super) fn scenario(&self, tasks: Arc<dyn Tasks>) -> Scenario {
        Scenario {
            event: self.event.clone(),
            machine: Arc::clone(&self.prepared.machine),
            tasks,
            settings: self.settings.clone(),
            rule_timeout: self.setup.rule_timeout.unwrap_or(MAX_RULE_TIMEOUT),
            crash_after: self.crash_after,
            began: self.setup.began.unwrap_or(BEGAN),
        }
    }
}
