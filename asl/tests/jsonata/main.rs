//! Compares JSONata with the reference implementation, version 2.0.6, whose answers are in
//! `cases.jsonl`; `reference.mjs` writes them.

use jiff::Timestamp;
use serde_json::Value;

/// How a value is compared: all numbers are floats.
fn comparable(value: &Value) -> Value {
    match value {
        Value::Number(number) => Value::from(number.as_f64()),
        Value::Array(items) => items.iter().map(comparable).collect(),
        Value::Object(members) => {
            members.iter().map(|(name, member)| (name.clone(), comparable(member))).collect()
        }
        other => other.clone(),
    }
}

#[test]
fn expressions_give_what_the_reference_implementation_gives() {
    let mut differences = Vec::new();
    let cases = include_str!("cases.jsonl");
    for line in cases.lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let expression = case["expression"].as_str().unwrap();
        let answer = asl::evaluate_jsonata(expression, &Value::Null, Timestamp::UNIX_EPOCH);
        let same = match (&answer, case.get("result"), case.get("error")) {
            (Ok(Some(answer)), Some(result), None) => comparable(answer) == comparable(result),
            (Ok(None), None, None) | (Err(_), None, Some(_)) => true,
            _ => false,
        };
        if !same {
            differences.push(format!("{line}\nhere: {answer:?}"));
        }
    }
    assert!(cases.lines().count() > 700);
    assert!(differences.is_empty(), "{} differ:\n{}", differences.len(), differences.join("\n"));
}
