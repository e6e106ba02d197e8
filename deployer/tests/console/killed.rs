//! A command that is killed at any of its calls leaves nothing that the next one does not repair.
//!
//! A killed program leaves traces in AWS only. So killing it before each of its calls, one after
//! the other, covers every moment: the earlier calls took effect, the later ones never happen.

use crate::converged::{assert_nothing_left, assert_up};
use crate::session::{BUCKET, ConsoleSession, STACK, flow_line, handler};
use cloud::Stacks;

/// The state of the killed command's operation when the next command runs.
#[derive(Clone, Copy)]
enum Next {
    /// It is still in progress.
    AtOnce,
    /// It has ended.
    Later,
}

/// Kills `line` before each of its calls, in an account that `before` prepares, and then runs
/// `next`. Returns all the resulting accounts; in the last one, `line` was not killed.
async fn killed_everywhere(
    name: &str,
    before: impl AsyncFn(&ConsoleSession),
    line: &str,
    next: &str,
    when: Next,
) -> Vec<ConsoleSession> {
    killed_and_followed(name, before, line, &[next], when).await
}

/// The same with several commands that follow; only the last one has to succeed.
async fn killed_and_followed(
    name: &str,
    before: impl AsyncFn(&ConsoleSession),
    line: &str,
    next: &[&str],
    when: Next,
) -> Vec<ConsoleSession> {
    let (last, others) = next.split_last().unwrap();
    let mut ends = Vec::new();
    loop {
        let calls = ends.len();
        let session = ConsoleSession::new(&format!("killed-{name}"));
        session.file("other", [&handler()[..], b"other"].concat());
        before(&session).await;
        session.cloud.kill_after(calls);
        let words = line.split_whitespace().map(str::to_owned).collect();
        let survived = session.run_unless_killed(words, None).await;
        if let Some(printed) = &survived {
            assert!(session.cloud.cancel_kill(), "{line} was to be killed and was not");
            assert_eq!(printed.code, 0, "{}", printed.all());
        }
        if matches!(when, Next::Later) {
            session.cloud.finish_operations();
        }
        for line in others {
            let _ = session.run(line).await;
        }
        let printed = session.run(last).await;
        assert_eq!(printed.code, 0, "killed at call {calls}: {}", printed.all());
        ends.push(session);
        if survived.is_some() {
            assert!(calls > 4, "{line} makes only {calls} calls");
            return ends;
        }
    }
}

const BOTH: [Next; 2] = [Next::AtOnce, Next::Later];

async fn nothing(_: &ConsoleSession) {}

/// A stack that is up to date.
async fn a_stack(session: &ConsoleSession) {
    assert_eq!(session.flow("up", "--yes").await.code, 0);
}

/// A first creation failed; its cause is fixed.
async fn a_failed_creation(session: &ConsoleSession) {
    session.cloud.fail_resource("MfsmFunction", "no room");
    assert_eq!(session.flow("up", "--yes").await.code, 1);
    session.cloud.fix_resource("MfsmFunction");
}

/// A deletion failed; its cause is not fixed.
async fn a_failed_deletion(session: &ConsoleSession) {
    a_stack(session).await;
    session.cloud.refuse_delete("MfsmExecutionTable", "in use");
    assert_eq!(session.run("down --yes").await.code, 1);
}

/// An update continues without a deployer.
async fn a_running_update(session: &ConsoleSession) {
    a_stack(session).await;
    session.cloud.kill_after_operation("ExecuteChangeSet");
    session.run_killed(&flow_line("up", "--yes --memory 256")).await;
}

/// A first creation continues without a deployer.
async fn a_running_creation(session: &ConsoleSession) {
    session.cloud.kill_after_operation("ExecuteChangeSet");
    session.run_killed(&flow_line("up", "--yes")).await;
}

