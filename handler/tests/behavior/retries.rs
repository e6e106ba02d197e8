//! Invocations after the first one.

use std::time::Duration;

use handler::executions::{EndStatus, Ending};
use handler::memory::Script;
use handler::trace::{OutcomeWord, Path};

use crate::world::{
    DELIVER, DROP, EXECUTION, KEY, START_TIME, World, execution, failed, failing, minutes, ms,
    succeeding,
};

#[tokio::test(start_paused = true)]
async fn a_retry_of_a_running_execution_looks_once_and_does_not_wait() {
    let world = World::new(succeeding(600_000, DELIVER));
    world.invoke().await;
    let before = world.executions.calls().len();
    let invoked = world.invoke_after(minutes(1)).await;
    assert_eq!(invoked.error_type(), "NotReady");
    assert_eq!(invoked.took, Duration::ZERO);
    assert_eq!(invoked.trace.path, Some(Path::Retry));
    assert_eq!(invoked.trace.calls, 2);
    assert_eq!(world.executions.calls()[before..], ["DescribeExecution"]);
}

#[tokio::test(start_paused = true)]
async fn a_retry_after_the_end_answers_with_two_requests() {
    let world = World::new(succeeding(5_000, DELIVER));
    world.invoke().await;
    let invoked = world.invoke_after(minutes(1)).await;
    assert_eq!(invoked.verdict(), DELIVER);
    assert_eq!(invoked.trace.calls, 2);
    world.assert_one_execution();
}

#[tokio::test(start_paused = true)]
async fn a_retry_does_not_move_the_expiry_of_the_entry() {
    let world = World::new(succeeding(600_000, DELIVER));
    world.invoke().await;
    world.invoke_after(minutes(5)).await;
    assert_eq!(world.ledger.item(KEY).unwrap().expires_at, START_TIME + 14_400);
}

#[tokio::test(start_paused = true)]
async fn an_expired_entry_that_is_not_deleted_yet_is_still_valid() {
    let world = World::new(succeeding(5_000, DELIVER));
    world.invoke().await;
    let invoked = world.invoke_after(minutes(600)).await;
    assert!(world.ledger.item(KEY).unwrap().expires_at < world.epoch_seconds());
    assert_eq!(invoked.verdict(), DELIVER);
    assert_eq!(world.count("StartExecution"), 1);
}

#[tokio::test(start_paused = true)]
async fn a_deleted_entry_leads_to_the_same_execution() {
    let world = World::new(succeeding(5_000, DELIVER));
    world.invoke().await;
    tokio::time::sleep(minutes(600)).await;
    world.ledger.delete_expired(world.epoch_seconds());
    assert!(world.ledger.is_empty());
    let invoked = world.invoke().await;
    assert_eq!(invoked.verdict(), DELIVER);
    assert_eq!(invoked.trace.path, Some(Path::First));
    assert_eq!(world.count("StartExecution"), 2);
    world.assert_one_execution();
}

#[tokio::test(start_paused = true)]
async fn deleting_the_entry_of_a_running_execution_starts_nothing_new() {
    let world = World::new(succeeding(600_000, DELIVER));
    world.invoke().await;
    world.ledger.delete_expired(i64::MAX);
    assert_eq!(world.invoke_after(minutes(1)).await.error_type(), "NotReady");
    assert_eq!(world.invoke_after(minutes(10)).await.verdict(), DELIVER);
    world.assert_one_execution();
}

#[tokio::test(start_paused = true)]
async fn an_entry_of_the_original_application_is_taken_over() {
    let world = World::new(succeeding(5_000, DELIVER));
    world.put_claim(execution());
    let invoked = world.invoke().await;
    // The execution does not exist, so the invocation starts it and waits for it.
    assert_eq!(invoked.error_type(), "NotReady");
    assert_eq!(invoked.trace.path, Some(Path::Resumed));
    assert_eq!(world.invoke_after(minutes(1)).await.verdict(), DELIVER);
    assert_eq!(world.executions.started().into_keys().collect::<Vec<_>>(), [EXECUTION]);
}

#[tokio::test(start_paused = true)]
async fn every_unsuccessful_end_has_its_own_message_and_is_reported_at_once() {
    for (status, word) in [
        (EndStatus::Failed, OutcomeWord::Failed),
        (EndStatus::TimedOut, OutcomeWord::TimedOut),
        (EndStatus::Aborted, OutcomeWord::Aborted),
    ] {
        let ending = Ending { status, ..failed() };
        let world = World::new(Script::new().ends(ms(10), ending));
        for invoked in [world.invoke().await, world.invoke_after(minutes(1)).await] {
            assert_eq!(invoked.error_type(), "ExecutionFailed");
            let expected =
                format!("the execution ended {} with States.TaskFailed", status.as_str());
            assert_eq!(invoked.error_message(), expected);
            assert_eq!(invoked.trace.outcome, Some(word));
        }
        world.assert_one_execution();
    }
}

#[tokio::test(start_paused = true)]
async fn an_error_name_made_of_data_is_not_repeated() {
    let error = Some("no mailbox for someone@example.com".to_owned());
    let ending = Ending { status: EndStatus::Failed, error };
    let world = World::new(Script::new().ends(ms(10), ending));
    assert_eq!(world.invoke().await.error_message(), "the execution ended FAILED");
}

#[tokio::test(start_paused = true)]
async fn a_redriven_execution_can_still_decide() {
    let world = World::new(failing(10));
    assert_eq!(world.invoke().await.error_type(), "ExecutionFailed");
    assert!(world.executions.redrive(&execution(), &succeeding(120_000, DROP)));
    assert_eq!(world.invoke_after(minutes(1)).await.error_type(), "NotReady");
    assert_eq!(world.invoke_after(minutes(2)).await.verdict(), DROP);
    world.assert_one_execution();
}

#[tokio::test(start_paused = true)]
async fn an_execution_that_is_found_by_its_name_is_looked_at_at_once() {
    let world = World::new(succeeding(5_000, DELIVER));
    world.invoke().await;
    tokio::time::sleep(minutes(600)).await;
    world.ledger.delete_expired(world.epoch_seconds());
    let invoked = world.invoke().await;
    assert_eq!((invoked.verdict(), invoked.took), (DELIVER, Duration::ZERO));
    assert_eq!(invoked.trace.calls, 3);
}
