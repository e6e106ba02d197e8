//! Step Functions over the SDK.

use cloud::{
    Diagnostic, ErrorKind, RunningExecutions, StateMock, StateTest, TestedState, TestedStatus,
};

use crate::stub::{Answer, Stub};

const ARN: &str = "arn:aws:states:eu-west-1:123456789012:stateMachine:m";

#[tokio::test]
async fn the_definition_is_read_by_arn() {
    let body = format!(
        r#"{{"stateMachineArn": "{ARN}", "name": "m", "definition": "{{}}", "roleArn": "r",
            "type": "STANDARD", "creationDate": 1}}"#
    );
    let stub = Stub::start(vec![Answer::ok(body)]);
    let definition = stub.connect().await.machines.definition(ARN).await.unwrap();
    assert_eq!(definition.as_deref(), Some("{}"));
    let request = stub.request();
    assert_eq!(request.header("x-amz-target"), "AWSStepFunctions.DescribeStateMachine");
    assert!(request.body.contains(ARN), "{}", request.body);
}

#[tokio::test]
async fn a_machine_that_does_not_exist_is_none_and_a_refusal_is_an_error() {
    let refusal =
        |code: &str| Answer::status(400, format!(r#"{{"__type": "{code}", "message": "no"}}"#));
    let answers = vec![refusal("StateMachineDoesNotExist"), refusal("AccessDeniedException")];
    let stub = Stub::start(answers);
    let machines = stub.connect().await.machines;
    assert_eq!(machines.definition(ARN).await.unwrap(), None);
    let refused = machines.definition(ARN).await.unwrap_err();
    assert_eq!((refused.kind, refused.service), (ErrorKind::Denied, "Step Functions"));
}

#[tokio::test]
async fn running_executions_are_counted_on_one_page() {
    let execution = r#"{"executionArn": "e", "stateMachineArn": "m", "name": "n", "status": "RUNNING",
        "startDate": 1}"#;
    let page = format!(r#"{{"executions": [{execution}, {execution}], "nextToken": "more"}}"#);
    let missing = r#"{"__type": "StateMachineDoesNotExist", "message": "no"}"#;
    let denied = r#"{"__type": "AccessDeniedException", "message": "no"}"#;
    let refusals = [missing, denied].map(|body| Answer::status(400, body));
    let stub = Stub::start([Answer::ok(page)].into_iter().chain(refusals).collect());
    let machines = stub.connect().await.machines;
    let running = machines.running(ARN).await.unwrap();
    assert_eq!(running, Some(RunningExecutions { count: 2, more: true }));
    assert_eq!(machines.running(ARN).await.unwrap(), None);
    assert_eq!(machines.running(ARN).await.unwrap_err().kind, ErrorKind::Denied);
    let request = &stub.requests()[0];
    assert_eq!(request.header("x-amz-target"), "AWSStepFunctions.ListExecutions");
    let asked: serde_json::Value = serde_json::from_str(&request.body).unwrap();
    let expected = serde_json::json!({
        "stateMachineArn": ARN, "statusFilter": "RUNNING", "maxResults": 1000,
    });
    assert_eq!(asked, expected);
}

#[tokio::test]
async fn a_definition_is_validated_as_a_standard_machine_with_its_warnings() {
    let body = r#"{"result": "FAIL", "truncated": true, "diagnostics": [
        {"severity": "ERROR", "code": "MISSING_TRANSITION_TARGET", "message": "no", "location": "/States/A/Next"},
        {"severity": "WARNING", "code": "NO_DOLLAR", "message": "odd"}]}"#;
    let stub =
        Stub::start(vec![Answer::ok(body), Answer::ok(r#"{"result": "OK", "diagnostics": []}"#)]);
    let machines = stub.connect().await.machines;
    let validation = machines.validate("{}").await.unwrap();
    assert!(!validation.accepted && validation.truncated);
    let diagnostic = |error, code: &str, message: &str, location: Option<&str>| Diagnostic {
        error,
        code: code.to_owned(),
        message: message.to_owned(),
        location: location.map(str::to_owned),
    };
    assert_eq!(
        validation.diagnostics,
        [
            diagnostic(true, "MISSING_TRANSITION_TARGET", "no", Some("/States/A/Next")),
            diagnostic(false, "NO_DOLLAR", "odd", None),
        ]
    );
    assert!(machines.validate("{}").await.unwrap().accepted);
    let request = &stub.requests()[0];
    assert_eq!(request.header("x-amz-target"), "AWSStepFunctions.ValidateStateMachineDefinition");
    for member in [r#""definition":"{}""#, r#""type":"STANDARD""#, r#""severity":"WARNING""#] {
        assert!(request.body.contains(member), "{}", request.body);
    }
}

fn state_test(mock: Option<StateMock>, retries: u32) -> StateTest {
    StateTest {
        definition: "{}".to_owned(),
        state: "Look".to_owned(),
        input: r#"{"a":1}"#.to_owned(),
        variables: r#"{"v":2}"#.to_owned(),
        context: mock.is_some().then(|| r#"{"Execution":{}}"#.to_owned()),
        mock,
        retries,
    }
}

/// The bodies of all requests.
fn asked(stub: &Stub) -> Vec<serde_json::Value> {
    let requests = stub.requests();
    requests.iter().map(|request| serde_json::from_str(&request.body).unwrap()).collect()
}

/// A request with what all requests have.
fn test_state(more: serde_json::Value) -> serde_json::Value {
    let mut request = serde_json::json!({
        "definition": "{}",
        "stateName": "Look",
        "input": r#"{"a":1}"#,
        "variables": r#"{"v":2}"#,
        "inspectionLevel": "DEBUG",
    });
    request.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    request
}

#[tokio::test]
async fn a_state_is_tested_with_mock_variables_and_context() {
    let body = r#"{"status": "SUCCEEDED", "output": "{\"b\":3}", "nextState": "Next",
        "inspectionData": {"variables": "{\"v\":4}"}}"#;
    let retriable = r#"{"status": "RETRIABLE", "error": "Busy", "cause": "now"}"#;
    let stub = Stub::start(vec![Answer::ok(body), Answer::ok(retriable)]);
    let machines = stub.connect().await.machines;
    let result = state_test(Some(StateMock::Result(r#"{"r":1}"#.to_owned())), 0);
    let expected = TestedState {
        status: TestedStatus::Succeeded,
        output: Some(r#"{"b":3}"#.to_owned()),
        error: None,
        cause: None,
        next: Some("Next".to_owned()),
        variables: Some(r#"{"v":4}"#.to_owned()),
    };
    assert_eq!(machines.test_state(&result).await.unwrap(), expected);
    let (error, cause) = (Some("Busy".to_owned()), Some("now".to_owned()));
    let failing = state_test(Some(StateMock::Error { error, cause }), 2);
    let retried = machines.test_state(&failing).await.unwrap();
    assert_eq!((retried.status, retried.error.as_deref()), (TestedStatus::Retriable, Some("Busy")));

    assert_eq!(stub.requests()[0].header("x-amz-target"), "AWSStepFunctions.TestState");
    let context = r#"{"Execution":{}}"#;
    let result = serde_json::json!({
        "context": context,
        "mock": { "result": r#"{"r":1}"#, "fieldValidationMode": "PRESENT" },
    });
    let output = serde_json::json!({ "error": "Busy", "cause": "now" });
    let error = serde_json::json!({
        "context": context,
        "mock": { "errorOutput": output, "fieldValidationMode": "PRESENT" },
        "stateConfiguration": { "retrierRetryCount": 2 },
    });
    assert_eq!(asked(&stub), [test_state(result), test_state(error)]);
}

#[tokio::test]
async fn without_a_mock_a_state_is_tested_without_context_and_role() {
    let statuses = ["CAUGHT_ERROR", "FAILED", "SOMETHING_NEW"];
    let answers = statuses.map(|status| Answer::ok(format!(r#"{{"status": "{status}"}}"#)));
    let odd = r#"{"__type": "ValidationException", "message": "the mock is odd"}"#;
    let refusal = Answer::status(400, odd);
    let stub = Stub::start(answers.into_iter().chain([refusal]).collect());
    let machines = stub.connect().await.machines;
    let other = TestedStatus::Other("SOMETHING_NEW".to_owned());
    for status in [TestedStatus::CaughtError, TestedStatus::Failed, other] {
        assert_eq!(machines.test_state(&state_test(None, 0)).await.unwrap().status, status);
    }
    let refused = machines.test_state(&state_test(None, 0)).await.unwrap_err();
    assert_eq!((refused.kind, &*refused.message), (ErrorKind::Invalid, "the mock is odd"));
    assert_eq!(asked(&stub)[0], test_state(serde_json::json!({})));
}
