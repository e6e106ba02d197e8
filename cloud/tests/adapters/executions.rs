//! Step Functions' executions over the SDK.

use cloud::{ErrorKind, HistoryEvent};

use crate::stub::{Answer, Stub};

const ARN: &str = "arn:aws:states:eu-west-1:123456789012:execution:m:i";

/// One event of every relevant type, as Step Functions sends it.
const EVENTS: &str = r#"{"nextToken": "more", "events": [
    {"id": 1, "timestamp": 1795262400.25, "type": "ExecutionStarted",
     "executionStartedEventDetails": {"input": "{1}", "roleArn": "r"}},
    {"id": 2, "previousEventId": 1, "timestamp": 1795262401, "type": "TaskStateEntered",
     "stateEnteredEventDetails": {"name": "Ask", "input": "{2}"}},
    {"id": 3, "timestamp": 1795262401, "type": "TaskScheduled", "taskScheduledEventDetails":
     {"resourceType": "lambda", "resource": "invoke", "region": "eu-west-1", "parameters": "{3}"}},
    {"id": 4, "timestamp": 1795262401, "type": "TaskFailed", "taskFailedEventDetails":
     {"resourceType": "lambda", "resource": "invoke", "error": "E4", "cause": "C4"}},
    {"id": 5, "timestamp": 1795262401, "type": "TaskSucceeded", "taskSucceededEventDetails":
     {"resourceType": "lambda", "resource": "invoke", "output": "{5}"}},
    {"id": 6, "timestamp": 1795262401, "type": "LambdaFunctionScheduled",
     "lambdaFunctionScheduledEventDetails": {"resource": "arn:f", "input": "{6}"}},
    {"id": 7, "timestamp": 1795262401, "type": "EvaluationFailed",
     "evaluationFailedEventDetails": {"state": "Ask", "error": "E7", "cause": "C7"}},
    {"id": 8, "timestamp": 1795262401, "type": "TaskStateExited",
     "stateExitedEventDetails": {"name": "Ask", "output": "{8}"}},
    {"id": 9, "timestamp": 1795262402, "type": "ExecutionFailed",
     "executionFailedEventDetails": {"error": "E9", "cause": "C9"}},
    {"id": 10, "timestamp": 1795262403, "type": "ExecutionRedriven",
     "executionRedrivenEventDetails": {"redriveCount": 1}},
    {"id": 11, "timestamp": 1795262404, "type": "ExecutionSucceeded",
     "executionSucceededEventDetails": {"output": "{11}"}},
    {"id": 12, "timestamp": 1795262404, "type": "SomethingOfTheFuture"}
]}"#;

