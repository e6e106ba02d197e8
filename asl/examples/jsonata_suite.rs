//! Evaluates JSONata expressions: reads one JSON object per line from stdin, with `expression` and
//! maybe `data`, and writes one answer per line to stdout: `result`, `error`, or neither for
//! "nothing". `asl/tests/jsonata/reference.mjs` compares the answers with those of the reference
//! implementation.

use std::io::Write;
use std::process::ExitCode;

use jiff::Timestamp;
use serde_json::{Value, json};

fn main() -> ExitCode {
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lines() {
        let case = line.ok().and_then(|line| serde_json::from_str::<Value>(&line).ok());
        let Some(case) = case else { return ExitCode::FAILURE };
        let text = case.get("expression").and_then(Value::as_str).unwrap_or_default();
        let data = case.get("data").unwrap_or(&Value::Null);
        let answer = match asl::evaluate_jsonata(text, data, Timestamp::UNIX_EPOCH) {
            Ok(Some(result)) => json!({ "result": result }),
            Ok(None) => json!({}),
            Err(error) => json!({ "error": error }),
        };
        if writeln!(out, "{answer}").is_err() {
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}
