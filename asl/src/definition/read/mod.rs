//! Reads a definition: turns a JSON document into a machine, or a list of diagnostics.

mod choice;
mod fields;
mod item_reader;
mod map;
mod resource;
mod retry_catch;
mod s3_parameters;
mod state;
mod targets;
mod values;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value};

use super::diagnostic::{Diagnostic, InvalidDefinition, UNSUPPORTED};
use super::machine::Machine;
use crate::expression::pattern::Doubt;
use crate::expression::template::QueryLanguage;
use crate::limits::MAX_NESTING;

/// The type of a state machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MachineType {
    /// Long-running, exactly once, with a history.
    Standard,
    /// Short, at least once, without callbacks.
    Express,
}

type Object = Map<String, Value>;

/// The greatest number of seconds of a timeout or a Wait.
/// Source: developer guide, "Task workflow state" and "Wait workflow state".
const MOST_SECONDS: u64 = 99_999_999;

/// How many steps of matching the reader spends on patterns that a short text keeps busy: some hundred patterns. A choice
/// of this program, so that reading takes as long as the definition is.
const MOST_STEPS: u32 = 1 << 24;

impl Machine {
    /// Reads a definition from JSON text.
    ///
    /// # Errors
    /// If the definition is invalid. Contains all diagnostics.
    pub fn parse(text: &str, machine_type: MachineType) -> Result<Self, InvalidDefinition> {
        let alone = |code, message: String| InvalidDefinition {
            diagnostics: vec![Diagnostic {
                code,
                location: None,
                pointer: String::new(),
                message,
                known: Vec::new(),
            }],
            doubts: Vec::new(),
        };
        if text.trim().is_empty() {
            let message = "Definition must be a valid JSON object".to_owned();
            return Err(alone("SCHEMA_VALIDATION_FAILED", message));
        }
        let document: Value = serde_json::from_str(text)
            .map_err(|error| alone("INVALID_JSON_DESCRIPTION", error.to_string()))?;
        Self::read(&document, machine_type)
    }

    /// Reads a definition from a JSON document.
    ///
    /// # Errors
    /// If the definition is invalid. Contains all diagnostics.
    pub fn read(document: &Value, machine_type: MachineType) -> Result<Self, InvalidDefinition> {
        let mut reader = Reader {
            machine_type,
            diagnostics: Vec::new(),
            doubts: Vec::new(),
            slow_texts: HashMap::new(),
            steps_left: MOST_STEPS,
            scopes: Vec::new(),
            depth: 0,
            available: AvailableMembers::default(),
        };
        let machine = reader.machine(document, &Place::default(), QueryLanguage::JsonPath);
        let Reader { diagnostics, doubts, .. } = reader;
        match machine {
            Some(machine) if diagnostics.is_empty() => Ok(Self { doubts, ..machine }),
            _ => Err(InvalidDefinition { diagnostics, doubts }),
        }
    }
}

/// A place in the document.
#[derive(Debug, Clone, Default)]
struct Place {
    /// As Step Functions writes it.
    text: String,
    /// As a JSON pointer.
    pointer: String,
}

impl Place {
    fn member(&self, name: &str) -> Self {
        let token = name.replace('~', "~0").replace('/', "~1");
        let pointer = format!("{}/{token}", self.pointer);
        Self { text: format!("{}/{name}", self.text), pointer }
    }

    /// The path of a field here, as errors of expressions show it: relative to its state, such as
    /// `Choices[0]/Output`.
    fn field(&self, name: &str) -> String {
        match self.text.rsplit_once("/States/").and_then(|(_, rest)| rest.split_once('/')) {
            Some((_, inside)) => format!("{inside}/{name}"),
            None => name.to_owned(),
        }
    }

    fn item(&self, index: usize) -> Self {
        let pointer = format!("{}/{index}", self.pointer);
        Self { text: format!("{}[{index}]", self.text), pointer }
    }
}

/// The variables of a machine that is being read.
struct VariableScope {
    /// Pairs of a state and a variable that it assigns.
    assigned: Vec<(String, String)>,
    /// The state that is being read.
    reading: String,
    /// The query language of states that declare none, also of those inside their Map and Parallel states.
    language: QueryLanguage,
}

/// The state of reading a definition.
struct Reader {
    machine_type: MachineType,
    diagnostics: Vec<Diagnostic>,
    /// What is accepted and doubtful, with the JSON pointer to its field.
    doubts: Vec<(String, Doubt)>,
    /// By pattern, the text that keeps it busy.
    slow_texts: HashMap<String, Option<String>>,
    /// How many steps of matching may be spent on finding more.
    steps_left: u32,
    /// The enclosing machines, outermost first.
    scopes: Vec<VariableScope>,
    depth: usize,
    available: AvailableMembers,
}

/// Which members of `$states` the expressions of the current field may use besides `input` and
/// `context`.
#[derive(Debug, Clone, Copy, Default)]
struct AvailableMembers {
    result: bool,
    error_output: bool,
}

impl Reader {
    fn report(&mut self, code: &'static str, at: &Place, message: impl Into<String>) {
        let location = if at.text.is_empty() { "/".to_owned() } else { at.text.clone() };
        let (location, pointer) = (Some(location), at.pointer.clone());
        let known = Vec::new();
        self.diagnostics.push(Diagnostic {
            code,
            location,
            pointer,
            message: message.into(),
            known,
        });
    }

    /// Reports a problem of the whole of `at`, which a field of it causes.
    fn schema_of(&mut self, at: &Place, field: &str, message: impl Into<String>) {
        self.schema(at, message);
        if let Some(diagnostic) = self.diagnostics.last_mut() {
            diagnostic.pointer = at.member(field).pointer;
        }
    }

