//! Reads a Map state.

use std::sync::Arc;

use serde_json::Value;

use super::super::machine::{Batcher, Items, Map, Writer};
use super::s3_parameters::PUT_OBJECT;
use super::{Machine, MachineType, Object, Place, Reader};
use crate::expression::jsonata;
use crate::expression::template::QueryLanguage;

/// The members of `ItemBatcher`.
const BATCHER: [&str; 5] = [
    "BatchInput",
    "MaxItemsPerBatch",
    "MaxItemsPerBatchPath",
    "MaxInputBytesPerBatch",
    "MaxInputBytesPerBatchPath",
];

impl Reader {
    pub(super) fn map(
        &mut self,
        state: &Object,
        at: &Place,
        language: QueryLanguage,
    ) -> Option<Map> {
        let processor_field =
            if state.contains_key("ItemProcessor") { "ItemProcessor" } else { "Iterator" };
        let processor = state.get(processor_field);
        if processor.is_none() {
            self.schema(at, "These fields are required: [ItemProcessor]");
        }
        let mode = processor.and_then(|processor| processor.pointer("/ProcessorConfig/Mode"));
        let distributed = mode == Some(&"DISTRIBUTED".into());
        let selector_field =
            if state.contains_key("ItemSelector") { "ItemSelector" } else { "Parameters" };
        let whole = |value: &Value| value.as_u64().is_some();
        let percentage = |value: &Value| value.as_f64().is_some_and(|p| (0.0..=100.0).contains(&p));
        self.exclusive(state, at, "ItemProcessor", "Iterator");
        self.exclusive(state, at, "ItemSelector", "Parameters");
        let is_known = processor.is_some();
        let processor = processor.and_then(|processor| {
            self.processor(processor, &at.member(processor_field), distributed)
        });
        if !distributed && is_known {
            for field in ["ItemReader", "ItemBatcher", "ResultWriter"] {
                if state.contains_key(field) {
                    let message = format!("Field '{field}' is not supported in INLINE mode");
                    self.schema_of(at, field, message);
                }
            }
        }
        let count = self.setting(state, "ToleratedFailureCount", at, language, whole);
        let tolerated = self.setting(state, "ToleratedFailurePercentage", at, language, percentage);
        let items = self.items(state, at, language);
        let item_selector = self.template(state, selector_field, at, language);
        let concurrency = self.setting(state, "MaxConcurrency", at, language, whole);
        let (reader, batcher) =
            (self.item_reader(state, at, language), self.batcher(state, at, language));
        let (writer, label) = (self.writer(state, at, language), self.label(state, at));
        Some(Map {
            // The other fields are read even if the machine of its iterations cannot be.
            processor: Arc::new(processor?),
            distributed,
            items,
            item_selector,
            concurrency,
            reader,
            batcher,
            writer,
            tolerated_count: count,
            tolerated_percentage: tolerated,
            label,
        })
    }

    /// Reports two fields of which a state can have one.
    fn exclusive(&mut self, state: &Object, at: &Place, field: &str, other: &str) {
        if state.contains_key(field) && state.contains_key(other) {
            self.schema_of(at, other, format!("Only one of '{field}' and '{other}' is allowed"));
        }
    }

    /// Reads `Label`. Source: developer guide, "Using Map state in Distributed mode", "Label".
    fn label(&mut self, state: &Object, at: &Place) -> Option<String> {
        let label = state.get("Label")?;
        let is_legal = |char: char| {
            !char.is_whitespace() && !char.is_control() && !"?*<>{}[]:;,\\|^~$#%&`\"".contains(char)
        };
        let label = label.as_str().filter(|label| {
            (1..=40).contains(&label.chars().count()) && label.chars().all(is_legal)
        });
        if label.is_none() {
            let message = "Expected a string of 1 to 40 characters without white space, wildcards, brackets and special \
                           characters";
            self.schema(&at.member("Label"), message);
        }
        label.map(str::to_owned)
    }

    /// Reads the machine of an iteration. In a distributed Map it cannot use variables from
    /// outside.
    fn processor(&mut self, processor: &Value, at: &Place, distributed: bool) -> Option<Machine> {
        self.processor_config(processor, &at.member("ProcessorConfig"));
        if !distributed {
            return self.inner_machine(processor, at);
        }
        let is_express =
            processor.pointer("/ProcessorConfig/ExecutionType") == Some(&"EXPRESS".into());
        let outside = self.machine_type;
        if is_express {
            self.machine_type = MachineType::Express;
        }
        let language = self.machine_language();
        let scopes = std::mem::take(&mut self.scopes);
        let machine = self.machine(processor, at, language);
        self.scopes = scopes;
        self.machine_type = outside;
        machine
    }

