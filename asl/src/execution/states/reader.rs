//! `ItemReader`: reads the items of a distributed Map from S3.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::super::visit::Visit;
use super::items::{map_run_fault, with_indices};
use crate::definition::machine::{Format, Reader, Source};
use crate::expression::context::MapItem;
use crate::fault::Fault;

fn failed(message: impl Into<String>) -> Fault {
    map_run_fault("States.ItemReaderFailed", message)
}

pub(super) async fn read(
    visit: &Visit<'_>,
    reader: &Reader,
    input: &Arc<Value>,
) -> Result<Vec<MapItem>, Fault> {
    let arguments = arguments(visit, reader, input)?;
    let text = |name: &str| arguments.get(name).and_then(Value::as_str).unwrap_or_default();
    let (bucket, tasks) = (text("Bucket"), &visit.run.tasks);
    let items = match reader.source {
        Source::Listing => {
            let listing = visit.run.clock.outside(tasks.listing(bucket, text("Prefix"))).await;
            Value::Array(listing.ok_or_else(|| failed("The specified bucket does not exist"))?)
        }
        Source::Object => {
            let object = visit.run.clock.outside(tasks.object(bucket, text("Key"))).await;
            let object = object.ok_or_else(|| failed("The specified key does not exist."))?;
            parse(&reader.format, reader.items_at.as_deref(), &object)?
        }
    };
    with_indices(items)
}

fn arguments(visit: &Visit<'_>, reader: &Reader, input: &Value) -> Result<Value, Fault> {
    match &reader.arguments {
        Some(arguments) => arguments.evaluate(&visit.scope(input)),
        None => Ok(Value::Null),
    }
}

fn parse(format: &Format, items_at: Option<&str>, text: &str) -> Result<Value, Fault> {
    match format {
        Format::Json => {
            let document: Value =
                serde_json::from_str(text).map_err(|_| failed("Unable to parse the JSON file."))?;
            // An object is a list of its members only where a pointer names it.
            match items_at.map(|pointer| document.pointer(pointer)) {
                None if document.is_array() => Ok(document),
                Some(Some(items @ (Value::Array(_) | Value::Object(_)))) => Ok(items.clone()),
                _ => Err(failed("Attempting to map over non-iterable node.")),
            }
        }
        Format::JsonLines => {
            let lines = text.lines().filter(|line| !line.trim().is_empty());
            let items = lines.map(serde_json::from_str).collect::<Result<Vec<Value>, _>>();
            items.map(Value::Array).map_err(|_| failed("Unable to parse the JSONL file."))
        }
        Format::Csv { headers, delimiter } => parse_csv(headers.as_deref(), *delimiter, text),
    }
}

/// Returns rows as objects of strings. A row that is too short gets empty strings; extra cells are
/// dropped.
fn parse_csv(headers: Option<&[String]>, delimiter: u8, text: &str) -> Result<Value, Fault> {
    let mut rows = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(text.as_bytes())
        .into_records();
    let headers: Vec<String> = match headers {
        Some(headers) => headers.to_vec(),
        None => match rows.next() {
            Some(Ok(first)) => first.iter().map(str::to_owned).collect(),
            _ => return Err(failed("CSV file has no headers.")),
        },
    };
    let mut known = std::collections::HashSet::new();
    if !headers.iter().all(|header| known.insert(header)) {
        return Err(failed("CSV headers cannot contain duplicates."));
    }
    let row = |row: Result<csv::StringRecord, csv::Error>| {
        let row = row.map_err(|_| failed("Unable to parse the CSV file."))?;
        let cells = headers.iter().enumerate().map(|(column, header)| {
            (header.clone(), Value::from(row.get(column).unwrap_or_default()))
        });
        Ok(Value::Object(cells.collect::<Map<_, _>>()))
    };
    rows.map(row).collect::<Result<Vec<_>, _>>().map(Value::Array)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn rows_become_objects() {
        let text = "a,b\n1,2,3\n4\n\n\"x,\"\"y\",\n";
        let rows = json!([{"a": "1", "b": "2"}, {"a": "4", "b": ""}, {"a": "x,\"y", "b": ""}]);
        assert_eq!(parse_csv(None, b',', text).unwrap(), rows);
        let given = parse_csv(Some(&["h".to_owned()]), b';', "1;2\n").unwrap();
        assert_eq!(given, json!([{"h": "1"}]));
        let twice = ["h".to_owned(), "h".to_owned()];
        assert!(parse_csv(Some(&twice), b',', "1\n").is_err());
    }

    #[test]
    fn items_must_be_an_array() {
        let json = |items_at, text| parse(&Format::Json, items_at, text);
        assert_eq!(json(None, "[1, 2]").unwrap(), json!([1, 2]));
        assert_eq!(parse(&Format::JsonLines, None, "1\n\n{}\n").unwrap(), json!([1, {}]));
        assert!(json(None, "{}").is_err() && json(None, "[").is_err());
        assert_eq!(json(Some("/a/b"), r#"{"a": {"b": [1]}}"#).unwrap(), json!([1]));
        assert!(json(Some("/a"), r#"{"b": [1]}"#).is_err());
    }
}
