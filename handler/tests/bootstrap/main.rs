//! The real binary against a stub of Lambda, DynamoDB and Step Functions: its requests, its answers
//! and its logs.

#![expect(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

mod endings;
mod process;
mod stub;
mod throttling;
mod time;

use serde_json::{Value, json};

use crate::stub::{Bootstrap, Stub};

const EVENT: &str = "{\"subject\":null,  \"invocationId\":\"inv-1\", \"messageId\":\"mail-1\",\n \
                     \"flowDirection\":\"INBOUND\",\"unknown\":1.50e+2}";
const MACHINE: &str = "arn:aws:states:us-east-1:123456789012:stateMachine:Flow";
const EXECUTION: &str = "arn:aws:states:us-east-1:123456789012:execution:Flow:inv-1";
const DROP: &str = r#"{"actions":[{"action":{"type":"DROP"},"allRecipients":true}]}"#;

fn claimed(stub: &Stub) {
    stub.reply("DynamoDB_20120810.PutItem", 200, json!({}));
}

fn already_claimed(stub: &Stub, more: Value) {
    let mut item = json!({
        "InvocationId": {"S": "inv-1"},
        "ExecutionArn": {"S": EXECUTION},
        "TimeToLive": {"N": "1800014400"},
        "OutputState": {"S": ""},
        "ClaimedAt": {"N": "1800000000"},
    });
    item.as_object_mut().unwrap().append(&mut more.as_object().unwrap().clone());
    let failed = json!({
        "__type": "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException",
        "message": "The conditional request failed",
        "Item": item,
    });
    stub.reply("DynamoDB_20120810.PutItem", 400, failed);
}

fn started(stub: &Stub, arn: &str) {
    stub.reply(
        "AWSStepFunctions.StartExecution",
        200,
        json!({"executionArn": arn, "startDate": 1.8e9}),
    );
}

fn described(stub: &Stub, status: &str, more: Value) {
    let mut execution = json!({
        "executionArn": EXECUTION, "stateMachineArn": MACHINE, "status": status, "startDate": 1.8e9,
    });
    execution.as_object_mut().unwrap().append(&mut more.as_object().unwrap().clone());
    stub.reply("AWSStepFunctions.DescribeExecution", 200, execution);
}

#[test]
fn the_first_invocation_claims_starts_looks_and_answers() {
    let stub = Stub::listen();
    claimed(&stub);
    started(&stub, EXECUTION);
    described(&stub, "RUNNING", json!({}));
    described(&stub, "SUCCEEDED", json!({"output": DROP.replace("true", "\"True\"")}));
    let ended = Bootstrap::start(&stub, &[]).invoke(EVENT);
    assert_eq!(ended.response(), DROP);

    let claim = stub.request("DynamoDB_20120810.PutItem");
    assert_eq!(claim["TableName"], "Executions");
    assert_eq!(claim["ConditionExpression"], "attribute_not_exists(InvocationId)");
    assert_eq!(claim["ReturnValuesOnConditionCheckFailure"], "ALL_OLD");
    assert_eq!(claim["Item"]["InvocationId"], json!({"S": "inv-1"}));
    assert_eq!(claim["Item"]["ExecutionArn"], json!({"S": EXECUTION}));
    let expires: i64 = claim["Item"]["TimeToLive"]["N"].as_str().unwrap().parse().unwrap();
    assert!((stub::epoch_seconds() + 14_400 - expires).abs() < 60, "{expires}");
    assert_eq!(claim["Item"]["OutputState"], json!({"S": ""}));
    assert_eq!(claim["Item"]["ClaimedAt"], json!({"N": (expires - 14_400).to_string()}));

    let start = stub.request("AWSStepFunctions.StartExecution");
    assert_eq!(start, json!({"stateMachineArn": MACHINE, "name": "inv-1", "input": EVENT}));
    let look = stub.request("AWSStepFunctions.DescribeExecution");
    assert_eq!(look, json!({"executionArn": EXECUTION}));

    let line = ended.only_log_line();
    assert_eq!(line["level"], "WARN");
    assert_eq!((&line["messageId"], &line["invocationId"]), (&json!("mail-1"), &json!("inv-1")));
    assert_eq!(line["requestId"], "request-1");
    assert_eq!(line["executionArn"], EXECUTION);
    assert_eq!(line["path"], "first");
    assert_eq!(line["findings"], json!(["string-boolean"]));
    assert_eq!((&line["calls"], &line["FunctionName"]), (&json!(4), &json!("f")));
    assert_eq!((&line["Answered"], &line["DROP"]), (&json!(1.0), &json!(1.0)));
    assert_eq!(line["_aws"]["CloudWatchMetrics"][0]["Namespace"], "MessageFlow");
}

