//! `MACHINE_STATE_FOR_OUTPUT`: the verdict of a state, while the execution continues.

use handler::memory::Script;
use handler::on_failure::OnFailure;
use handler::trace::{OutcomeWord, Path};

use crate::world::{BOUNCE, DELIVER, DROP, KEY, World, execution, failed, minutes, ms, succeeding};

fn decides(after: u64, output: &str) -> Script {
    Script::new().exits(ms(after), "Decide", Some(output))
}

#[tokio::test(start_paused = true)]
async fn answers_when_the_state_is_exited_although_the_execution_continues() {
    let world = World::new(decides(40, DROP).succeeds(minutes(30), "{}")).output_state("Decide");
    let invoked = world.invoke().await;
    assert_eq!(invoked.verdict(), DROP);
    assert_eq!(invoked.took, ms(50));
    assert_eq!(invoked.trace.outcome, Some(OutcomeWord::Passed));
    assert_eq!(world.count("DescribeExecution"), 0);
}

#[tokio::test(start_paused = true)]
async fn a_retry_gets_the_recorded_verdict_with_one_request() {
    let world = World::new(decides(40, DROP)).output_state("Decide");
    world.invoke().await.verdict();
    let invoked = world.invoke_after(minutes(1)).await;
    assert_eq!(invoked.verdict(), DROP);
    assert_eq!(invoked.trace.path, Some(Path::Recorded));
    assert_eq!(invoked.trace.calls, 1);
}

#[tokio::test(start_paused = true)]
async fn an_early_verdict_is_kept_although_the_execution_fails_later() {
    let script = decides(40, DROP).ends(ms(5_000), failed());
    let world = World::new(script).output_state("Decide").policy(OnFailure::Bounce);
    assert_eq!(world.invoke().await.verdict(), DROP);
    assert_eq!(world.invoke_after(minutes(1)).await.verdict(), DROP);
}

#[tokio::test(start_paused = true)]
async fn a_verdict_of_the_state_counts_even_if_it_is_first_seen_after_the_failure() {
    let script = decides(5_000, DROP).ends(ms(6_000), failed());
    let world = World::new(script).output_state("Decide");
    assert_eq!(world.invoke().await.error_type(), "NotReady");
    assert_eq!(world.invoke_after(minutes(1)).await.verdict(), DROP);
}

#[tokio::test(start_paused = true)]
async fn the_newest_exit_counts_until_a_verdict_was_given() {
    let script = decides(10, BOUNCE)
        .exits(ms(20), "Other", Some("{}"))
        .exits(ms(30), "Decide", Some(DROP))
        .exits(minutes(1), "Decide", Some(DELIVER));
    let world = World::new(script).output_state("Decide");
    assert_eq!(world.invoke().await.verdict(), DROP);
    assert_eq!(world.invoke_after(minutes(2)).await.verdict(), DROP);
}

#[tokio::test(start_paused = true)]
async fn the_exit_is_found_on_the_third_page_of_the_history() {
    let script = decides(10, DROP).noise(ms(20), 2_500).succeeds(ms(30), DELIVER);
    let world = World::new(script).output_state("Decide");
    assert_eq!(world.invoke().await.verdict(), DROP);
    assert_eq!(world.count("GetExecutionHistory"), 3);
}

#[tokio::test(start_paused = true)]
async fn a_long_history_of_a_running_execution_is_paged_too() {
    let script = decides(10, DROP).noise(ms(20), 121);
    let world = World::new(script).output_state("Decide");
    world.executions.set_page_size(100);
    assert_eq!(world.invoke().await.verdict(), DROP);
}

#[tokio::test(start_paused = true)]
async fn a_success_that_skipped_the_state_answers_with_the_output_of_the_execution_and_logs_it() {
    let script = Script::new().exits(ms(10), "Other", Some("{}")).succeeds(ms(20), DELIVER);
    let world = World::new(script).output_state("Decide");
    let invoked = world.invoke().await;
    assert_eq!(invoked.verdict(), DELIVER);
    assert!(invoked.trace.output_state_skipped);
}