/// An update failed, and so did its rollback; the cause is fixed.
async fn a_failed_rollback(session: &ConsoleSession) {
    a_stack(session).await;
    session.cloud.fail_resource("MfsmFunction", "the runtime is gone");
    session.cloud.refuse_rollback("MfsmFunction", "the old code is gone");
    assert_eq!(session.flow("up", "--yes --memory 256").await.code, 1);
    session.cloud.fix_resource("MfsmFunction");
}

/// A plan file was written.
async fn a_plan(session: &ConsoleSession) {
    let path = session.path("reviewed.json");
    let _ = std::fs::remove_file(&path);
    assert_eq!(session.flow("plan", "--out $DIR/reviewed.json").await.code, 0);
}

/// The definition was edited in the console.
async fn an_edited_definition(session: &ConsoleSession) {
    a_stack(session).await;
    session.cloud.edit_machine(STACK, "MfsmStateMachine", EDITED);
}

/// A stack with termination protection.
async fn a_protected_stack(session: &ConsoleSession) {
    assert_eq!(session.flow("up", "--yes --protect").await.code, 0);
}

const EDITED: &str = r#"{"StartAt":"Edited","States":{"Edited":{"Type":"Succeed"}}}"#;

const DOWN: &str = "down --yes --wait-busy";

fn up() -> String {
    flow_line("up", "--yes --wait-busy --reset-settings")
}

#[tokio::test(start_paused = true)]
async fn the_next_command_recovers_from_a_killed_creation() {
    for when in BOTH {
        let ends = killed_everywhere("create-up", nothing, &up(), &up(), when).await;
        assert_up(&ends).await;
        assert!(ends.iter().all(|session| session.cloud.object_keys(BUCKET).len() == 1));
    }
    let ends = killed_everywhere("create-down", nothing, &up(), DOWN, Next::AtOnce).await;
    assert_nothing_left(&ends);
}

#[tokio::test(start_paused = true)]
async fn the_next_command_recovers_from_a_killed_creation_in_place_of_a_failed_one() {
    let ends = killed_everywhere("recreate", a_failed_creation, &up(), &up(), Next::AtOnce).await;
    assert_up(&ends).await;
}

#[tokio::test(start_paused = true)]
async fn the_next_command_recovers_from_a_killed_update_with_another_handler() {
    let update = format!("{} --memory 256", up().replace("bootstrap", "other"));
    for when in BOTH {
        let ends = killed_everywhere("update-up", a_stack, &update, &update, when).await;
        assert_up(&ends).await;
        assert_superseded_is_removed(&ends).await;
    }
    let ends = killed_everywhere("update-down", a_stack, &update, DOWN, Next::AtOnce).await;
    assert_nothing_left(&ends);
}

