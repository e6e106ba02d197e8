//! Invocations that end at any point, and what the next one finds.

use std::time::Duration;

use handler::memory::{Fault, Script};
use handler::on_failure::OnFailure;
use handler::trace::Path;

use crate::world::{BOUNCE, DELIVER, DROP, KEY, World, failing, minutes, ms, succeeding};

#[tokio::test(start_paused = true)]
async fn a_crash_before_the_claim_has_no_effect() {
    let world = World::new(succeeding(10, DELIVER));
    world.flow.ledger.plan("claim", Fault::Before);
    let invoked = world.invoke().await;
    assert_eq!(invoked.error_type(), "LedgerUnavailable");
    assert_eq!(
        invoked.error_message(),
        "cannot give a verdict without the deduplication table: cannot access the deduplication table: \
         claim failed with InternalServerError"
    );
    assert!(world.executions.started().is_empty());
    assert_eq!(world.invoke().await.trace.path, Some(Path::First));
}

#[tokio::test(start_paused = true)]
async fn an_execution_that_was_only_claimed_is_started_by_the_next_invocation() {
    for lost in [("claim", Fault::After), ("start", Fault::Before)] {
        let world = World::new(succeeding(500, DELIVER));
        world.flow.ledger.plan(lost.0, lost.1);
        world.flow.executions.plan(lost.0, lost.1);
        world.invoke().await.error_type();
        let invoked = world.invoke().await;
        assert_eq!(invoked.verdict(), DELIVER);
        assert_eq!(invoked.trace.path, Some(Path::Resumed));
        world.assert_one_execution();
    }
}

#[tokio::test(start_paused = true)]
async fn an_execution_that_was_started_is_found_by_the_next_invocation() {
    for end in [10, 120_000] {
        let world = World::new(succeeding(end, DELIVER));
        world.flow.executions.plan("start", Fault::After);
        assert_eq!(world.invoke().await.error_type(), "ExecutionsUnavailable");
        let invoked = world.invoke_after(minutes(3)).await;
        assert_eq!(invoked.verdict(), DELIVER);
        assert_eq!(invoked.trace.path, Some(Path::Retry));
        assert_eq!(world.count("StartExecution"), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn after_the_start_a_lagging_read_leads_to_an_equal_start() {
    let world = World::new(succeeding(60_000, DELIVER));
    world.executions.set_lag(ms(200));
    world.flow.executions.plan("start", Fault::After);
    world.invoke().await.error_type();
    // Nothing is visible yet, so the retry starts it again. This is the same execution.
    assert_eq!(world.invoke().await.trace.path, Some(Path::Resumed));
    world.assert_one_execution();
    assert_eq!(world.invoke_after(minutes(2)).await.verdict(), DELIVER);
}

#[tokio::test(start_paused = true)]
async fn after_the_look_the_next_invocation_looks_again() {
    let world = World::new(succeeding(10, DELIVER));
    let world = world.wait(0);
    world.flow.executions.plan("describe", Fault::After);
    assert_eq!(world.invoke().await.error_type(), "ExecutionsUnavailable");
    assert_eq!(world.invoke_after(ms(10)).await.verdict(), DELIVER);
}

#[tokio::test(start_paused = true)]
async fn a_verdict_that_could_not_be_recorded_is_not_answered() {
    let script = Script::new().exits(ms(10), "Decide", Some(DROP));
    let world = World::new(script.exits(ms(5_000), "Decide", Some(DELIVER))).output_state("Decide");
    world.flow.ledger.plan("record", Fault::Before);
    assert_eq!(world.invoke().await.error_type(), "LedgerUnavailable");
    // No answer was given, so the newest exit decides.
    assert_eq!(world.invoke_after(minutes(1)).await.verdict(), DELIVER);
}

#[tokio::test(start_paused = true)]
async fn a_verdict_whose_recording_was_not_confirmed_is_kept() {
    let script = Script::new().exits(ms(10), "Decide", Some(DROP));
    let world = World::new(script.exits(ms(5_000), "Decide", Some(DELIVER))).output_state("Decide");
    world.flow.ledger.plan("record", Fault::After);
    assert_eq!(world.invoke().await.error_type(), "LedgerUnavailable");
    assert_eq!(world.invoke_after(minutes(1)).await.verdict(), DROP);
}

#[tokio::test(start_paused = true)]
async fn a_verdict_is_recorded_even_if_the_entry_was_deleted() {
    let world = World::new(failing(500)).policy(OnFailure::Bounce);
    let invoking = world.clone();
    let invocation = tokio::spawn(async move { invoking.invoke().await });
    tokio::time::sleep(ms(100)).await;
    world.ledger.delete_expired(i64::MAX);
    assert_eq!(invocation.await.unwrap().verdict(), BOUNCE);
    let entry = world.ledger.item(KEY).unwrap().entry;
    assert_eq!(entry.verdict.unwrap().as_str(), BOUNCE);
}

#[tokio::test(start_paused = true)]
async fn a_request_without_an_answer_fails_before_lambda_times_out() {
    for operation in ["claim", "start", "describe"] {
        let world = World::new(succeeding(10, DELIVER));
        world.flow.ledger.plan(operation, Fault::Silence);
        world.flow.executions.plan(operation, Fault::Silence);
        let invoked = world.invoke().await;
        assert_eq!(invoked.error_type(), "OutOfTime");
        assert_eq!(invoked.took, Duration::from_millis(13_500));
        assert_eq!(world.invoke().await.verdict(), DELIVER);
        world.assert_one_execution();
    }
}

#[tokio::test(start_paused = true)]
async fn a_look_that_fails_is_repeated_while_there_is_patience() {
    let world = World::new(succeeding(10, DELIVER));
    world.flow.executions.plan("describe", Fault::Before);
    let invoked = world.invoke().await;
    assert_eq!((invoked.verdict(), invoked.took), (DELIVER, ms(250)));
}