    /// Reports the fields of an object that are not among the known ones.
    fn only(&mut self, object: &Object, at: &Place, known: &[&'static str]) {
        for field in object.keys().filter(|field| !known.contains(&field.as_str())) {
            self.unknown_field(at, field, known);
        }
    }

    fn unknown_field(&mut self, at: &Place, field: &str, known: &[&'static str]) {
        self.schema_of(at, field, format!("Field '{field}' is not supported"));
        self.choose_from(known.iter().copied());
    }

    /// Adds the names to choose from to the last diagnostic.
    fn choose_from(&mut self, known: impl IntoIterator<Item = impl Into<String>>) {
        if let Some(diagnostic) = self.diagnostics.last_mut() {
            diagnostic.known = known.into_iter().map(Into::into).collect();
        }
    }

    /// Reports a `Comment` that is not a string.
    fn comment(&mut self, object: &Object, at: &Place) {
        if object.get("Comment").is_some_and(|comment| !comment.is_string()) {
            self.schema(&at.member("Comment"), "Expected value of type String");
        }
    }

    fn schema(&mut self, at: &Place, message: impl Into<String>) {
        self.report("SCHEMA_VALIDATION_FAILED", at, message);
    }

    fn unsupported(&mut self, at: &Place, message: impl Into<String>) {
        self.report(UNSUPPORTED, at, message);
    }

    /// Reads a machine, including its inner machines.
    fn machine(&mut self, document: &Value, at: &Place, outer: QueryLanguage) -> Option<Machine> {
        let Some(document) = document.as_object() else {
            self.schema(at, "Definition must be a valid JSON object");
            return None;
        };
        if self.depth >= MAX_NESTING {
            self.unsupported(
                at,
                format!("state machines are nested more than {MAX_NESTING} levels deep"),
            );
            return None;
        }
        let required = ["States", "StartAt"];
        let missing: Vec<&str> =
            required.into_iter().filter(|field| !document.contains_key(*field)).collect();
        if !missing.is_empty() {
            let missing = missing.join(", ");
            self.schema(at, format!("These fields are required: [{missing}]"));
        }
        self.top_level(document, at);
        if !document.contains_key("States") {
            return None;
        }
        let language = self.language(document, at).unwrap_or(outer);
        self.depth += 1;
        let machine = self.states(document, at, language);
        self.depth -= 1;
        machine
    }

    /// Reads a machine inside a state. Its language is that of the machine around the state, no matter
    /// which one the state declares. Source: Amazon States Language, "Query Languages".
    fn inner_machine(&mut self, document: &Value, at: &Place) -> Option<Machine> {
        self.machine(document, at, self.machine_language())
    }

    /// The language of the machine that is being read.
    fn machine_language(&self) -> QueryLanguage {
        self.scopes.last().map_or(QueryLanguage::JsonPath, |scope| scope.language)
    }

    fn top_level(&mut self, document: &Object, at: &Place) {
        let known = ["Comment", "StartAt", "States", "QueryLanguage", "ProcessorConfig"];
        let outermost: &[&str] = if self.depth == 0 { &["TimeoutSeconds", "Version"] } else { &[] };
        self.only(document, at, &[&known, outermost].concat());
        self.comment(document, at);
        if let Some(version) = document.get("Version").filter(|version| *version != "1.0") {
            self.schema(&at.member("Version"), format!("the version {version} is not known"));
        }
    }

    fn language(&mut self, object: &Object, at: &Place) -> Option<QueryLanguage> {
        match object.get("QueryLanguage").map(Value::as_str) {
            None => None,
            Some(Some("JSONPath")) => Some(QueryLanguage::JsonPath),
            Some(Some("JSONata")) => Some(QueryLanguage::Jsonata),
            Some(_) => {
                self.schema(
                    &at.member("QueryLanguage"),
                    "Value is not valid, allowed values: [JSONPath, JSONata]",
                );
                None
            }
        }
    }

    fn states(
        &mut self,
        document: &Object,
        at: &Place,
        language: QueryLanguage,
    ) -> Option<Machine> {
        let states_at = at.member("States");
        let Some(states) = document.get("States").and_then(Value::as_object) else {
            self.schema(&states_at, "Expected value of type Object");
            return None;
        };
        if states.is_empty() {
            self.schema(&states_at, "There must be at least one state");
        }
        let start_at: Option<Arc<str>> =
            document.get("StartAt").and_then(Value::as_str).map(Arc::from);
        let is_named = document.contains_key("StartAt");
        if is_named && start_at.as_deref().is_none_or(|start| !states.contains_key(start)) {
            self.report(
                "MISSING_TRANSITION_TARGET",
                &at.member("StartAt"),
                "Missing 'Next' target: StartAt names no state",
            );
        }
        self.enter_scope(states, at, language);
        let mut read = HashMap::with_capacity(states.len());
        for (name, state) in states {
            if let Some(scope) = self.scopes.last_mut() {
                scope.reading.clone_from(name);
            }
            if let Some(state) = self.state(name, state, &states_at.member(name), language) {
                read.insert(Arc::clone(&state.name), state);
            }
        }
        self.scopes.pop();
        self.check_targets(start_at.as_deref(), states, &states_at);
        let timeout = document.get("TimeoutSeconds").and_then(|seconds| {
            let seconds = seconds.as_u64().filter(|seconds| (1..=MOST_SECONDS).contains(seconds));
            if seconds.is_none() {
                self.schema(&at.member("TimeoutSeconds"), "Expected a positive integer");
            }
            seconds.map(Duration::from_secs)
        });
        Some(Machine { start_at: start_at?, states: read, timeout, doubts: Vec::new() })
    }
}
