//! Reads `Retry` and `Catch`.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::super::machine::{Catcher, ResultPath, Retrier};
use super::{Object, Place, Reader};
use crate::expression::template::QueryLanguage;

impl Reader {
    pub(super) fn retriers(&mut self, state: &Object, at: &Place) -> Vec<Retrier> {
        let at = at.member("Retry");
        let retriers = self.list(state, "Retry", &at);
        let last = retriers.len().saturating_sub(1);
        let retriers = retriers.iter().enumerate();
        retriers
            .filter_map(|(index, retrier)| self.retrier(retrier, &at.item(index), index == last))
            .collect()
    }

    fn list<'a>(&mut self, state: &'a Object, field: &str, at: &Place) -> &'a [Value] {
        match state.get(field) {
            None => &[],
            Some(Value::Array(items)) => items,
            Some(_) => {
                self.schema(at, "Expected value of type Array");
                &[]
            }
        }
    }

    fn retrier(&mut self, retrier: &Value, at: &Place, last: bool) -> Option<Retrier> {
        let fields = [
            "Comment",
            "ErrorEquals",
            "IntervalSeconds",
            "MaxAttempts",
            "BackoffRate",
            "MaxDelaySeconds",
            "JitterStrategy",
        ];
        let retrier = self.object_with(retrier, at, &fields)?;
        let errors = self.errors(retrier, at, last);
        let mut whole = |field: &str, least: u64, most: u64, default: u64| {
            let Some(value) = retrier.get(field) else { return default };
            match value.as_u64().filter(|value| (least..=most).contains(value)) {
                Some(value) => value,
                None => {
                    let message = format!("Expected an integer from {least} to {most}");
                    self.schema(&at.member(field), message);
                    default
                }
            }
        };
        let interval = whole("IntervalSeconds", 1, 99_999_999, 1);
        let attempts = whole("MaxAttempts", 0, 99_999_999, 3);
        let max_delay = whole("MaxDelaySeconds", 1, 31_622_400, 0);
        let backoff = match retrier.get("BackoffRate").map(Value::as_f64) {
            None => 2.0,
            Some(Some(rate)) if rate >= 1.0 => rate,
            Some(_) => {
                self.schema(&at.member("BackoffRate"), "Expected a number of at least 1.0");
                2.0
            }
        };
        let jitter = match retrier.get("JitterStrategy").map(Value::as_str) {
            None | Some(Some("NONE")) => false,
            Some(Some("FULL")) => true,
            Some(_) => {
                let at = at.member("JitterStrategy");
                self.schema(&at, "Value is not valid, allowed values: [FULL, NONE]");
                false
            }
        };
        Some(Retrier {
            // The other fields are read also if the names cannot be.
            errors: errors?,
            interval: Duration::from_secs(interval),
            attempts: u32::try_from(attempts).unwrap_or(u32::MAX),
            backoff,
            max_delay: (max_delay > 0).then(|| Duration::from_secs(max_delay)),
            jitter,
        })
    }

    fn object_with<'a>(
        &mut self,
        value: &'a Value,
        at: &Place,
        fields: &[&'static str],
    ) -> Option<&'a Object> {
        let object = self.object(value, at)?;
        self.only(object, at, fields);
        self.comment(object, at);
        Some(object)
    }

    pub(super) fn object<'a>(&mut self, value: &'a Value, at: &Place) -> Option<&'a Object> {
        let object = value.as_object();
        if object.is_none() {
            self.schema(at, "Expected value of type Object");
        }
        object
    }

    fn errors(&mut self, object: &Object, at: &Place, last: bool) -> Option<Vec<String>> {
        let names = object.get("ErrorEquals").and_then(Value::as_array);
        let names: Option<Vec<String>> = names
            .filter(|names| !names.is_empty())
            .and_then(|names| names.iter().map(|name| name.as_str().map(str::to_owned)).collect());
        let Some(names) = names else {
            let message = "These fields are required: [ErrorEquals]";
            match object.contains_key("ErrorEquals") {
                true => self.schema_of(at, "ErrorEquals", message),
                false => self.schema(at, message),
            }
            return None;
        };
        let all = names.iter().any(|name| name == "States.ALL");
        if all && (names.len() > 1 || !last) {
            let at = at.member("ErrorEquals");
            self.schema(&at, "States.ALL must appear alone and in the last retrier or catcher");
        }
        Some(names)
    }

    pub(super) fn catchers(
        &mut self,
        state: &Object,
        at: &Place,
        language: QueryLanguage,
    ) -> Vec<Catcher> {
        let at = at.member("Catch");
        let catchers = self.list(state, "Catch", &at);
        let last = catchers.len().saturating_sub(1);
        let catchers = catchers.iter().enumerate();
        catchers
            .filter_map(|(index, catcher)| {
                self.catcher(catcher, &at.item(index), index == last, language)
            })
            .collect()
    }

    fn catcher(
        &mut self,
        catcher: &Value,
        at: &Place,
        last: bool,
        language: QueryLanguage,
    ) -> Option<Catcher> {
        let paths = language == QueryLanguage::JsonPath;
        let language_field = if paths { "ResultPath" } else { "Output" };
        let fields = ["Comment", "ErrorEquals", "Next", "Assign", language_field];
        let catcher = self.object_with(catcher, at, &fields)?;
        let errors = self.errors(catcher, at, last);
        let next = catcher.get("Next").and_then(Value::as_str);
        if next.is_none() {
            let message = "These fields are required: [Next]";
            match catcher.contains_key("Next") {
                true => self.schema_of(at, "Next", message),
                false => self.schema(at, message),
            }
        }
        let result_path = if paths { self.result_path(catcher, at) } else { ResultPath::Whole };
        self.available.error_output = true;
        let output = if paths { None } else { self.template(catcher, "Output", at, language) };
        let assign = self.assign(catcher, at, language);
        self.available.error_output = false;
        Some(Catcher { errors: errors?, next: Arc::from(next?), result_path, assign, output })
    }
}