#[tokio::test(start_paused = true)]
async fn an_exit_without_output_is_not_a_verdict() {
    let script = Script::new().exits(ms(10), "Decide", None).succeeds(ms(20), DELIVER);
    let world = World::new(script.clone()).output_state("Decide");
    let invoked = world.invoke().await;
    assert_eq!(invoked.error_type(), "InvalidVerdict");
    assert!(invoked.error_message().contains("(no-output)"), "{}", invoked.error_message());

    let world = World::new(script).output_state("Decide").policy(OnFailure::Bounce);
    assert_eq!(world.invoke().await.verdict(), BOUNCE);
}

#[tokio::test(start_paused = true)]
async fn exits_without_output_of_other_states_do_not_matter() {
    let script = Script::new().exits(ms(5), "Other", None).exits(ms(10), "Decide", Some(DROP));
    let world = World::new(script.exits(ms(15), "Other", None)).output_state("Decide");
    assert_eq!(world.invoke().await.verdict(), DROP);
}

#[tokio::test(start_paused = true)]
async fn a_redrive_after_a_failure_is_running_again() {
    let world = World::new(Script::new().ends(ms(10), failed())).output_state("Decide");
    assert_eq!(world.invoke().await.error_type(), "ExecutionFailed");
    assert!(world.executions.redrive(&execution(), &decides(120_000, DROP)));
    assert_eq!(world.invoke_after(minutes(1)).await.error_type(), "NotReady");
    assert_eq!(world.invoke_after(minutes(2)).await.verdict(), DROP);
}

#[tokio::test(start_paused = true)]
async fn a_history_that_cannot_be_seen_yet_is_pending() {
    let world = World::new(decides(0, DROP)).output_state("Decide");
    world.executions.set_lag(ms(300));
    assert_eq!(world.invoke().await.verdict(), DROP);
    assert_eq!(world.count("StartExecution"), 1);
}

#[tokio::test(start_paused = true)]
async fn the_verdict_of_a_state_is_recorded_before_it_is_answered() {
    let world = World::new(decides(10, DROP)).output_state("Decide");
    world.invoke().await.verdict();
    let recorded = world.ledger.item(KEY).unwrap().entry.verdict.unwrap();
    assert_eq!(recorded.as_str(), DROP);
}

#[tokio::test(start_paused = true)]
async fn the_findings_of_a_verdict_that_another_invocation_recorded_are_kept() {
    let world = World::new(decides(10, DROP)).output_state("Decide");
    // The state machine, or a program of the operator, records a verdict while this invocation looks.
    let (first, recording) = (world.clone(), world.clone());
    let first = tokio::spawn(async move { first.invoke().await });
    tokio::time::sleep(ms(20)).await;
    let mut item = recording.ledger.item(KEY).unwrap();
    item.entry.verdict = Some(BOUNCE.replace("true", "\"True\""));
    recording.ledger.put(KEY, item);
    let invoked = first.await.unwrap();
    assert_eq!(invoked.verdict(), BOUNCE);
    assert!(invoked.trace.repeated);
    let codes: Vec<_> = invoked.trace.findings.iter().map(|finding| finding.code).collect();
    assert_eq!(codes, ["string-boolean"]);
}

#[tokio::test(start_paused = true)]
async fn the_findings_of_a_recorded_verdict_are_in_the_log_of_every_retry() {
    let world = World::new(Script::new());
    assert_eq!(world.invoke().await.error_type(), "NotReady");
    let mut item = world.ledger.item(KEY).unwrap();
    item.entry.verdict = Some(BOUNCE.replace("true", "\"True\""));
    world.ledger.put(KEY, item);
    for _ in 0..2 {
        assert_eq!(world.invoke().await.trace.findings[0].code, "string-boolean");
    }
}

#[tokio::test(start_paused = true)]
async fn a_state_that_has_not_run_yet_is_pending() {
    let world = World::new(succeeding(600_000, DELIVER)).output_state("Decide");
    assert_eq!(world.invoke().await.error_type(), "NotReady");
    let invoked = world.invoke_after(minutes(1)).await;
    assert_eq!((invoked.error_type(), invoked.took), ("NotReady", ms(0)));
    assert_eq!(invoked.trace.calls, 2);
}
