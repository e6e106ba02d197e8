//! JSON output: one object per line, each with `type`, `schema` and `timestamp`.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::host::harmless::in_json;
use crate::operation::Event;
use crate::plan::data_loss;
use cloud::ResourceChange;

/// The version of the objects' format. It increases when a field changes its meaning or disappears;
/// new fields and types do not increase it.
pub(super) const SCHEMA: u32 = 1;

/// The JSON Schema of the objects. Tests validate all JSON output against it.
pub const SCHEMA_DOCUMENT: &str = include_str!("../../../docs/reference/json-output.schema.json");

pub(super) fn event(event: &Event, now: Timestamp) -> String {
    let mut fields = object_of(event);
    if let Event::Stack(stack) = event {
        // There are two timestamps: when it happened, and when it was reported.
        fields.insert("happened".to_owned(), Value::from(stack.timestamp.to_string()));
    }
    if let Event::ChangeSetReady { changes, .. } = event {
        fields.insert("changes".to_owned(), Value::from(change_objects(changes)));
    }
    line(fields, now)
}

/// Changes, including the data loss that they cause.
pub fn change_objects(changes: &[ResourceChange]) -> Vec<Value> {
    let object = |change: &ResourceChange| {
        let mut fields = object_of(change);
        let loss = data_loss(change).map_or(Value::Null, |loss| json!(loss));
        fields.insert("data_loss".to_owned(), loss);
        Value::Object(fields)
    };
    changes.iter().map(object).collect()
}

/// Any other answer, with its type.
pub fn object(kind: &str, body: &impl Serialize, now: Timestamp) -> String {
    let mut fields = Map::from_iter([("type".to_owned(), Value::from(kind))]);
    fields.extend(object_of(body));
    line(fields, now)
}

fn object_of(body: &impl Serialize) -> Map<String, Value> {
    match serde_json::to_value(body).expect("our own types have string keys") {
        Value::Object(fields) => fields,
        other => Map::from_iter([("value".to_owned(), other)]),
    }
}

fn line(mut fields: Map<String, Value>, now: Timestamp) -> String {
    fields.insert("schema".to_owned(), Value::from(SCHEMA));
    fields.insert("timestamp".to_owned(), Value::from(now.to_string()));
    in_json(&Value::Object(fields).to_string())
}
