//! `ItemReader`: reads the items of a distributed Map from S3.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::super::visit::Visit;
use super::items::{map_run_fault, with_indices};
use super::manifest::{self, Inventory};
use crate::definition::machine::{Format, Reader, Source};
use crate::expression::context::MapItem;
use crate::fault::Fault;
use crate::limits::MAX_ITEMS;

pub(super) fn failed(message: impl Into<String>) -> Fault {
    map_run_fault("States.ItemReaderFailed", message)
}

pub(super) async fn read(
    visit: &Visit<'_>,
    reader: &Reader,
    input: &Arc<Value>,
) -> Result<Vec<MapItem>, Fault> {
    let arguments = arguments(visit, reader, input)?;
    let text = |name: &str| arguments.get(name).and_then(Value::as_str).unwrap_or_default();
    let bucket = text("Bucket");
    let items = match reader.source {
        Source::Listing => Value::Array(listing(visit, bucket, text("Prefix")).await?),
        Source::Object => parse(
            &reader.format,
            reader.items_at.as_deref(),
            &object(visit, bucket, text("Key")).await?,
        )?,
        Source::ListedObjects => {
            let listed = listing(visit, bucket, text("Prefix")).await?;
            // What stands for a folder is empty.
            let is_object = |listed: &&Value| listed.get("Size") != Some(&Value::from(0));
            let keys = listed.iter().filter(is_object).filter_map(|it| it.get("Key")?.as_str());
            let objects = keys.map(|key| (bucket.to_owned(), key.to_owned())).collect();
            contents(visit, reader, objects).await?
        }
        Source::AthenaManifest => {
            let objects = manifest::of_athena(&object(visit, bucket, text("Key")).await?)?;
            contents(visit, reader, objects).await?
        }
        Source::Inventory => {
            let inventory = Inventory::parse(&object(visit, bucket, text("Key")).await?)?;
            let format = Format::Csv { headers: Some(inventory.columns), delimiter: b',' };
            let mut rows = Vec::new();
            for key in inventory.keys {
                let file = object(visit, &inventory.bucket, &key).await?;
                append(&mut rows, parse(&format, None, &file)?)?;
            }
            Value::Array(rows)
        }
    };
    with_indices(items)
}

async fn object(visit: &Visit<'_>, bucket: &str, key: &str) -> Result<String, Fault> {
    let object = visit.run.clock.outside(visit.run.tasks.object(bucket, key)).await;
    object.ok_or_else(|| failed("The specified key does not exist."))
}

async fn listing(visit: &Visit<'_>, bucket: &str, prefix: &str) -> Result<Vec<Value>, Fault> {
    let listing = visit.run.clock.outside(visit.run.tasks.listing(bucket, prefix)).await;
    listing.ok_or_else(|| failed("The specified bucket does not exist"))
}

/// The items of several objects, one after the other.
async fn contents(
    visit: &Visit<'_>,
    reader: &Reader,
    objects: Vec<(String, String)>,
) -> Result<Value, Fault> {
    let mut items = Vec::new();
    for (bucket, key) in objects {
        let text = object(visit, &bucket, &key).await?;
        append(&mut items, parse(&reader.format, reader.items_at.as_deref(), &text)?)?;
    }
    Ok(Value::Array(items))
}

/// Adds the items of one more object. More than a Map may have are not collected.
fn append(items: &mut Vec<Value>, more: Value) -> Result<(), Fault> {
    match more {
        Value::Array(more) => items.extend(more),
        Value::Object(members) => items.extend(members.into_iter().map(|(_, member)| member)),
        _ => {}
    }
    match items.len() > MAX_ITEMS {
        true => Err(failed(format!("The objects have more than {MAX_ITEMS} items."))),
        false => Ok(()),
    }
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
