//! The answers of DynamoDB and Step Functions on each path.

use serde_json::{Value, json};

use crate::path::Path;

/// The verdict of all paths except the one with a policy.
pub(crate) const VERDICT: &str =
    r#"{"actions":[{"action":{"type":"MOVE_TO_JUNK"},"allRecipients":true}]}"#;

pub(crate) const MACHINE: &str = "arn:aws:states:us-east-1:123456789012:stateMachine:Flow";

/// The status and body of the answer to a request. `target` names the operation.
pub(crate) fn answer(path: Path, target: &str, request: &Value) -> (u16, Value) {
    let operation = target.split_once('.').map_or(target, |(_, operation)| operation);
    let body = match operation {
        "PutItem" if path.is_retry() => return (400, already_claimed(path, request)),
        "PutItem" => json!({}),
        "UpdateItem" => recorded(request),
        "StartExecution" => started(request),
        "DescribeExecution" => described(path, request),
        "GetExecutionHistory" => history(),
        _ => return (400, json!({"__type": "UnknownOperationException"})),
    };
    (200, body)
}

fn already_claimed(path: Path, request: &Value) -> Value {
    let mut item = request["Item"].clone();
    if path == Path::Recorded {
        item["Verdict"] = json!({"S": VERDICT});
    }
    json!({
        "__type": "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException",
        "message": "The conditional request failed",
        "Item": item,
    })
}

fn recorded(request: &Value) -> Value {
    json!({"Attributes": {"Verdict": request["ExpressionAttributeValues"][":verdict"]}})
}

fn started(request: &Value) -> Value {
    let machine = request["stateMachineArn"].as_str().unwrap();
    let name = request["name"].as_str().unwrap();
    let execution = machine.replacen(":stateMachine:", ":execution:", 1);
    json!({"executionArn": format!("{execution}:{name}"), "startDate": 1.8e9})
}

fn described(path: Path, request: &Value) -> Value {
    let mut execution = json!({
        "executionArn": request["executionArn"],
        "stateMachineArn": MACHINE,
        "startDate": 1.8e9,
        "status": "RUNNING",
        "inputDetails": {"included": true},
        "redriveCount": 0,
        "redriveStatus": "NOT_REDRIVABLE",
    });
    if path == Path::FailedWithPolicy {
        execution["status"] = json!("FAILED");
        execution["error"] = json!("States.TaskFailed");
    } else if !path.is_running() {
        execution["status"] = json!("SUCCEEDED");
        execution["output"] = json!(VERDICT);
    }
    execution
}

/// A history with three states, newest event first, as the handler requests it.
fn history() -> Value {
    let mut events = vec![json!({
        "id": 8, "previousEventId": 7, "timestamp": 1.8e9, "type": "ExecutionSucceeded",
        "executionSucceededEventDetails": {"output": "{}", "outputDetails": {"truncated": false}},
    })];
    for (id, name) in [(6, "Later"), (4, "Decide"), (2, "Earlier")] {
        events.push(json!({
            "id": id + 1, "previousEventId": id, "timestamp": 1.8e9, "type": "PassStateExited",
            "stateExitedEventDetails": {"name": name, "output": VERDICT},
        }));
        events.push(json!({
            "id": id, "previousEventId": id - 1, "timestamp": 1.8e9, "type": "PassStateEntered",
            "stateEnteredEventDetails": {"name": name, "input": "{}"},
        }));
    }
    json!({"events": events})
}
