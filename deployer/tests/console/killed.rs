//! Killed at any of its calls, a command leaves nothing that the next one does not put right.
//!
//! What a program that was killed leaves behind is in AWS alone. So killing it before each of its calls, one
//! after the other, covers every moment: the calls before have had their effect, the others never come.

use crate::session::{BUCKET, Session, flow_line, handler};
use deployer::cloud::Stacks;

const STACK: &str = "workmail-message-flow";

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
            assert!(session.cloud.spare(), "{line} was to be killed and was not");
            assert_eq!(printed.code, 0, "{}", printed.all());
        }
        if matches!(when, Next::Later) {
            session.cloud.settle();
        }
        let printed = session.run(next).await;
        assert_eq!(printed.code, 0, "killed at call {calls}: {}", printed.all());
        ends.push(session);
        if survived.is_some() {
            assert!(calls > 5, "{line} makes only {calls} calls");
            return ends;
        }
    }
}

/// Every account came to the same, and to nothing else: one whole stack, one bucket that is set up.
async fn assert_up(ends: &[Session]) {
    let wanted = ends.last().unwrap().cloud.template(STACK).await.unwrap();
    for (calls, Session { cloud, .. }) in ends.iter().enumerate() {
        let context = format!("killed at call {calls}");
        assert_eq!(cloud.stack_names(), [STACK], "{context}");
        assert_eq!(cloud.template(STACK).await.unwrap(), wanted, "{context}");
        let stack = cloud.describe(STACK).await.unwrap().unwrap();
        assert!(stack.status.is_stable(), "{context}: {}", stack.status);
        assert_eq!(stack.outputs.len(), 3, "{context}");
        assert_eq!(cloud.change_set_names(STACK), [""; 0], "{context}");
        assert_eq!(cloud.bucket_names(), [BUCKET], "{context}");
        assert!(cloud.bucket_settings(BUCKET).is_some(), "{context}: the bucket is half set up");
    }
}

fn assert_nothing_left(ends: &[Session]) {
    for (calls, session) in ends.iter().enumerate() {
        let left = (session.cloud.stack_names(), session.cloud.bucket_names());
        assert_eq!(left, (Vec::new(), Vec::new()), "killed at call {calls}");
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
    session.cloud.mend_resource("MfsmFunction");
}

/// A deletion failed, and what is in its way still is.
async fn a_failed_deletion(session: &Session) {
    a_stack(session).await;
    session.cloud.refuse_delete("MfsmExecutionTable", "in use");
    assert_eq!(session.run("down --yes").await.code, 1);
}

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
    let down = "down --yes --wait-busy --retain MfsmExecutionTable";
    let ends = killed_everywhere("down-retain", a_failed_deletion, down, down, Next::AtOnce).await;
    assert_nothing_left(&ends);
}
