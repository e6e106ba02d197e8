//! Reads a state of any type.

use std::sync::Arc;

use serde_json::Value;

use super::super::machine::{Fail, Kind, PathField, ResultPath, State};
use super::{MOST_SECONDS, Object, Place, Reader, fields};
use crate::expression::template::QueryLanguage;
use crate::expression::timestamp;

/// The intrinsic functions that return a string. Source: developer guide, "Fail workflow state".
const TEXT_FUNCTIONS: [&str; 7] = [
    "States.Format",
    "States.JsonToString",
    "States.ArrayGetItem",
    "States.Base64Encode",
    "States.Base64Decode",
    "States.Hash",
    "States.UUID",
];

impl Reader {
    pub(super) fn state(
        &mut self,
        name: &str,
        state: &Value,
        at: &Place,
        outer: QueryLanguage,
    ) -> Option<State> {
        let Some(state) = state.as_object() else {
            self.schema(at, "Expected value of type Object");
            return None;
        };
        if name.is_empty() || name.chars().count() > 80 {
            self.schema(at, "the name of a state must have 1 to 80 characters");
        }
        let language = self.language(state, at).unwrap_or(outer);
        if language == QueryLanguage::JsonPath && outer == QueryLanguage::Jsonata {
            let message =
                "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine";
            self.schema_of(at, "QueryLanguage", message);
        }
        let Some(kind_name) = state.get("Type").and_then(Value::as_str) else {
            match state.contains_key("Type") {
                true => self.schema(&at.member("Type"), "Expected value of type String"),
                false => self.schema(at, "These fields are required: [Type]"),
            }
            // A misspelled `Type` is one of the fields that no type has.
            self.only(state, at, &fields::of_any_type(language));
            return None;
        };
        if !fields::TYPES.contains(&kind_name) {
            self.schema(&at.member("Type"), format!("The type '{kind_name}' is not supported"));
            self.choose_from(fields::TYPES);
            return None;
        }
        self.only(state, at, &fields::allowed(kind_name, language));
        self.comment(state, at);
        self.state_of(name, kind_name, state, at, language)
    }

    fn state_of(
        &mut self,
        name: &str,
        kind_name: &str,
        state: &Object,
        at: &Place,
        language: QueryLanguage,
    ) -> Option<State> {
        let next = self.next(kind_name, state, at);
        let kind = self.kind(kind_name, state, at, language);
        let paths = language == QueryLanguage::JsonPath;
        let [input_path, output_path] = if paths {
            ["InputPath", "OutputPath"].map(|field| self.path_field(state, field, at))
        } else {
            [PathField::Whole, PathField::Whole]
        };
        let result_path = if paths { self.result_path(state, at) } else { ResultPath::Whole };
        let result_selector =
            if paths { self.template(state, "ResultSelector", at, language) } else { None };
        self.available.result = matches!(kind_name, "Task" | "Parallel" | "Map");
        let output = if paths { None } else { self.template(state, "Output", at, language) };
        let assign = self.assign(state, at, language);
        self.available.result = false;
        let (retry, catch) = (self.retriers(state, at), self.catchers(state, at, language));
        Some(State {
            name: Arc::from(name),
            language,
            input_path,
            output_path,
            result_path,
            result_selector,
            assign,
            output,
            next,
            retry,
            catch,
            // The other fields are read even if those of the type cannot be.
            kind: kind?,
        })
    }

    fn next(&mut self, kind_name: &str, state: &Object, at: &Place) -> Option<Arc<str>> {
        if matches!(kind_name, "Choice" | "Succeed" | "Fail") {
            return None;
        }
        match (state.get("Next"), state.get("End")) {
            (Some(next), None | Some(Value::Bool(false))) => {
                let next = next.as_str().map(Arc::from);
                if next.is_none() {
                    self.schema(&at.member("Next"), "Expected value of type String");
                }
                next
            }
            (None, Some(Value::Bool(true))) => None,
            (_, Some(end)) if !end.is_boolean() => {
                self.schema(&at.member("End"), "Expected value of type Boolean");
                None
            }
            (Some(_), Some(_)) => {
                self.schema(at, "Only one of 'Next' and 'End' is allowed");
                None
            }
            (None, _) => {
                self.schema(at, "These fields are required: [Next] or [End]");
                None
            }
        }
    }

