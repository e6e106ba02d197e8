//! Reads the `ItemReader` of a distributed Map.
//!
//! Source: developer guide, "ItemReader (Map)", "Contents of the ReaderConfig field".

use serde_json::Value;

use super::super::machine::{Format, Reader as ItemReader, Source};
use super::s3_parameters::{GET_OBJECT, LIST_OBJECTS, Parameters};
use super::{Object, Place, Reader};
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
/// The members with a word, and the words.
const WORDS: [(&str, &[&str]); 5] = [
    ("InputType", &["CSV", "JSON", "JSONL", "PARQUET", "MANIFEST"]),
    ("Transformation", &["NONE", "LOAD_AND_FLATTEN"]),
    ("ManifestType", &["ATHENA_DATA", "S3_INVENTORY"]),
    ("CSVHeaderLocation", &["FIRST_ROW", "GIVEN"]),
    ("CSVDelimiter", &["COMMA", "PIPE", "SEMICOLON", "SPACE", "TAB"]),
];

/// What is wrong with another type beside a manifest of Athena.
const OF_ATHENA: &str = "The data of a manifest of Athena is CSV, JSONL or PARQUET";

/// The parameters of the action that reads the items.
fn parameters_of(reader: &Object) -> Option<Parameters> {
    let resource = reader.get("Resource")?.as_str()?;
    match resource.rsplit_once(":states:::")?.1 {
        "s3:listObjectsV2" => Some(LIST_OBJECTS),
        "s3:getObject" => Some(GET_OBJECT),
        _ => None,
    }
}

impl Reader {
    pub(super) fn item_reader(
        &mut self,
        state: &Object,
        at: &Place,
        language: QueryLanguage,
    ) -> Option<ItemReader> {
        let at = at.member("ItemReader");
        let reader = self.object(state.get("ItemReader")?, &at)?;
        self.only(reader, &at, &["Resource", "ReaderConfig", "Parameters", "Arguments"]);
        let nothing = Object::new();
        let config_at = at.member("ReaderConfig");
        let config = reader.get("ReaderConfig").and_then(|config| self.object(config, &config_at));
        let config = config.unwrap_or(&nothing);
        self.reader_config(config, &config_at);
        // Recorded: 0 means all items.
        let whole = |value: &Value| value.as_u64().is_some();
        let max_items = self.setting(config, "MaxItems", &config_at, language, whole);
        let arguments = if reader.contains_key("Parameters") { "Parameters" } else { "Arguments" };
        if let Some(parameters) = parameters_of(reader) {
            self.s3_parameters(reader, arguments, &at, language, &parameters);
        }
        let arguments = self.template(reader, arguments, &at, language);
        let is = |field: &str, word: &str| config.get(field).is_some_and(|value| value == word);
        let source = match reader.get("Resource").and_then(Value::as_str) {
            Some(arn) if arn.ends_with(":states:::s3:listObjectsV2") => {
                let loads = is("Transformation", "LOAD_AND_FLATTEN");
                if loads { Source::ListedObjects } else { Source::Listing }
            }
            Some(arn) if arn.ends_with(":states:::s3:getObject") => {
                let inventory = is("ManifestType", "S3_INVENTORY")
                    || (is("InputType", "MANIFEST") && !is("ManifestType", "ATHENA_DATA"));
                match is("ManifestType", "ATHENA_DATA") {
                    true => Source::AthenaManifest,
                    false if inventory => Source::Inventory,
                    false => Source::Object,
                }
            }
            _ => {
                self.schema(&at.member("Resource"), "The resource provided is not recognized");
                return None;
            }
        };
        if source == Source::AthenaManifest && is("InputType", "JSON") {
            self.schema(&config_at.member("InputType"), OF_ATHENA);
        }
        let format = match source {
            Source::Listing | Source::Inventory => Format::Json,
            Source::Object | Source::ListedObjects | Source::AthenaManifest => {
                self.format(config, &config_at)?
            }
        };
        let items_at = config.get("ItemsPointer").and_then(Value::as_str).map(str::to_owned);
        Some(ItemReader { source, arguments, format, items_at, max_items })
    }

    /// Reports what a `ReaderConfig` cannot have.
    fn reader_config(&mut self, config: &Object, at: &Place) {
        self.only(config, at, &READER_CONFIG);
        for (field, words) in WORDS {
            self.one_of(config, field, at, words);
        }
        let is_texts = |value: &Value| {
            value.as_array().is_some_and(|names| names.iter().all(Value::is_string))
        };
        if config.get("CSVHeaders").is_some_and(|headers| !is_texts(headers)) {
            self.schema(&at.member("CSVHeaders"), "Expected a list of strings");
        }
        let Some(pointer) = config.get("ItemsPointer") else { return };
        if !pointer.as_str().is_some_and(|pointer| pointer.starts_with('/')) {
            self.schema(&at.member("ItemsPointer"), "Expected a JSON pointer");
        }
    }

    /// The format of the objects that are read. An unknown word has been reported.
    fn format(&mut self, config: &Object, at: &Place) -> Option<Format> {
        let Some(input_type) = config.get("InputType") else {
            self.schema(at, "These fields are required: [InputType]");
            return None;
        };
        match input_type.as_str()? {
            "JSON" => Some(Format::Json),
            "JSONL" => Some(Format::JsonLines),
            "CSV" => self.csv(config, at),
            "PARQUET" => {
                self.unsupported(&at.member("InputType"), "Parquet is not supported");
                None
            }
            "MANIFEST" => {
                self.schema(&at.member("InputType"), OF_ATHENA);
                None
            }
            _ => None,
        }
    }

    fn csv(&mut self, config: &Object, at: &Place) -> Option<Format> {
        let headers = match config.get("CSVHeaderLocation").map(Value::as_str) {
            Some(Some("FIRST_ROW")) => None,
            Some(Some("GIVEN")) => {
                let Some(names) = config.get("CSVHeaders").and_then(Value::as_array) else {
                    self.schema(at, "These fields are required: [CSVHeaders]");
                    return None;
                };
                Some(names.iter().filter_map(Value::as_str).map(str::to_owned).collect())
            }
            Some(_) => return None,
            None => {
                self.schema(at, "These fields are required: [CSVHeaderLocation]");
                return None;
            }
        };
        let delimiter = match config.get("CSVDelimiter").map(Value::as_str) {
            None | Some(Some("COMMA")) => b',',
            Some(Some("PIPE")) => b'|',
            Some(Some("SEMICOLON")) => b';',
            Some(Some("SPACE")) => b' ',
            Some(Some("TAB")) => b'\t',
            Some(_) => return None,
        };
        Some(Format::Csv { headers, delimiter })
    }
}