#[test]
fn at_the_level_debug_the_line_has_the_event_without_its_content() {
    for (level, expected) in [("DEBUG", true), ("WARNING", false), ("", false)] {
        let stub = Stub::listen();
        already_claimed(&stub, json!({"Verdict": {"S": DROP}}));
        let event = EVENT.replace("null", "\"canary\"");
        let ended = Bootstrap::start(&stub, &[("LOG_LEVEL", level)]).invoke(&event);
        let line = ended.only_log_line();
        assert_eq!(line.get("event").is_some(), expected, "{line}");
        assert!(!line.to_string().contains("canary"), "{line}");
    }
}

#[test]
fn metrics_can_be_turned_off() {
    let stub = Stub::listen();
    already_claimed(&stub, json!({"Verdict": {"S": DROP}}));
    let ended = Bootstrap::start(&stub, &[("METRICS", "off")]).invoke(EVENT);
    assert_eq!(ended.only_log_line().get("_aws"), None);
}

#[test]
fn a_retry_of_a_running_execution_posts_an_error_of_its_own_type() {
    let stub = Stub::listen();
    already_claimed(&stub, json!({}));
    described(&stub, "PENDING_REDRIVE", json!({}));
    let ended = Bootstrap::start(&stub, &[]).invoke(EVENT);
    assert_eq!(ended.error()["errorType"], "NotReady");
    let line = ended.only_log_line();
    assert_eq!((&line["errorType"], &line["path"]), (&json!("NotReady"), &json!("retry")));
    assert_eq!(line["level"], "INFO");
}

#[test]
fn a_recorded_verdict_is_answered_with_one_request() {
    let stub = Stub::listen();
    already_claimed(&stub, json!({"Verdict": {"S": DROP}}));
    let ended = Bootstrap::start(&stub, &[]).invoke(EVENT);
    assert_eq!(ended.response(), DROP);
    assert_eq!(ended.only_log_line()["path"], "recorded");
    assert_eq!(stub.targets(), ["DynamoDB_20120810.PutItem"]);
}

#[test]
fn a_process_that_answers_a_message_again_counts_its_verdict_once() {
    let stub = Stub::listen();
    for _ in 0..2 {
        already_claimed(&stub, json!({}));
        described(&stub, "SUCCEEDED", json!({"output": DROP}));
    }
    let lines = Bootstrap::start(&stub, &[]).answer(EVENT).invoke(EVENT).log_lines();
    assert_eq!((&lines[0]["DROP"], lines[0].get("repeated")), (&json!(1.0), None));
    assert_eq!((lines[1].get("DROP"), &lines[1]["repeated"]), (None, &json!(true)));
}