/// If `up` is killed between the end of the update and its last step, the superseded handler stays
/// in the bucket. For speed, an `up` without changes does not look there; the next `up` with
/// changes removes it.
async fn assert_superseded_is_removed(ends: &[ConsoleSession]) {
    let up = flow_line("up", "--yes --memory 512").replace("bootstrap", "other");
    let keys = |session: &ConsoleSession| session.cloud.object_keys(BUCKET).len();
    for session in ends.iter().filter(|session| keys(session) != 1) {
        assert_eq!(keys(session), 2);
        assert_eq!(session.run(&up).await.code, 0);
        assert_eq!(keys(session), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn the_next_command_recovers_from_a_killed_removal() {
    for when in BOTH {
        let ends = killed_everywhere("down-down", a_stack, DOWN, DOWN, when).await;
        assert_nothing_left(&ends);
    }
    let ends = killed_everywhere("down-up", a_stack, DOWN, &up(), Next::AtOnce).await;
    assert_up(&ends).await;
}

#[tokio::test(start_paused = true)]
async fn the_next_command_recovers_from_a_killed_removal_with_retained_resources() {
    for option in ["--retain MfsmExecutionTable", "--force"] {
        let down = format!("{DOWN} {option}");
        for when in BOTH {
            let ends = killed_everywhere("down-left", a_failed_deletion, &down, &down, when).await;
            assert_nothing_left(&ends);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_next_command_recovers_from_a_killed_removal_of_a_protected_stack() {
    let down = format!("{DOWN} --unprotect");
    let ends = killed_everywhere("unprotect", a_protected_stack, &down, &down, Next::Later).await;
    assert_nothing_left(&ends);
}

#[tokio::test(start_paused = true)]
async fn the_next_command_recovers_from_a_killed_creation_with_protection() {
    let protect = format!("{} --protect", up());
    for when in BOTH {
        let ends = killed_everywhere("protect", nothing, &protect, &protect, when).await;
        for session in &ends {
            assert!(session.cloud.describe(STACK).await.unwrap().unwrap().termination_protection);
        }
        assert_up(&ends).await;
    }
}

#[tokio::test(start_paused = true)]
async fn the_next_command_recovers_from_a_killed_cancellation() {
    for when in BOTH {
        let before = a_running_update;
        let ends = killed_everywhere("cancel-up", before, "cancel", &up(), when).await;
        assert_up(&ends).await;
        let ends = killed_everywhere("cancel-down", before, "cancel", DOWN, when).await;
        assert_nothing_left(&ends);
        let before = a_running_creation;
        let ends = killed_everywhere("cancel-anew", before, "cancel --yes", &up(), when).await;
        assert_up(&ends).await;
        let ends = killed_everywhere("cancel-gone", before, "cancel --yes", DOWN, when).await;
        assert_nothing_left(&ends);
    }
}

#[tokio::test(start_paused = true)]
async fn the_next_command_recovers_from_a_killed_recovery() {
    for when in BOTH {
        // If the rollback already continues, there is nothing to recover.
        let next = ["recover", &up()];
        let before = a_failed_rollback;
        let ends = killed_and_followed("recover-up", before, "recover", &next, when).await;
        assert_up(&ends).await;
        let ends = killed_everywhere("recover-down", before, "recover", DOWN, when).await;
        assert_nothing_left(&ends);
    }
}

#[tokio::test(start_paused = true)]
async fn the_next_command_recovers_from_a_killed_creation_of_a_change_set() {
    let only_made = |line: String| format!("{line} --no-execute");
    let made = only_made(up());
    let ends = killed_everywhere("made-up", nothing, &made, &up(), Next::AtOnce).await;
    assert_up(&ends).await;
    let ends = killed_everywhere("made-down", nothing, &made, DOWN, Next::AtOnce).await;
    assert_nothing_left(&ends);
    let update = format!("{} --memory 256", up());
    let made = only_made(update.clone());
    let ends = killed_everywhere("made-update", a_stack, &made, &update, Next::AtOnce).await;
    assert_up(&ends).await;
    let ends = killed_everywhere("made-update-down", a_stack, &made, DOWN, Next::AtOnce).await;
    assert_nothing_left(&ends);
}

#[tokio::test(start_paused = true)]
async fn the_next_command_recovers_from_a_killed_up_with_a_reviewed_plan() {
    let line = "up --plan $DIR/reviewed.json";
    for when in BOTH {
        let ends = killed_everywhere("plan-up", a_plan, line, &up(), when).await;
        assert_up(&ends).await;
    }
    let ends = killed_everywhere("plan-down", a_plan, line, DOWN, Next::AtOnce).await;
    assert_nothing_left(&ends);
}

#[tokio::test(start_paused = true)]
async fn the_next_command_recovers_from_a_killed_revert() {
    let revert = format!("{} --revert-drift", up());
    for when in BOTH {
        let before = an_edited_definition;
        let ends = killed_everywhere("revert-up", before, &revert, &revert, when).await;
        assert_up(&ends).await;
        let ends = killed_everywhere("revert-down", before, &revert, DOWN, when).await;
        assert_nothing_left(&ends);
    }
}
