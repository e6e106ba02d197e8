//! The invocation that starts the execution.

use std::time::Duration;

use handler::trace::{OutcomeWord, Path};

use crate::world::{DELIVER, EVENT, EXECUTION, KEY, START_TIME, World, minutes, ms, succeeding};

#[tokio::test(start_paused = true)]
async fn answers_the_moment_the_execution_is_done() {
    let world = World::new(succeeding(40, DELIVER)).wait(13_000);
    let invoked = world.invoke().await;
    assert_eq!(invoked.verdict(), DELIVER);
    assert_eq!(invoked.took, ms(50));
    assert_eq!(invoked.trace.path, Some(Path::First));
    assert_eq!(invoked.trace.outcome, Some(OutcomeWord::Succeeded));
    assert_eq!(invoked.trace.calls, 3);
    assert_eq!(world.executions.calls(), ["StartExecution", "DescribeExecution"]);
}

#[tokio::test(start_paused = true)]
async fn fails_as_not_ready_when_the_wait_is_over() {
    let world = World::new(succeeding(5_000, DELIVER));
    let invoked = world.invoke().await;
    assert_eq!(invoked.error_type(), "NotReady");
    assert_eq!(invoked.took, Duration::from_secs(1));
    assert_eq!(invoked.trace.outcome, Some(OutcomeWord::Running));
}

#[tokio::test(start_paused = true)]
async fn looks_a_last_time_at_the_end_of_the_wait() {
    let world = World::new(succeeding(999, DELIVER));
    assert_eq!(world.invoke().await.verdict(), DELIVER);
}

#[tokio::test(start_paused = true)]
async fn looks_once_even_without_a_wait() {
    let world = World::new(succeeding(0, DELIVER)).wait(0);
    let invoked = world.invoke().await;
    assert_eq!(invoked.verdict(), DELIVER);
    assert_eq!(invoked.took, Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn waits_a_fraction_of_a_second_if_configured() {
    let world = World::new(succeeding(5_000, DELIVER)).wait(500);
    assert_eq!(world.invoke().await.took, ms(500));
}

#[tokio::test(start_paused = true)]
async fn never_waits_into_the_end_of_the_invocation() {
    let world = World::new(succeeding(60_000, DELIVER)).wait(13_000);
    let invoked = world.invoke().await;
    assert_eq!(invoked.error_type(), "NotReady");
    assert_eq!(invoked.took, Duration::from_secs(12));
}

#[tokio::test(start_paused = true)]
async fn starts_with_the_bytes_of_the_event_under_its_own_id() {
    let world = World::new(succeeding(0, DELIVER));
    world.invoke().await.verdict();
    let started: Vec<(String, String)> = world.executions.started().into_iter().collect();
    assert_eq!(started, [(EXECUTION.to_owned(), EVENT.to_owned())]);
}

#[tokio::test(start_paused = true)]
async fn claims_for_as_long_as_work_mail_may_retry() {
    let world = World::new(succeeding(0, DELIVER));
    world.invoke().await.verdict();
    let item = world.ledger.item(KEY).unwrap();
    assert_eq!(item.entry.execution_arn.to_string(), EXECUTION);
    assert_eq!(item.expires_at, START_TIME + 14_400);
}

#[tokio::test(start_paused = true)]
async fn does_not_record_what_can_be_read_again() {
    let world = World::new(succeeding(0, DELIVER));
    world.invoke().await.verdict();
    assert_eq!(world.ledger.item(KEY).unwrap().entry.verdict, None);
}

#[tokio::test(start_paused = true)]
async fn an_execution_that_cannot_be_seen_yet_is_pending() {
    let world = World::new(succeeding(0, DELIVER));
    world.executions.set_lag(ms(300));
    let invoked = world.invoke().await;
    assert_eq!(invoked.verdict(), DELIVER);
    assert_eq!(invoked.took, ms(1_000));
    assert_eq!(world.count("StartExecution"), 1);
}

#[tokio::test(start_paused = true)]
async fn a_success_whose_output_cannot_be_seen_yet_is_pending() {
    let world = World::new(succeeding(10, DELIVER));
    world.executions.set_output_lag(ms(500));
    let invoked = world.invoke().await;
    assert_eq!(invoked.verdict(), DELIVER);
    assert_eq!(invoked.took, ms(1_000));
}

#[tokio::test(start_paused = true)]
async fn an_output_that_is_later_than_the_wait_is_answered_to_a_retry() {
    let world = World::new(succeeding(10, DELIVER));
    world.executions.set_output_lag(minutes(1));
    assert_eq!(world.invoke().await.error_type(), "NotReady");
    assert_eq!(world.invoke_after(minutes(2)).await.verdict(), DELIVER);
}