    fn kind(
        &mut self,
        kind_name: &str,
        state: &Object,
        at: &Place,
        language: QueryLanguage,
    ) -> Option<Kind> {
        let is_text = Value::is_string;
        Some(match kind_name {
            "Pass" => Kind::Pass {
                result: state.get("Result").cloned(),
                parameters: self.template(state, "Parameters", at, language),
            },
            "Choice" => Kind::Choice(self.choice(state, at, language)?),
            "Wait" => self.wait(state, at, language)?,
            "Succeed" => Kind::Succeed,
            "Fail" => {
                self.text_functions(state, at);
                Kind::Fail(Box::new(Fail {
                    error: self.setting(state, "Error", at, language, is_text),
                    cause: self.setting(state, "Cause", at, language, is_text),
                }))
            }
            "Task" => Kind::Task(Box::new(self.task(state, at, language)?)),
            "Parallel" => self.parallel(state, at, language)?,
            _ => Kind::Map(Box::new(self.map(state, at, language)?)),
        })
    }

    /// Reports an `ErrorPath` or a `CausePath` with a function that does not return a string.
    fn text_functions(&mut self, state: &Object, at: &Place) {
        for field in ["ErrorPath", "CausePath"] {
            let text = state.get(field).and_then(Value::as_str).unwrap_or_default();
            let Some((function, _)) = text.split_once('(') else { continue };
            if text.starts_with("States.") && !TEXT_FUNCTIONS.contains(&function) {
                self.schema(&at.member(field), format!("{function} does not return a string"));
            }
        }
    }

    fn wait(&mut self, state: &Object, at: &Place, language: QueryLanguage) -> Option<Kind> {
        let seconds = |value: &Value| value.as_u64().is_some_and(|seconds| seconds <= MOST_SECONDS);
        let given = ["Seconds", "SecondsPath", "Timestamp", "TimestampPath"];
        if given.iter().filter(|field| state.contains_key(**field)).count() != 1 {
            self.schema(
                at,
                "Exactly one of 'Seconds', 'SecondsPath', 'Timestamp', 'TimestampPath' is required",
            );
            return None;
        }
        if let Some(Value::String(text)) = state.get("Timestamp") {
            let computed = language == QueryLanguage::Jsonata
                && crate::expression::jsonata::embedded(text).is_some();
            if !computed && timestamp::parse(text).is_none() {
                let at = at.member("Timestamp");
                self.schema(&at, "String does not match RFC3339 timestamp");
                return None;
            }
        }
        let seconds = self.setting(state, "Seconds", at, language, seconds);
        let setting =
            seconds.or_else(|| self.setting(state, "Timestamp", at, language, Value::is_string));
        setting.map(Kind::Wait)
    }

    fn parallel(&mut self, state: &Object, at: &Place, language: QueryLanguage) -> Option<Kind> {
        let branches_at = at.member("Branches");
        let branches = state.get("Branches").and_then(Value::as_array);
        let Some(branches) = branches.filter(|branches| !branches.is_empty()) else {
            self.schema(at, "These fields are required: [Branches]");
            return None;
        };
        let read: Vec<_> = branches
            .iter()
            .enumerate()
            .filter_map(|(index, branch)| self.inner_machine(branch, &branches_at.item(index)))
            .map(Arc::new)
            .collect();
        let arguments =
            if language == QueryLanguage::JsonPath { "Parameters" } else { "Arguments" };
        let arguments = self.template(state, arguments, at, language);
        Some(Kind::Parallel { branches: read, arguments })
    }
}
