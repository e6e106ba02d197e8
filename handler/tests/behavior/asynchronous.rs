//! Asynchronous rules: claim, start, answer at once. Lambda repeats what fails, and can repeat what
//! does not.

use handler::memory::{Fault, Script};
use handler::rule::Rule;
use handler::trace::{OutcomeWord, Path};

use crate::world::{DELIVER, DROP, World, failing, minutes, ms, succeeding};

#[tokio::test(start_paused = true)]
async fn answers_without_waiting_for_the_execution() {
    let world = World::new(succeeding(60_000, DROP)).wait(13_000).asynchronous();
    let invoked = world.invoke().await;
    assert_eq!(invoked.verdict(), DELIVER);
    assert_eq!(invoked.took, ms(0));
    assert_eq!((invoked.trace.path, invoked.trace.outcome), (Some(Path::First), None));
    assert_eq!((invoked.trace.rule, invoked.trace.calls), (Rule::Asynchronous, 2));
    assert_eq!(invoked.trace.actions, [""; 0], "the answer is no verdict, and not counted as one");
    assert_eq!(world.executions.calls(), ["StartExecution"]);
    world.assert_one_execution();
}

#[tokio::test(start_paused = true)]
async fn a_repetition_starts_nothing_and_never_fails_because_of_the_execution() {
    for script in [succeeding(0, "null"), failing(0), succeeding(600_000, DROP)] {
        let world = World::new(script).asynchronous();
        assert_eq!(world.invoke().await.verdict(), DELIVER);
        for _ in 0..2 {
            let repeated = world.invoke_after(minutes(1)).await;
            assert_eq!(repeated.verdict(), DELIVER);
            assert_eq!(repeated.trace.path, Some(Path::Retry));
        }
        assert_eq!(world.count("StartExecution"), 1);
        world.assert_one_execution();
    }
}

#[tokio::test(start_paused = true)]
async fn a_repetition_starts_what_a_crash_left_claimed_only() {
    for (operation, fault) in [("claim", Fault::After), ("start", Fault::Before)] {
        let world = World::new(succeeding(10, DROP)).asynchronous();
        world.flow.ledger.plan(operation, fault);
        world.flow.executions.plan(operation, fault);
        world.invoke().await.error_type();
        let repeated = world.invoke_after(minutes(1)).await;
        assert_eq!(repeated.verdict(), DELIVER);
        assert_eq!(repeated.trace.path, Some(Path::Resumed));
        assert_eq!(repeated.trace.outcome, Some(OutcomeWord::Missing));
        world.assert_one_execution();
    }
}

#[tokio::test(start_paused = true)]
async fn an_entry_that_is_gone_leads_to_the_same_execution() {
    let world = World::new(succeeding(10, DROP)).asynchronous();
    world.invoke().await.verdict();
    world.ledger.delete_expired(i64::MAX);
    let repeated = world.invoke_after(minutes(360)).await;
    assert_eq!(repeated.verdict(), DELIVER);
    assert_eq!(repeated.trace.path, Some(Path::First));
    world.assert_one_execution();
}

#[tokio::test(start_paused = true)]
async fn fails_if_the_execution_cannot_be_started() {
    let world = World::new(Script::new()).asynchronous();
    world.flow.executions.plan("start", Fault::Before);
    assert_eq!(world.invoke().await.error_type(), "ExecutionsUnavailable");
    assert!(world.executions.started().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_message_of_the_other_kind_of_rule_is_found_again() {
    // The setting changes while a message waits.
    let mut world = World::new(succeeding(5_000, DROP)).wait(0);
    assert_eq!(world.invoke().await.error_type(), "NotReady");
    world.flow.rule = Rule::Asynchronous;
    assert_eq!(world.invoke().await.verdict(), DELIVER);
    world.flow.rule = Rule::Synchronous;
    assert_eq!(world.invoke_after(minutes(1)).await.verdict(), DROP);
    world.assert_one_execution();
}
