//! The terms of a claim apply to its message even if the settings change.

use handler::memory::{Fault, Script};
use handler::on_failure::OnFailure;
use handler::origin::Origin;

use crate::world::{
    BOUNCE, DELIVER, DROP, KEY, START_TIME, World, execution, failing, minutes, ms, succeeding,
};

/// The output of the state and the output of the execution are different verdicts.
fn disagreeing() -> Script {
    Script::new().exits(ms(10), "Decide", Some(DROP)).succeeds(ms(20), DELIVER)
}

#[tokio::test(start_paused = true)]
async fn a_verdict_is_kept_when_the_output_state_is_set_later() {
    let mut world = World::new(disagreeing());
    assert_eq!(world.invoke().await.verdict(), DELIVER);
    world = world.output_state("Decide");
    let invoked = world.invoke_after(minutes(1)).await;
    assert_eq!(invoked.verdict(), DELIVER);
    assert_eq!(invoked.trace.calls, 2);
}

#[tokio::test(start_paused = true)]
async fn a_verdict_is_kept_when_the_output_state_is_no_longer_set() {
    let script = Script::new().succeeds(ms(20), DELIVER);
    let mut world = World::new(script).output_state("Skipped");
    assert_eq!(world.invoke().await.verdict(), DELIVER);
    world.flow.origin = Origin::Execution;
    assert_eq!(world.invoke_after(minutes(1)).await.verdict(), DELIVER);
    assert_eq!(world.count("DescribeExecution"), 0);
}

#[tokio::test(start_paused = true)]
async fn the_setting_applies_to_an_entry_without_an_origin() {
    for (world, verdict) in [
        (World::new(disagreeing()), DELIVER),
        (World::new(disagreeing()).output_state("Decide"), DROP),
    ] {
        world.put_claim(execution());
        assert_eq!(world.invoke().await.verdict(), verdict);
        assert_eq!(world.invoke_after(minutes(1)).await.verdict(), verdict);
    }
}

#[tokio::test(start_paused = true)]
async fn the_success_of_a_redriven_execution_is_recorded() {
    for state in [Origin::Execution, Origin::State("Skipped".to_owned())] {
        let mut world = World::new(failing(10));
        world.flow.origin = state;
        assert_eq!(world.invoke().await.error_type(), "ExecutionFailed");
        assert!(world.executions.redrive(&execution(), &succeeding(10, DROP)));
        assert_eq!(world.invoke_after(minutes(1)).await.verdict(), DROP);
        let recorded = world.ledger.item(KEY).unwrap().entry.verdict;
        assert_eq!(recorded.as_deref(), Some(DROP));
    }
}

#[tokio::test(start_paused = true)]
async fn a_late_record_of_a_policy_cannot_replace_the_verdict_of_a_redrive() {
    // One invocation has seen the failure. Its record takes effect only after the redrive
    // succeeded and another invocation answered.
    let world = World::new(failing(10)).policy(OnFailure::Bounce);
    world.flow.ledger.plan("record", Fault::Before);
    assert_eq!(world.invoke().await.error_type(), "LedgerUnavailable");
    assert!(world.executions.redrive(&execution(), &succeeding(10, DROP)));
    assert_eq!(world.invoke_after(minutes(1)).await.verdict(), DROP);
    let late = world.ledger.item(KEY).unwrap().entry.verdict;
    assert_eq!(late.as_deref(), Some(DROP), "the late record finds a verdict and keeps it");
    assert_eq!(world.invoke().await.verdict(), DROP);
}

#[tokio::test(start_paused = true)]
async fn a_recorded_verdict_is_checked_before_it_is_answered() {
    for (recorded, code) in [("{", "not-json"), (r#"{"actions":[]}"#, "no-action")] {
        let world = World::new(failing(10)).policy(OnFailure::Bounce);
        world.invoke().await.verdict();
        let mut item = world.ledger.item(KEY).unwrap();
        item.entry.verdict = Some(recorded.to_owned());
        world.ledger.put(KEY, item);
        let invoked = world.invoke().await;
        assert_eq!(invoked.error_type(), "InvalidVerdict");
        let message = invoked.error_message();
        assert!(message.contains("the output of the deduplication table is not a valid verdict"));
        assert_eq!(invoked.trace.findings[0].code, code);
    }
}

#[tokio::test(start_paused = true)]
async fn a_state_machine_can_record_its_verdict_itself() {
    let world = World::new(Script::new());
    assert_eq!(world.invoke().await.error_type(), "NotReady");
    let mut item = world.ledger.item(KEY).unwrap();
    item.entry.verdict = Some(BOUNCE.replace("true", "\"True\""));
    world.ledger.put(KEY, item);
    let invoked = world.invoke().await;
    assert_eq!((invoked.verdict(), invoked.trace.calls), (BOUNCE, 1));
}

#[tokio::test(start_paused = true)]
async fn the_time_of_the_claim_is_known_to_every_invocation() {
    let world = World::new(Script::new());
    assert_eq!(world.invoke().await.trace.claimed_at, Some(START_TIME));
    assert_eq!(world.invoke_after(minutes(5)).await.trace.claimed_at, Some(START_TIME));
}
