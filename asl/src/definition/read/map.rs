//! Reads a Map state.

use std::sync::Arc;

use serde_json::Value;

use super::super::machine::{Batcher, Format, Items, Map, Reader as ItemReader, Source, Writer};
use super::{Machine, MachineType, Object, Place, Reader};
use crate::expression::jsonata;
use crate::expression::template::QueryLanguage;

/// The members of `ReaderConfig`.
const READER_CONFIG: [&str; 10] = [
    "InputType",
    "Transformation",
    "CSVHeaderLocation",
    "CSVHeaders",
    "CSVDelimiter",
    "MaxItems",
    "MaxItemsPath",
    "ItemsPointer",
    "ManifestType",
    "ExpectedBucketOwner",
];
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
        let Some(processor) = state.get(processor_field) else {
            self.schema(at, "These fields are required: [ItemProcessor]");
            return None;
        };
        let distributed = processor.pointer("/ProcessorConfig/Mode") == Some(&"DISTRIBUTED".into());
        let selector_field =
            if state.contains_key("ItemSelector") { "ItemSelector" } else { "Parameters" };
        let whole = |value: &Value| value.as_u64().is_some();
        let percentage = |value: &Value| value.as_f64().is_some_and(|p| (0.0..=100.0).contains(&p));
        self.exclusive(state, at, "ItemProcessor", "Iterator");
        self.exclusive(state, at, "ItemSelector", "Parameters");
        let processor = self.processor(processor, &at.member(processor_field), distributed);
        if !distributed {
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
            // The other fields are read also if the machine of its iterations cannot be.
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
        let label = label.as_str().filter(|label| (1..=40).contains(&label.chars().count()));
        if label.is_none() {
            self.schema(&at.member("Label"), "Expected a string of 1 to 40 characters");
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

    /// Reports a field whose value is none of the allowed ones.
    fn one_of(&mut self, object: &Object, field: &str, at: &Place, allowed: &[&'static str]) {
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

    fn item_reader(
        &mut self,
        state: &Object,
        at: &Place,
        language: QueryLanguage,
    ) -> Option<ItemReader> {
        let at = at.member("ItemReader");
        let reader = self.object(state.get("ItemReader")?, &at)?;
        self.only(reader, &at, &["Resource", "ReaderConfig", "Parameters", "Arguments"]);
        let source = match reader.get("Resource").and_then(Value::as_str) {
            Some(arn) if arn.ends_with(":states:::s3:getObject") => Source::Object,
            Some(arn) if arn.ends_with(":states:::s3:listObjectsV2") => Source::Listing,
            _ => {
                self.schema(&at.member("Resource"), "The resource provided is not recognized");
                return None;
            }
        };
        let arguments = if reader.contains_key("Parameters") { "Parameters" } else { "Arguments" };
        let nothing = Object::new();
        let config_at = at.member("ReaderConfig");
        let config = reader.get("ReaderConfig").and_then(|config| self.object(config, &config_at));
        let config = config.unwrap_or(&nothing);
        self.reader_config(config, source, &config_at);
        let whole = |value: &Value| value.as_u64().is_some();
        Some(ItemReader {
            source,
            arguments: self.template(reader, arguments, &at, language),
            format: self.format(config, source, &config_at)?,
            items_at: config.get("ItemsPointer").and_then(Value::as_str).map(str::to_owned),
            max_items: self.setting(config, "MaxItems", &config_at, language, whole),
        })
    }

    /// Reports what a `ReaderConfig` cannot have, and what is not run here.
    /// Source: developer guide, "ItemReader (Map)", "Contents of the ReaderConfig field".
    fn reader_config(&mut self, config: &Object, source: Source, at: &Place) {
        self.only(config, at, &READER_CONFIG);
        self.one_of(config, "Transformation", at, &["NONE", "LOAD_AND_FLATTEN"]);
        self.one_of(config, "ManifestType", at, &["ATHENA_DATA", "S3_INVENTORY"]);
        let is_listing = source == Source::Listing;
        if config.get("Transformation").is_some_and(|it| it == "LOAD_AND_FLATTEN") && is_listing {
            self.unsupported(&at.member("Transformation"), "LOAD_AND_FLATTEN is not supported");
        }
        let Some(pointer) = config.get("ItemsPointer") else { return };
        if !pointer.as_str().is_some_and(|pointer| pointer.starts_with('/')) {
            self.schema(&at.member("ItemsPointer"), "Expected a JSON pointer");
        }
    }

    fn format(&mut self, config: &Object, source: Source, at: &Place) -> Option<Format> {
        if source == Source::Listing {
            return Some(Format::Json);
        }
        match config.get("InputType").and_then(Value::as_str) {
            Some("JSON") => Some(Format::Json),
            Some("JSONL") => Some(Format::JsonLines),
            Some("CSV") => {
                let names = config.get("CSVHeaders").and_then(Value::as_array);
                let names = names.map(|names| {
                    names.iter().filter_map(Value::as_str).map(str::to_owned).collect::<Vec<_>>()
                });
                let headers = match config.get("CSVHeaderLocation").and_then(Value::as_str) {
                    Some("GIVEN") if names.is_some() => names,
                    Some("FIRST_ROW") => None,
                    _ => {
                        self.schema(
                            &at.member("CSVHeaderLocation"),
                            "CSVHeaderLocation is required",
                        );
                        return None;
                    }
                };
                let delimiter = match config.get("CSVDelimiter").and_then(Value::as_str) {
                    None | Some("COMMA") => b',',
                    Some("PIPE") => b'|',
                    Some("SEMICOLON") => b';',
                    Some("SPACE") => b' ',
                    Some("TAB") => b'\t',
                    Some(_) => {
                        self.schema(&at.member("CSVDelimiter"), "the delimiter is not known");
                        return None;
                    }
                };
                Some(Format::Csv { headers, delimiter })
            }
            Some("MANIFEST" | "PARQUET") => {
                self.unsupported(&at.member("InputType"), "this InputType is not supported");
                None
            }
            _ => {
                self.schema(at, "These fields are required: [InputType]");
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
        if let Some(config) = config.and_then(Value::as_object) {
            let at = at.member("WriterConfig");
            self.only(config, &at, &["Transformation", "OutputType"]);
            self.one_of(config, "OutputType", &at, &["JSON", "JSONL"]);
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
        Some(Writer::Export(self.template(writer, arguments, &at, language)))
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
