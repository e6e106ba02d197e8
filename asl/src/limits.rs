//! Limits: how much data an execution may hold, and how much work it may do.

use std::time::Duration;

use serde_json::Value;

use crate::fault::{Fault, FaultKind};

/// The largest input, output or parameters, in bytes of JSON. Source: Step Functions quotas,
/// "Maximum input or output size for a task, state, or execution".
pub const MAX_DATA: usize = 256 * 1024;

/// The most events of one execution. Source: Step Functions quotas, "Maximum execution history
/// size".
pub const MAX_EVENTS: usize = 25_000;

/// How long an execution may run. Source: Step Functions quotas, "Maximum execution time".
pub const MAX_DURATION: Duration = Duration::from_secs(365 * 24 * 3600);

/// The most states that an execution may enter, including those in distributed Maps. A limit of
/// this program: AWS counts each child of a distributed Map separately.
pub const MAX_STATES: u64 = 1_000_000;

/// The most iterations of one Map. A limit of this program: in AWS, the size of the history bounds
/// an inline Map, but not a distributed one.
pub const MAX_ITEMS: usize = 100_000;

/// How many iterations of an inline Map run concurrently by default. Source: developer guide,
/// "Using Map state in Inline mode".
pub const INLINE_CONCURRENCY: usize = 40;

/// The most iterations of a distributed Map that run concurrently. A limit of this program: AWS
/// allows 10,000.
pub const DISTRIBUTED_CONCURRENCY: usize = 1_000;

/// How deep Parallel and Map states may be nested. A limit of this program.
pub const MAX_NESTING: usize = 32;

/// How long one JSONata expression may take. Source: developer guide, "Transforming data with
/// JSONata". A build for tests is slower, and the machine may be busy with others.
pub const MAX_EVALUATION: Duration =
    Duration::from_secs(if cfg!(debug_assertions) { 5 } else { 1 });

/// How long all JSONata expressions of one execution may take together. A limit of this program: it
/// stops a loop over expressions that each take most of their second.
pub const MAX_EVALUATIONS: Duration = Duration::from_secs(60);

/// How deep the evaluation of a JSONata expression may recurse. A limit of this program.
pub const MAX_EVALUATION_DEPTH: usize = 2_000;

/// The longest sequence that a JSONata expression may build. A limit of this program: as many items
/// as the largest data have bytes.
pub const MAX_SEQUENCE: usize = MAX_DATA;

/// The largest value that a JSONata expression may build: the bytes of its strings and names, plus
/// one for each value in it. A limit of this program, larger than [`MAX_DATA`], which limits what
/// leaves a state.
pub const MAX_TEXT: usize = 4 * MAX_DATA;

/// How much one evaluation of a JSONata expression may build in total, in bytes of strings and
/// array items, including intermediate results. A limit of this program: AWS doesn't document its
/// own.
pub const MAX_BUILT: usize = 256 * 1024 * 1024;

/// How deep data may be nested. Source: what `serde_json` reads.
pub const MAX_DEPTH: usize = 128;

/// Fails if data is too large for a state.
pub(crate) fn check(data: &Value, what: &str, state: &str) -> Result<(), Fault> {
    if exceeds(data, &mut MAX_DATA.clone()) {
        let message = format!(
            "The {what} of the state '{state}' has a size exceeding the maximum number of bytes service \
             limit."
        );
        return Err(Fault::new(FaultKind::TooLarge, message));
    }
    Ok(())
}

/// Whether the compact JSON of a value takes more than `left` bytes. Stops counting there.
fn exceeds(value: &Value, left: &mut usize) -> bool {
    match value {
        Value::Null | Value::Bool(true) => spend(left, 4),
        Value::Bool(false) => spend(left, 5),
        Value::Number(number) => spend(left, number.to_string().len()),
        Value::String(text) => spend(left, escaped_length(text)),
        Value::Array(items) => {
            spend(left, 2 + items.len().saturating_sub(1))
                || items.iter().any(|item| exceeds(item, left))
        }
        Value::Object(members) => {
            spend(left, 2 + members.len().saturating_sub(1))
                || members.iter().any(|(name, member)| {
                    spend(left, escaped_length(name) + 1) || exceeds(member, left)
                })
        }
    }
}

/// Subtracts bytes from those left. Returns whether there were too few.
fn spend(left: &mut usize, bytes: usize) -> bool {
    let rest = left.checked_sub(bytes);
    *left = rest.unwrap_or(0);
    rest.is_none()
}

fn escaped_length(text: &str) -> usize {
    let escapes = text.bytes().map(|byte| match byte {
        b'"' | b'\\' | b'\n' | b'\r' | b'\t' | 8 | 12 => 2,
        0..=31 => 6,
        _ => 1,
    });
    2 + escapes.sum::<usize>()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_size_of_data_is_that_of_its_compact_json() {
        let values = [
            json!(null),
            json!({"a": [1, 2.5, -3], "b\n\u{1}": {"ü\"": false, "t": true}, "e": {}, "l": []}),
            json!("x".repeat(1000)),
        ];
        for value in values {
            let length = value.to_string().len();
            assert!(!exceeds(&value, &mut length.clone()), "{value}");
            assert!(exceeds(&value, &mut (length - 1)), "{value}");
        }
    }
}