#[test]
fn the_verdict_of_a_state_is_read_from_all_pages_and_recorded() {
    let stub = Stub::listen();
    already_claimed(&stub, json!({"OutputState": {"S": "Decide"}}));
    let history = "AWSStepFunctions.GetExecutionHistory";
    let event = |number: u32, more: Value| {
        let mut event = json!({"id": number, "timestamp": 1.8e9, "type": "PassStateEntered"});
        event.as_object_mut().unwrap().append(&mut more.as_object().unwrap().clone());
        event
    };
    let failed = event(9, json!({"type": "ExecutionFailed", "executionFailedEventDetails": {}}));
    stub.reply(history, 200, json!({"events": [failed], "nextToken": "page 2"}));
    let exit = json!({
        "type": "ChoiceStateExited",
        "stateExitedEventDetails": {"name": "Decide", "output": DROP},
    });
    stub.reply(history, 200, json!({"events": [event(8, json!({})), event(7, exit)]}));
    let earlier = DROP.replace("DROP", "DEFAULT");
    let failed = json!({
        "__type": "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException",
        "message": "The conditional request failed",
        "Item": {"Verdict": {"S": earlier}},
    });
    stub.reply("DynamoDB_20120810.UpdateItem", 400, failed);
    // The entry determines the state, not the setting.
    let ended = Bootstrap::start(&stub, &[("MACHINE_STATE_FOR_OUTPUT", "Other")]).invoke(EVENT);
    // Another invocation recorded its verdict first, so that verdict is final.
    assert_eq!(ended.response(), earlier);

    let first = json!({
        "executionArn": EXECUTION, "includeExecutionData": true, "maxResults": 1000,
        "reverseOrder": true,
    });
    assert_eq!(stub.request(history), first);
    assert_eq!(stub.request(history)["nextToken"], "page 2");
    let record = stub.request("DynamoDB_20120810.UpdateItem");
    assert_eq!(record["Key"], json!({"InvocationId": {"S": "inv-1"}}));
    assert_eq!(
        record["UpdateExpression"],
        "SET Verdict = :verdict, \
         ExecutionArn = if_not_exists(ExecutionArn, :execution), \
         TimeToLive = if_not_exists(TimeToLive, :expires)"
    );
    assert_eq!(record["ExpressionAttributeValues"][":verdict"], json!({"S": DROP}));
    assert_eq!(record["ConditionExpression"], "attribute_not_exists(Verdict)");
    assert_eq!(record["ReturnValuesOnConditionCheckFailure"], "ALL_OLD");
}

#[test]
fn the_success_of_a_redriven_execution_is_recorded() {
    let stub = Stub::listen();
    already_claimed(&stub, json!({}));
    described(&stub, "SUCCEEDED", json!({"output": DROP, "redriveCount": 1}));
    stub.reply("DynamoDB_20120810.UpdateItem", 200, json!({}));
    assert_eq!(Bootstrap::start(&stub, &[]).invoke(EVENT).response(), DROP);
    stub.request("DynamoDB_20120810.UpdateItem");
}

#[test]
fn a_redrive_is_read_from_the_history_too() {
    let stub = Stub::listen();
    already_claimed(&stub, json!({"OutputState": {"S": "Decide"}}));
    let events = json!([
        {"id": 3, "timestamp": 1.8e9, "type": "ExecutionSucceeded",
         "executionSucceededEventDetails": {"output": DROP}},
        {"id": 2, "timestamp": 1.8e9, "type": "ExecutionRedriven"},
        {"id": 1, "timestamp": 1.8e9, "type": "ExecutionFailed"},
    ]);
    stub.reply("AWSStepFunctions.GetExecutionHistory", 200, json!({ "events": events }));
    stub.reply("DynamoDB_20120810.UpdateItem", 200, json!({}));
    let ended = Bootstrap::start(&stub, &[]).invoke(EVENT);
    assert_eq!(ended.response(), DROP);
    assert_eq!(ended.only_log_line()["outputStateSkipped"], true);
    stub.request("DynamoDB_20120810.UpdateItem");
}

#[test]
fn an_existing_execution_is_described_and_its_failure_reported() {
    let stub = Stub::listen();
    claimed(&stub);
    let taken = json!({"__type": "ExecutionAlreadyExists", "message": "Execution Already Exists"});
    stub.reply("AWSStepFunctions.StartExecution", 400, taken);
    described(&stub, "TIMED_OUT", json!({"error": "States.Timeout", "cause": "a@example.com"}));
    let ended = Bootstrap::start(&stub, &[]).invoke(EVENT);
    assert_eq!(
        ended.error(),
        json!({
            "errorType": "ExecutionFailed",
            "errorMessage": "the execution ended TIMED_OUT with States.Timeout",
        })
    );
}

