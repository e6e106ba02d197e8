//! What is only an example: answers and parameters that were not given.

use serde_json::Value;

/// Tasks answer as the file `origin` says.
pub fn sample_answers(origin: &str) -> String {
    format!("sample: tasks answer as {origin} says; --answers FILE gives other answers")
}

/// A parameter has its sample as value.
pub fn sample_parameter(name: &str, value: &Value) -> String {
    format!("sample: {name} has no value, so it is {value} here; `up` needs a value")
}
