//! The faults of the original application. Each test shows that the handler does not have one.

use std::time::Duration;

use handler::arn::ExecutionName;
use handler::memory::{MemoryExecutions, Script};

use crate::world::{
    DELIVER, DROP, EVENT, KEY, MACHINE, OTHER_MACHINE, World, failing, machine, minutes, ms,
    succeeding,
};

/// A failed execution looked like a running one until WorkMail's rule timed out.
#[tokio::test(start_paused = true)]
async fn a_failed_execution_is_not_mistaken_for_a_running_one() {
    assert_eq!(World::new(failing(10)).invoke().await.error_type(), "ExecutionFailed");
    assert_eq!(World::new(Script::new()).invoke().await.error_type(), "NotReady");
}

/// Only the first hundred events of a history were read.
#[tokio::test(start_paused = true)]
async fn an_execution_of_any_length_answers() {
    let world = World::new(Script::new().noise(ms(10), 24_990).succeeds(ms(20), DELIVER));
    assert_eq!(world.invoke().await.verdict(), DELIVER);
    assert_eq!(world.count("GetExecutionHistory"), 0);
}

/// Outputs were sent to WorkMail unchecked, and WorkMail rejected them silently on every retry.
#[tokio::test(start_paused = true)]
async fn an_invalid_output_is_reported_with_its_path() {
    let output = r#"{"actions":[{"action":{"type":"QUARANTINE"},"allRecipients":true}]}"#;
    let invoked = World::new(succeeding(10, output)).invoke().await;
    assert_eq!(invoked.error_type(), "InvalidVerdict");
    assert_eq!(
        invoked.error_message(),
        "the output of the execution is not a valid verdict: $.actions[0].action.type: \
         `QUARANTINE` is not one of BOUNCE, DROP, DEFAULT, BYPASS_SPAM_CHECK, MOVE_TO_JUNK (unknown-type)"
    );
}

/// Every invocation slept for the full wait time, including each retry.
#[tokio::test(start_paused = true)]
async fn no_invocation_waits_longer_than_needed() {
    let world = World::new(succeeding(40, DELIVER)).wait(13_000);
    assert_eq!(world.invoke().await.took, ms(50));
    assert_eq!(world.invoke().await.took, Duration::ZERO);
}

/// After a state machine was replaced, a message in flight got a second execution.
#[tokio::test(start_paused = true)]
async fn a_message_stays_with_the_machine_that_it_was_claimed_for() {
    let mut world = World::new(succeeding(60_000, DROP));
    world.invoke().await;
    world.flow.machine = machine(OTHER_MACHINE);
    world.executions.set_machine(&machine(OTHER_MACHINE), succeeding(0, DELIVER));
    assert_eq!(world.invoke().await.error_type(), "NotReady");
    assert_eq!(world.invoke_after(minutes(2)).await.verdict(), DROP);
    assert_eq!(world.executions.started().len(), 1);
}

/// The same, if the invocation that claimed the message crashed before it started the execution.
#[tokio::test(start_paused = true)]
async fn a_claimed_message_is_started_on_the_machine_of_its_claim() {
    let world = World::new(succeeding(0, DELIVER));
    world.executions.set_machine(&machine(OTHER_MACHINE), succeeding(0, DROP));
    let execution_arn = machine(OTHER_MACHINE).execution(&ExecutionName::from_key(KEY));
    world.put_claim(execution_arn.clone());
    assert_eq!(world.invoke().await.verdict(), DROP);
    let started: Vec<String> = world.executions.started().into_keys().collect();
    assert_eq!(started, [execution_arn.to_string()]);

    let world = World::new(succeeding(0, DELIVER));
    world.put_claim(execution_arn);
    assert_eq!(world.invoke().await.error_type(), "StateMachineUnavailable");
    assert!(world.executions.started().is_empty());
}

/// A missing state machine caused an unspecific error.
#[tokio::test(start_paused = true)]
async fn a_missing_state_machine_has_its_own_type() {
    let world = World::new(Script::new());
    world.executions.remove_machine(&machine(MACHINE));
    let invoked = world.invoke().await;
    assert_eq!(invoked.error_type(), "StateMachineUnavailable");
    assert_eq!(
        invoked.error_message(),
        "cannot give a verdict without the state machine: the state machine cannot be started: \
         Step Functions StartExecution failed with StateMachineDoesNotExist"
    );
}

/// A message whose id is not a valid name of an execution could never be started.
#[tokio::test(start_paused = true)]
async fn any_id_finds_its_execution_again() {
    let world = World::new(succeeding(5_000, DELIVER)).message(&EVENT.replace(KEY, "a b/c:d"));
    assert_eq!(world.invoke().await.error_type(), "NotReady");
    assert_eq!(world.invoke_after(minutes(1)).await.verdict(), DELIVER);
    world.assert_one_execution();
}

/// A crash between the start and the write to the table led to a scan of all executions.
#[tokio::test(start_paused = true)]
async fn an_execution_is_found_without_any_bookkeeping() {
    let world = World::new(succeeding(10, DELIVER));
    world.invoke().await.verdict();
    world.ledger.delete_expired(i64::MAX);
    assert_eq!(world.invoke_after(minutes(1)).await.verdict(), DELIVER);
    world.assert_one_execution();
}

/// An input that was serialized again did not match the running execution.
#[tokio::test(start_paused = true)]
async fn an_execution_with_another_serialization_of_the_event_is_taken_over() {
    let world = World::new(succeeding(60_000, DELIVER));
    let original = world.clone().message(&EVENT.replace('\n', ""));
    original.invoke().await;
    assert_eq!(world.invoke().await.error_type(), "NotReady");
    // This also works after the entry was deleted: the rejected start shows that it exists.
    world.ledger.delete_expired(i64::MAX);
    assert_eq!(world.invoke().await.error_type(), "NotReady");
    assert_eq!(world.invoke_after(minutes(2)).await.verdict(), DELIVER);
    world.assert_one_execution();
}

/// A version or an alias is started as such, and its executions belong to the machine.
#[tokio::test(start_paused = true)]
async fn a_qualified_machine_is_started_qualified() {
    let alias = machine(&format!("{MACHINE}:live"));
    let mut world = World::new(Script::new());
    world.executions = MemoryExecutions::with_machine(&alias, succeeding(5_000, DELIVER));
    world.flow.executions = handler::memory::Faulty::new(world.executions.clone());
    world.flow.machine = alias;
    world.flow.executions.plan("start", handler::memory::Fault::Before);
    world.invoke().await.error_type();
    assert_eq!(world.invoke().await.error_type(), "NotReady");
    assert_eq!(world.invoke_after(minutes(1)).await.verdict(), DELIVER);
    world.assert_one_execution();
}