#[test]
fn errors_of_aws_are_reported_with_code_and_request_id() {
    let stub = Stub::listen();
    let denied = json!({"__type": "AccessDeniedException", "Message": "not authorized"});
    stub.reply("DynamoDB_20120810.PutItem", 400, denied);
    let ended = Bootstrap::start(&stub, &[]).invoke(EVENT);
    assert_eq!(ended.error()["errorType"], "LedgerUnavailable");
    assert_eq!(
        ended.error()["errorMessage"],
        "cannot give a verdict without the deduplication table: cannot access the deduplication table: \
         DynamoDB PutItem failed with AccessDeniedException, \"not authorized\" \
         (request ID aws-request)"
    );
}

#[test]
fn a_throttled_request_is_repeated_within_the_invocation() {
    let stub = Stub::listen();
    let throttled = json!({"__type": "ThrottlingException", "message": "Rate exceeded"});
    stub.reply("DynamoDB_20120810.PutItem", 400, throttled.clone());
    already_claimed(&stub, json!({}));
    stub.reply("AWSStepFunctions.DescribeExecution", 400, throttled);
    described(&stub, "SUCCEEDED", json!({"output": DROP}));
    let ended = Bootstrap::start(&stub, &[]).invoke(EVENT);
    assert_eq!(ended.response(), DROP);
    assert_eq!(stub.targets().len(), 4);
    assert_eq!(ended.only_log_line()["calls"], 2);
}

#[test]
fn a_status_newer_than_this_program_is_not_an_end() {
    let stub = Stub::listen();
    already_claimed(&stub, json!({}));
    described(&stub, "PAUSED", json!({}));
    let ended = Bootstrap::start(&stub, &[("ON_FAILURE", "drop")]).invoke(EVENT);
    assert_eq!(ended.error()["errorType"], "NotReady");
}

#[test]
fn a_network_error_is_reported_with_its_causes() {
    let stub = Stub::listen();
    let nowhere = [("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:1")];
    let ended = Bootstrap::start(&stub, &nowhere).invoke(EVENT);
    assert_eq!(ended.error()["errorType"], "LedgerUnavailable");
    let message = ended.error()["errorMessage"].as_str().unwrap().to_owned();
    assert!(message.contains("DynamoDB PutItem failed: dispatch failure"), "{message}");
    assert!(message.contains("Connection refused"), "{message}");
}

#[test]
fn a_missing_machine_and_an_express_machine_have_the_same_error_type() {
    let stub = Stub::listen();
    claimed(&stub);
    let gone = json!({"__type": "StateMachineDoesNotExist", "message": "gone"});
    stub.reply("AWSStepFunctions.StartExecution", 400, gone);
    let ended = Bootstrap::start(&stub, &[]).invoke(EVENT);
    assert_eq!(ended.error()["errorType"], "StateMachineUnavailable");

    let stub = Stub::listen();
    claimed(&stub);
    started(&stub, "arn:aws:states:us-east-1:123456789012:express:Flow:inv-1:unique");
    let ended = Bootstrap::start(&stub, &[]).invoke(EVENT);
    assert_eq!(ended.error()["errorType"], "StateMachineUnavailable");
    let message = ended.error()["errorMessage"].as_str().unwrap().to_owned();
    assert!(message.ends_with("the state machine is not a Standard one"), "{message}");
}

#[test]
fn an_execution_that_cannot_be_seen_yet_is_waited_for() {
    let stub = Stub::listen();
    claimed(&stub);
    started(&stub, EXECUTION);
    let unseen = json!({"__type": "ExecutionDoesNotExist", "message": "Execution Does Not Exist"});
    stub.reply("AWSStepFunctions.DescribeExecution", 400, unseen);
    described(&stub, "SUCCEEDED", json!({}));
    described(&stub, "SUCCEEDED", json!({"output": DROP}));
    assert_eq!(Bootstrap::start(&stub, &[]).invoke(EVENT).response(), DROP);
}

#[test]
fn an_event_that_is_not_a_message_causes_no_requests() {
    let stub = Stub::listen();
    let ended = Bootstrap::start(&stub, &[]).invoke(r#"{"subject":"from@example.com"}"#);
    assert_eq!(ended.error()["errorType"], "InvalidMessage");
    assert_eq!(ended.only_log_line()["invocationId"], Value::Null);
    assert!(stub.targets().is_empty());
}
