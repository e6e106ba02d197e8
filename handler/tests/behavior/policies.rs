//! `ON_FAILURE`: what is answered when the state machine did not decide.

use handler::memory::Fault;
use handler::on_failure::OnFailure;
use handler::trace::Path;

use crate::world::{
    BOUNCE, DELIVER, DROP, EVENT, KEY, World, execution, failing, minutes, succeeding,
};

const JUNK: &str = r#"{"actions":[{"action":{"type":"MOVE_TO_JUNK"},"allRecipients":true}]}"#;

#[tokio::test(start_paused = true)]
async fn each_policy_answers_its_verdict_for_a_failed_execution() {
    for (policy, verdict) in [
        (OnFailure::Default, DELIVER),
        (OnFailure::Bounce, BOUNCE),
        (OnFailure::Drop, DROP),
        (OnFailure::Junk, JUNK),
    ] {
        let world = World::new(failing(10)).policy(policy);
        let invoked = world.invoke().await;
        assert_eq!(invoked.verdict(), verdict);
        assert_eq!(invoked.trace.policy, Some(policy));
    }
}

#[tokio::test(start_paused = true)]
async fn each_policy_answers_for_an_output_that_is_not_a_verdict() {
    let world = World::new(succeeding(10, "null")).policy(OnFailure::Drop);
    let invoked = world.invoke().await;
    assert_eq!(invoked.verdict(), DROP);
    assert_eq!(invoked.trace.findings[0].code, "null");
}

#[tokio::test(start_paused = true)]
async fn the_policy_retry_fails_and_records_nothing() {
    let world = World::new(succeeding(10, "null"));
    let invoked = world.invoke().await;
    assert_eq!(invoked.error_type(), "InvalidVerdict");
    let message = invoked.error_message();
    let expected = "the output of the execution is not a valid verdict: $: the output is null";
    assert!(message.starts_with(expected), "{message}");
    assert_eq!(world.ledger.item(KEY).unwrap().entry.verdict, None);
}

#[tokio::test(start_paused = true)]
async fn a_verdict_by_policy_is_kept_although_a_redrive_succeeds() {
    let world = World::new(failing(10)).policy(OnFailure::Bounce);
    assert_eq!(world.invoke().await.verdict(), BOUNCE);
    assert!(world.executions.redrive(&execution(), &succeeding(0, DELIVER)));
    let invoked = world.invoke_after(minutes(1)).await;
    assert_eq!(invoked.verdict(), BOUNCE);
    assert_eq!(invoked.trace.path, Some(Path::Recorded));
}

#[tokio::test(start_paused = true)]
async fn a_verdict_by_policy_is_kept_although_the_policy_changes() {
    let world = World::new(failing(10)).policy(OnFailure::Bounce);
    assert_eq!(world.invoke().await.verdict(), BOUNCE);
    let world = world.policy(OnFailure::Drop);
    assert_eq!(world.invoke().await.verdict(), BOUNCE);
}

#[tokio::test(start_paused = true)]
async fn junk_cannot_be_expressed_for_outbound_mail_and_fails_instead() {
    let outbound = EVENT.replace("INBOUND", "OUTBOUND");
    let world = World::new(failing(10)).policy(OnFailure::Junk).message(&outbound);
    let invoked = world.invoke().await;
    assert_eq!(invoked.error_type(), "ExecutionFailed");
    assert_eq!(
        invoked.error_message(),
        "the execution ended FAILED with States.TaskFailed \
         (ON_FAILURE=junk cannot be expressed for this message)"
    );
}

#[tokio::test(start_paused = true)]
async fn junk_cannot_be_expressed_without_a_direction_either() {
    // A message without a direction could be outbound: WorkMail would refuse the answer forever.
    let direction = r#""flowDirection": "INBOUND""#;
    for unknown in ["\"_\": 0", r#""flowDirection": null"#, r#""flowDirection": "inbound""#] {
        let event = EVENT.replace(direction, unknown);
        assert_ne!(event, EVENT);
        for script in [failing(10), succeeding(10, "null")] {
            let world = World::new(script).policy(OnFailure::Junk).message(&event);
            let invoked = world.invoke().await;
            assert!(invoked.error_message().contains("cannot be expressed"), "{invoked:?}");
            assert_eq!(world.ledger.item(KEY).unwrap().entry.verdict, None);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn no_policy_applies_to_failures_of_the_handler() {
    let world = World::new(succeeding(10, DROP)).policy(OnFailure::Default);
    world.flow.ledger.plan("claim", Fault::Before);
    assert_eq!(world.invoke().await.error_type(), "LedgerUnavailable");
    world.flow.executions.plan("start", Fault::Before);
    assert_eq!(world.invoke().await.error_type(), "ExecutionsUnavailable");
    world.flow.executions.plan("describe", Fault::Before);
    assert_eq!(world.invoke().await.error_type(), "ExecutionsUnavailable");
    assert_eq!(world.invoke().await.verdict(), DROP);
}

#[tokio::test(start_paused = true)]
async fn no_policy_applies_to_a_running_execution() {
    let world = World::new(succeeding(600_000, DROP)).policy(OnFailure::Default);
    assert_eq!(world.invoke().await.error_type(), "NotReady");
}
