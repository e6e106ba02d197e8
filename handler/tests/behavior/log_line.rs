//! The log line of an invocation.

use handler::error::InvocationError;
use handler::memory::Script;
use handler::on_failure::OnFailure;
use handler::telemetry::{self, Subject};
use jiff::Timestamp;
use snapbox::{assert_data_eq, str};

use crate::world::{DELIVER, Invoked, START_TIME, World, failing, ms, succeeding};

fn line(invoked: &Invoked, error: Option<&InvocationError>) -> String {
    let subject = Subject {
        timestamp: Timestamp::from_second(START_TIME).unwrap(),
        request_id: "request-1",
        message_id: Some("message-1"),
        invocation_id: Some("invocation-1"),
        event: None,
    };
    let mut log = Vec::new();
    let line = telemetry::line(subject, &invoked.trace, error, invoked.took, None);
    telemetry::write(&mut log, &line).unwrap();
    String::from_utf8(log).unwrap()
}

#[tokio::test(start_paused = true)]
async fn an_answer() {
    let invoked = World::new(succeeding(10, DELIVER)).invoke().await;
    assert_data_eq!(
        line(&invoked, None),
        str![[r#"
{"timestamp":"2027-01-15T08:00:00Z","level":"INFO","message":"answered","requestId":"request-1","messageId":"message-1","invocationId":"invocation-1","executionArn":"arn:aws:states:us-east-1:123456789012:execution:Flow:00000000000000000000000000000000","path":"first","outcome":"succeeded","actions":["DEFAULT"],"calls":3,"milliseconds":50}

"#]]
    );
}

#[tokio::test(start_paused = true)]
async fn an_execution_that_still_runs() {
    let invoked = World::new(Script::new()).invoke().await;
    assert_data_eq!(
        line(&invoked, Some(&InvocationError::NotReady)),
        str![[r#"
{"timestamp":"2027-01-15T08:00:00Z","level":"INFO","message":"no verdict","requestId":"request-1","messageId":"message-1","invocationId":"invocation-1","executionArn":"arn:aws:states:us-east-1:123456789012:execution:Flow:00000000000000000000000000000000","path":"first","outcome":"running","errorType":"NotReady","errorMessage":"the execution has not decided yet; the next invocation checks again","calls":5,"milliseconds":1000}

"#]]
    );
}

#[tokio::test(start_paused = true)]
async fn a_verdict_by_policy() {
    let invoked = World::new(failing(10)).policy(OnFailure::Bounce).invoke().await;
    assert_data_eq!(
        line(&invoked, None),
        str![[r#"
{"timestamp":"2027-01-15T08:00:00Z","level":"WARN","message":"answered","requestId":"request-1","messageId":"message-1","invocationId":"invocation-1","executionArn":"arn:aws:states:us-east-1:123456789012:execution:Flow:00000000000000000000000000000000","path":"first","outcome":"failed","actions":["BOUNCE"],"policy":"bounce","calls":4,"milliseconds":50}

"#]]
    );
}

#[tokio::test(start_paused = true)]
async fn a_skipped_output_state_and_findings() {
    let output = r#"{"actions":[
        {"action":{"type":"DROP"},"recipients":["recipient1@example.com","a@example.com"]},
        {"action":{"type":"DEFAULT"},"recipients":["a@example.com"],"allRecipients":"False"}]}"#;
    let script = Script::new().succeeds(ms(10), output);
    let invoked = World::new(script).output_state("Decide").invoke().await;
    assert_data_eq!(
        line(&invoked, None),
        str![[r#"
{"timestamp":"2027-01-15T08:00:00Z","level":"WARN","message":"answered","requestId":"request-1","messageId":"message-1","invocationId":"invocation-1","executionArn":"arn:aws:states:us-east-1:123456789012:execution:Flow:00000000000000000000000000000000","path":"first","outcome":"succeeded","actions":["DROP","DEFAULT"],"outputStateSkipped":true,"findings":["recipient-named-twice","string-boolean","uncovered-recipients"],"calls":3,"milliseconds":50}

"#]]
    );
    assert!(!line(&invoked, None).contains('@'));
}

#[tokio::test(start_paused = true)]
async fn a_start_under_an_asynchronous_rule() {
    let invoked = World::new(succeeding(10, DELIVER)).asynchronous().invoke().await;
    assert_data_eq!(
        line(&invoked, None),
        str![[r#"
{"timestamp":"2027-01-15T08:00:00Z","level":"INFO","message":"started","rule":"asynchronous","requestId":"request-1","messageId":"message-1","invocationId":"invocation-1","executionArn":"arn:aws:states:us-east-1:123456789012:execution:Flow:00000000000000000000000000000000","path":"first","outcome":null,"calls":2,"milliseconds":0}

"#]]
    );
}