#[tokio::test]
async fn a_history_is_read_page_by_page() {
    let stub = Stub::start(vec![Answer::ok(EVENTS), Answer::ok(r#"{"events": []}"#)]);
    let executions = stub.connect().await.executions;
    let page = executions.history(ARN, None).await.unwrap().unwrap();
    let line = |event: &HistoryEvent| {
        let member = |member: &Option<String>| member.clone().unwrap_or_else(|| "-".to_owned());
        let members = [
            &event.state,
            &event.resource,
            &event.error,
            &event.cause,
            &event.input,
            &event.output,
        ];
        format!("{} {} {}", event.id, event.kind, members.map(member).join(" "))
    };
    let lines: Vec<String> = page.events.iter().map(line).collect();
    assert_eq!(
        lines,
        [
            "1 ExecutionStarted - - - - {1} -",
            "2 TaskStateEntered Ask - - - {2} -",
            "3 TaskScheduled - lambda:invoke - - {3} -",
            "4 TaskFailed - lambda:invoke E4 C4 - -",
            "5 TaskSucceeded - - - - - {5}",
            "6 LambdaFunctionScheduled - arn:f - - {6} -",
            "7 EvaluationFailed Ask - E7 C7 - -",
            "8 TaskStateExited Ask - - - - {8}",
            "9 ExecutionFailed - - E9 C9 - -",
            "10 ExecutionRedriven - - - - - -",
            "11 ExecutionSucceeded - - - - - {11}",
            "12 SomethingOfTheFuture - - - - - -",
        ]
    );
    assert_eq!((page.events[0].previous, page.events[1].previous), (0, 1));
    assert_eq!(page.events[0].timestamp.to_string(), "2026-11-21T12:00:00.25Z");
    let last = executions.history(ARN, page.next.as_deref()).await.unwrap().unwrap();
    assert_eq!(last.next, None);

    let requests = stub.requests();
    assert_eq!(requests[0].header("x-amz-target"), "AWSStepFunctions.GetExecutionHistory");
    let asked: serde_json::Value = serde_json::from_str(&requests[0].body).unwrap();
    assert_eq!(asked, serde_json::json!({ "executionArn": ARN, "maxResults": 1000 }));
    assert!(requests[1].body.contains(r#""nextToken":"more""#), "{}", requests[1].body);
}

#[tokio::test]
async fn an_execution_that_does_not_exist_is_none_and_a_refusal_is_an_error() {
    let refusal =
        |code: &str| Answer::status(400, format!(r#"{{"__type": "{code}", "message": "no"}}"#));
    let answers = vec![refusal("ExecutionDoesNotExist"), refusal("AccessDeniedException")];
    let stub = Stub::start(answers);
    let executions = stub.connect().await.executions;
    assert_eq!(executions.history(ARN, None).await.unwrap(), None);
    let refused = executions.history(ARN, None).await.unwrap_err();
    assert_eq!((refused.kind, refused.service), (ErrorKind::Denied, "Step Functions"));
}

#[tokio::test]
async fn running_executions_are_listed_page_by_page() {
    let page = r#"{"nextToken": "more", "executions": [{"executionArn": "e", "stateMachineArn": "m",
        "name": "n", "status": "RUNNING", "startDate": 1}]}"#;
    let missing = r#"{"__type": "StateMachineDoesNotExist", "message": "no"}"#;
    let answers = vec![Answer::ok(page), Answer::ok("{}"), Answer::status(400, missing)];
    let stub = Stub::start(answers);
    let executions = stub.connect().await.executions;
    let page = executions.list_running("m", None).await.unwrap().unwrap();
    assert_eq!(page.arns, ["e"]);
    let last = executions.list_running("m", page.next.as_deref()).await.unwrap().unwrap();
    assert_eq!((last.arns.len(), last.next), (0, None));
    assert_eq!(executions.list_running("m", None).await.unwrap(), None);
    let requests = stub.requests();
    assert_eq!(requests[0].header("x-amz-target"), "AWSStepFunctions.ListExecutions");
    let asked: serde_json::Value = serde_json::from_str(&requests[0].body).unwrap();
    let expected = serde_json::json!({
        "stateMachineArn": "m", "statusFilter": "RUNNING", "maxResults": 1000,
    });
    assert_eq!(asked, expected);
    assert!(requests[1].body.contains(r#""nextToken":"more""#), "{}", requests[1].body);
}

#[tokio::test]
async fn a_task_times_out_after_the_shorter_of_timeout_and_heartbeat() {
    let events = r#"{"events": [
        {"id": 1, "timestamp": 1795262400, "type": "TaskScheduled", "taskScheduledEventDetails":
         {"resourceType": "sns", "resource": "publish", "region": "r", "parameters": "{}",
          "timeoutInSeconds": 600, "heartbeatInSeconds": 60}},
        {"id": 2, "timestamp": 1795262400, "type": "TaskScheduled", "taskScheduledEventDetails":
         {"resourceType": "sns", "resource": "publish", "region": "r", "parameters": "{}"}}]}"#;
    let stub = Stub::start(vec![Answer::ok(events)]);
    let page = stub.connect().await.executions.history(ARN, None).await.unwrap().unwrap();
    let after: Vec<_> = page.events.iter().map(|event| event.timeout_seconds).collect();
    assert_eq!(after, [Some(60), None]);
}

#[tokio::test]
async fn an_execution_is_described_with_whether_it_can_be_redriven() {
    let failed = r#"{"executionArn": "e", "stateMachineArn": "m", "name": "n", "status": "FAILED", "startDate": 1,
        "redriveStatus": "NOT_REDRIVABLE", "redriveStatusReason": "too old"}"#;
    let running =
        r#"{"executionArn": "e", "stateMachineArn": "m", "status": "RUNNING", "startDate": 1}"#;
    let missing = r#"{"__type": "ExecutionDoesNotExist", "message": "no"}"#;
    let answers = vec![Answer::ok(failed), Answer::ok(running), Answer::status(400, missing)];
    let stub = Stub::start(answers);
    let executions = stub.connect().await.executions;
    let state = executions.state(ARN).await.unwrap().unwrap();
    assert_eq!((state.status.as_str(), state.redrivable), ("FAILED", Some(false)));
    assert_eq!(state.not_redrivable_because.as_deref(), Some("too old"));
    let state = executions.state(ARN).await.unwrap().unwrap();
    assert_eq!((state.status.as_str(), state.redrivable), ("RUNNING", None));
    assert_eq!(executions.state(ARN).await.unwrap(), None);
    let target = stub.requests()[0].header("x-amz-target").to_owned();
    assert_eq!(target, "AWSStepFunctions.DescribeExecution");
}

#[tokio::test]
async fn an_execution_is_stopped_and_redriven() {
    let refusal = r#"{"__type": "ExecutionNotRedrivable", "message": "no"}"#;
    let answers = vec![
        Answer::ok(r#"{"stopDate": 1}"#),
        Answer::ok(r#"{"redriveDate": 1}"#),
        Answer::status(400, refusal),
    ];
    let stub = Stub::start(answers);
    let executions = stub.connect().await.executions;
    executions.stop(ARN, "Stopped", "why").await.unwrap();
    executions.redrive(ARN, "token-1").await.unwrap();
    let refused = executions.redrive(ARN, "token-2").await.unwrap_err();
    assert_eq!(refused.code.as_deref(), Some("ExecutionNotRedrivable"));
    let bodies: Vec<serde_json::Value> =
        stub.requests().iter().map(|one| serde_json::from_str(&one.body).unwrap()).collect();
    assert_eq!(
        bodies[0],
        serde_json::json!({ "executionArn": ARN, "error": "Stopped", "cause": "why" })
    );
    assert_eq!(bodies[1], serde_json::json!({ "executionArn": ARN, "clientToken": "token-1" }));
}