    fn processor_config(&mut self, processor: &Value, at: &Place) {
        let Some(config) = processor.get("ProcessorConfig") else { return };
        let Some(config) = config.as_object() else {
            return self.schema(at, "Expected value of type Object");
        };
        let fields: [(&'static str, &[&'static str]); 2] =
            [("Mode", &["INLINE", "DISTRIBUTED"]), ("ExecutionType", &["STANDARD", "EXPRESS"])];
        self.only(config, at, &fields.map(|(field, _)| field));
        for (field, allowed) in fields {
            self.one_of(config, field, at, allowed);
        }
    }

    /// Reports a field whose value is not one of the allowed ones.
    pub(super) fn one_of(
        &mut self,
        object: &Object,
        field: &str,
        at: &Place,
        allowed: &[&'static str],
    ) {
        let value = object.get(field).map(|value| value.as_str().unwrap_or_default());
        if value.is_some_and(|value| !allowed.contains(&value)) {
            let message = format!("Value is not valid, allowed values: [{}]", allowed.join(", "));
            self.schema(&at.member(field), message);
            self.choose_from(allowed.iter().copied());
        }
    }

    fn items(&mut self, state: &Object, at: &Place, language: QueryLanguage) -> Option<Items> {
        if language == QueryLanguage::JsonPath {
            let path = state.get("ItemsPath")?;
            return self.selector(path, &at.member("ItemsPath")).map(Items::Path);
        }
        let items_at = at.member("Items");
        match state.get("Items")? {
            Value::String(text) => match jsonata::embedded(text) {
                Some(text) => self.expression(text, "Items", &items_at).map(Items::Jsonata),
                None => {
                    self.schema(&items_at, "Expected a JSONata expression or a list");
                    None
                }
            },
            Value::Array(_) | Value::Object(_) => {
                self.template(state, "Items", at, language).map(Items::Template)
            }
            _ => {
                self.schema(&items_at, "Expected a JSONata expression or a list");
                None
            }
        }
    }

    fn batcher(&mut self, state: &Object, at: &Place, language: QueryLanguage) -> Option<Batcher> {
        let at = at.member("ItemBatcher");
        let batcher = self.object(state.get("ItemBatcher")?, &at)?;
        self.only(batcher, &at, &BATCHER);
        let whole = |value: &Value| value.as_u64().is_some_and(|value| value > 0);
        Some(Batcher {
            input: self.template(batcher, "BatchInput", &at, language),
            max_items: self.setting(batcher, "MaxItemsPerBatch", &at, language, whole),
            max_bytes: self.setting(batcher, "MaxInputBytesPerBatch", &at, language, whole),
        })
    }

    fn writer(&mut self, state: &Object, at: &Place, language: QueryLanguage) -> Option<Writer> {
        let at = at.member("ResultWriter");
        let writer = self.object(state.get("ResultWriter")?, &at)?;
        self.only(writer, &at, &["Resource", "Parameters", "Arguments", "WriterConfig"]);
        let config = writer.get("WriterConfig");
        let config_at = at.member("WriterConfig");
        if let Some(config) = config.and_then(|config| self.object(config, &config_at)) {
            let at = &config_at;
            self.only(config, at, &["Transformation", "OutputType"]);
            self.one_of(config, "OutputType", at, &["JSON", "JSONL"]);
        }
        let transformation = config.and_then(|config| config.get("Transformation"));
        let transformation = transformation.map(Value::as_str);
        if !matches!(transformation, None | Some(Some("NONE" | "COMPACT" | "FLATTEN"))) {
            let at = at.member("WriterConfig").member("Transformation");
            self.schema(&at, "Value is not valid, allowed values: [NONE, COMPACT, FLATTEN]");
        }
        let Some(resource) = writer.get("Resource") else {
            return self.preview(config, transformation.flatten(), &at);
        };
        if !resource.as_str().is_some_and(|arn| arn.ends_with(":states:::s3:putObject")) {
            self.schema(&at.member("Resource"), "The resource provided is not recognized");
        }
        let arguments = if writer.contains_key("Parameters") { "Parameters" } else { "Arguments" };
        self.s3_parameters(writer, arguments, &at, language, &PUT_OBJECT);
        Some(Writer::Export(self.template(writer, arguments, &at, language).map(Box::new)))
    }

    /// Reads a `ResultWriter` without `Resource`: the results are not exported, but are the output.
    fn preview(
        &mut self,
        config: Option<&Value>,
        transformation: Option<&str>,
        at: &Place,
    ) -> Option<Writer> {
        match (config, transformation) {
            (None, _) => {
                self.schema(at, "These fields are required: [Resource] or [WriterConfig]");
                None
            }
            (_, Some("FLATTEN")) => Some(Writer::Flatten),
            (_, Some("NONE")) => {
                let message = "results with the metadata of their executions are not supported";
                self.unsupported(&at.member("WriterConfig").member("Transformation"), message);
                None
            }
            _ => None,
        }
    }
}
