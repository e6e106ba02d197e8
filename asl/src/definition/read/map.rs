//! Reads a Map state.

use std::sync::Arc;

use serde_json::Value;

use super::super::machine::{Batcher, Format, Items, Map, Reader as ItemReader, Source, Writer};
use super::{Object, Place, Reader};
use crate::expression::jsonata;
use crate::expression::template::QueryLanguage;

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
        let processor =
            self.processor(processor, &at.member(processor_field), language, distributed)?;
        if !distributed {
            for field in ["ItemReader", "ItemBatcher", "ResultWriter"] {
                if state.contains_key(field) {
                    self.schema(at, format!("Field '{field}' is not supported in INLINE mode"));
                }
            }
        }
        let count = self.setting(state, "ToleratedFailureCount", at, language, whole);
        let tolerated = self.setting(state, "ToleratedFailurePercentage", at, language, percentage);
        Some(Map {
            processor: Arc::new(processor),
            distributed,
            items: self.items(state, at, language),
            item_selector: self.template(state, selector_field, at, language),
            concurrency: self.setting(state, "MaxConcurrency", at, language, whole),
            reader: self.item_reader(state, at, language),
            batcher: self.batcher(state, at, language),
            writer: self.writer(state, at, language),
            tolerated_count: count,
            tolerated_percentage: tolerated,
            label: state.get("Label").and_then(Value::as_str).map(str::to_owned),
        })
    }

    /// Reads the machine of an iteration. In a distributed Map it cannot use variables from
    /// outside.
    fn processor(
        &mut self,
        processor: &Value,
        at: &Place,
        language: QueryLanguage,
        distributed: bool,
    ) -> Option<super::Machine> {
        if !distributed {
            return self.machine(processor, at, language);
        }
        let scopes = std::mem::take(&mut self.scopes);
        let machine = self.machine(processor, at, language);
        self.scopes = scopes;
        machine
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
        let reader = state.get("ItemReader")?.as_object()?;
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
        let config = reader.get("ReaderConfig").and_then(Value::as_object).unwrap_or(&nothing);
        let whole = |value: &Value| value.as_u64().is_some();
        Some(ItemReader {
            source,
            arguments: self.template(reader, arguments, &at, language),
            format: self.format(config, source, &config_at)?,
            max_items: self.setting(config, "MaxItems", &config_at, language, whole),
        })
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
        let batcher = state.get("ItemBatcher")?.as_object()?;
        let whole = |value: &Value| value.as_u64().is_some_and(|value| value > 0);
        Some(Batcher {
            input: self.template(batcher, "BatchInput", &at, language),
            max_items: self.setting(batcher, "MaxItemsPerBatch", &at, language, whole),
            max_bytes: self.setting(batcher, "MaxInputBytesPerBatch", &at, language, whole),
        })
    }

    fn writer(&mut self, state: &Object, at: &Place, language: QueryLanguage) -> Option<Writer> {
        let at = at.member("ResultWriter");
        let writer = state.get("ResultWriter")?.as_object()?;
        let config = writer.get("WriterConfig");
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
