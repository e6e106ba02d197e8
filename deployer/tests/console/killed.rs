//! Killed at any of its calls, a command leaves nothing that the next one does not put right.
//!
//! What a program that was killed leaves behind is in AWS alone. So killing it before each of its calls, one
//! after the other, covers every moment: the calls before have had their effect, the others never come.

use crate::converged::{STACK, assert_nothing_left, assert_up};
use crate::session::{BUCKET, Session, flow_line, handler};
use cloud::Stacks;

/// How the next command finds the operation that the killed one began.
#[derive(Clone, Copy)]
enum Next {
    /// It is still going on.
    AtOnce,
    /// It has ended.
    Later,
}

/// Kills `line` before each of its calls, in an account that `before` makes, and has `next` follow. Gives
/// every account that this leads to, the one where `line` was left alone last.
async fn killed_everywhere(
    name: &str,
    before: impl AsyncFn(&Session),
    line: &str,
    next: &str,
    when: Next,
) -> Vec<Session> {
    killed_and_followed(name, before, line, &[next], when).await
}

/// The same with several commands that follow, of which only the last one has to work.
async fn killed_and_followed(
    name: &str,
    before: impl AsyncFn(&Session),
    line: &str,
    next: &[&str],
    when: Next,
) -> Vec<Session> {
    let (last, others) = next.split_last().unwrap();
    let mut ends = Vec::new();
    loop {
        let calls = ends.len();
        let session = Session::new(&format!("killed-{name}"));
        session.file("other", [&handler()[..], b"other"].concat());
        before(&session).await;
        session.cloud.kill_after(calls);
        let words = line.split_whitespace().map(str::to_owned).collect();
        let survived = session.survive(words, None).await;
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

/// Nothing is there yet.
async fn nothing(_: &Session) {}

/// A stack is there, and as wanted.
async fn a_stack(session: &Session) {
    assert_eq!(session.flow("up", "--yes").await.code, 0);
}

/// A first creation failed; what was in its way is mended.
async fn a_failed_creation(session: &Session) {
    session.cloud.fail_resource("MfsmFunction", "no room");
    assert_eq!(session.flow("up", "--yes").await.code, 1);
    session.cloud.fix_resource("MfsmFunction");
}

/// A deletion failed, and what is in its way still is.
async fn a_failed_deletion(session: &Session) {
    a_stack(session).await;
    session.cloud.refuse_delete("MfsmExecutionTable", "in use");
    assert_eq!(session.run("down --yes").await.code, 1);
}

/// An update goes on without a deployer.
async fn an_update_that_goes_on(session: &Session) {
    a_stack(session).await;
    session.cloud.kill_after_operation("ExecuteChangeSet");
    session.run_killed(&flow_line("up", "--yes --memory 256")).await;
}

/// A first creation goes on without a deployer.
async fn a_creation_that_goes_on(session: &Session) {
    session.cloud.kill_after_operation("ExecuteChangeSet");
    session.run_killed(&flow_line("up", "--yes")).await;
}

/// An update failed, and so did its rollback; what was in its way is mended.
async fn a_failed_rollback(session: &Session) {
    a_stack(session).await;
    session.cloud.fail_resource("MfsmFunction", "the runtime is gone");
    session.cloud.refuse_rollback("MfsmFunction", "the old code is gone");
    assert_eq!(session.flow("up", "--yes --memory 256").await.code, 1);
    session.cloud.fix_resource("MfsmFunction");
}

/// A plan was made, and reviewed.
async fn a_plan(session: &Session) {
    let path = session.path("reviewed.json");
    let _ = std::fs::remove_file(&path);
    assert_eq!(session.flow("plan", "--out $DIR/reviewed.json").await.code, 0);
}

/// The definition was edited in the console.
async fn an_edited_definition(session: &Session) {
    a_stack(session).await;
    session.cloud.edit_machine(STACK, "MfsmStateMachine", EDITED);
}

/// A stack is there and protected.
async fn a_protected_stack(session: &Session) {
    assert_eq!(session.flow("up", "--yes --protect").await.code, 0);
}

const EDITED: &str = r#"{"StartAt":"Edited","States":{"Edited":{"Type":"Succeed"}}}"#;

const DOWN: &str = "down --yes --wait-busy";

fn up() -> String {
    flow_line("up", "--yes --wait-busy")
}

#[tokio::test(start_paused = true)]
async fn a_creation() {
    for when in BOTH {
        let ends = killed_everywhere("create-up", nothing, &up(), &up(), when).await;
        assert_up(&ends).await;
        assert!(ends.iter().all(|session| session.cloud.object_keys(BUCKET).len() == 1));
    }
    let ends = killed_everywhere("create-down", nothing, &up(), DOWN, Next::AtOnce).await;
    assert_nothing_left(&ends);
}

#[tokio::test(start_paused = true)]
async fn a_creation_in_place_of_a_failed_one() {
    let ends = killed_everywhere("recreate", a_failed_creation, &up(), &up(), Next::AtOnce).await;
    assert_up(&ends).await;
}

#[tokio::test(start_paused = true)]
async fn an_update_with_another_handler() {
    let update = format!("{} --memory 256", up().replace("bootstrap", "other"));
    for when in BOTH {
        let ends = killed_everywhere("update-up", a_stack, &update, &update, when).await;
        assert_up(&ends).await;
        assert_superseded_goes(&ends).await;
    }
    let ends = killed_everywhere("update-down", a_stack, &update, DOWN, Next::AtOnce).await;
    assert_nothing_left(&ends);
}

/// Killed between the end of the update and its last step, `up` leaves the superseded handler in the bucket.
/// An `up` that finds nothing to do does not look there, so that it is fast; the next one that does, does.
async fn assert_superseded_goes(ends: &[Session]) {
    let up = flow_line("up", "--yes --memory 512").replace("bootstrap", "other");
    let keys = |session: &Session| session.cloud.object_keys(BUCKET).len();
    for session in ends.iter().filter(|session| keys(session) != 1) {
        assert_eq!(keys(session), 2);
        assert_eq!(session.run(&up).await.code, 0);
        assert_eq!(keys(session), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_removal() {
    for when in BOTH {
        let ends = killed_everywhere("down-down", a_stack, DOWN, DOWN, when).await;
        assert_nothing_left(&ends);
    }
    let ends = killed_everywhere("down-up", a_stack, DOWN, &up(), Next::AtOnce).await;
    assert_up(&ends).await;
}

#[tokio::test(start_paused = true)]
async fn a_removal_that_leaves_something_behind() {
    for option in ["--retain MfsmExecutionTable", "--force"] {
        let down = format!("{DOWN} {option}");
        for when in BOTH {
            let ends = killed_everywhere("down-left", a_failed_deletion, &down, &down, when).await;
            assert_nothing_left(&ends);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_removal_of_a_protected_stack() {
    let down = format!("{DOWN} --unprotect");
    let ends = killed_everywhere("unprotect", a_protected_stack, &down, &down, Next::Later).await;
    assert_nothing_left(&ends);
}

#[tokio::test(start_paused = true)]
async fn a_creation_that_is_protected() {
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
async fn a_cancellation() {
    for when in BOTH {
        let before = an_update_that_goes_on;
        let ends = killed_everywhere("cancel-up", before, "cancel", &up(), when).await;
        assert_up(&ends).await;
        let ends = killed_everywhere("cancel-down", before, "cancel", DOWN, when).await;
        assert_nothing_left(&ends);
        let before = a_creation_that_goes_on;
        let ends = killed_everywhere("cancel-anew", before, "cancel --yes", &up(), when).await;
        assert_up(&ends).await;
        let ends = killed_everywhere("cancel-gone", before, "cancel --yes", DOWN, when).await;
        assert_nothing_left(&ends);
    }
}

#[tokio::test(start_paused = true)]
async fn a_recovery() {
    for when in BOTH {
        // Where the rollback goes on already there is nothing left to recover from.
        let next = ["recover", &up()];
        let before = a_failed_rollback;
        let ends = killed_and_followed("recover-up", before, "recover", &next, when).await;
        assert_up(&ends).await;
        let ends = killed_everywhere("recover-down", before, "recover", DOWN, when).await;
        assert_nothing_left(&ends);
    }
}

#[tokio::test(start_paused = true)]
async fn a_change_set_that_is_only_made() {
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
async fn a_reviewed_plan() {
    let line = "up --plan $DIR/reviewed.json";
    for when in BOTH {
        let ends = killed_everywhere("plan-up", a_plan, line, &up(), when).await;
        assert_up(&ends).await;
    }
    let ends = killed_everywhere("plan-down", a_plan, line, DOWN, Next::AtOnce).await;
    assert_nothing_left(&ends);
}

#[tokio::test(start_paused = true)]
async fn a_return_to_the_template() {
    let revert = format!("{} --revert-drift", up());
    for when in BOTH {
        let before = an_edited_definition;
        let ends = killed_everywhere("revert-up", before, &revert, &revert, when).await;
        assert_up(&ends).await;
        let ends = killed_everywhere("revert-down", before, &revert, DOWN, when).await;
        assert_nothing_left(&ends);
    }
}
