//! `ResultWriter`: the output of a distributed Map that exports its results. Nothing is really
//! written to S3; the output is the same as if it were.

use serde_json::{Value, json};

use super::super::visit::Visit;
use super::items::map_run_fault;
use crate::definition::machine::Writer;
use crate::fault::Fault;

/// The state's output. Source: developer guide, "ResultWriter (Map)".
pub(super) fn write(
    visit: &Visit<'_>,
    writer: &Writer,
    results: Vec<Value>,
    map_run_arn: &str,
    input: &Value,
) -> Result<Value, Fault> {
    let arguments = match writer {
        Writer::Flatten => return Ok(flat(results)),
        Writer::Export(arguments) => arguments.as_ref().map(|it| it.evaluate(&visit.scope(input))),
    };
    let arguments = arguments.transpose()?.unwrap_or_default();
    let text = |name: &str| arguments.get(name).and_then(Value::as_str);
    let Some(bucket) = text("Bucket") else {
        return Err(map_run_fault("States.ResultWriterFailed", "The bucket is missing."));
    };
    let run = map_run_arn.rsplit(':').next().unwrap_or_default();
    let folder = text("Prefix").map(|prefix| format!("{}/", prefix.trim_end_matches('/')));
    let key = format!("{}{run}/manifest.json", folder.unwrap_or_default());
    let details = json!({ "Bucket": bucket, "Key": key });
    Ok(json!({ "MapRunArn": map_run_arn, "ResultWriterDetails": details }))
}

fn flat(results: Vec<Value>) -> Value {
    let mut items = Vec::with_capacity(results.len());
    for result in results {
        match result {
            Value::Array(inner) => items.extend(inner),
            other => items.push(other),
        }
    }
    Value::Array(items)
}
