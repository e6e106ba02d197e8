//! Another deployer works on the same stack or bucket at the same time.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use cloud::memory::{Door, MemoryCloud};
use cloud::{ErrorKind, Storage};
use snapbox::{assert_data_eq, str};

use crate::session::{ConsoleSession, Printed, failure, flow_line, handler};

const BUCKET: &str = "message-flow-artifacts-123456789012-us-east-1";

#[tokio::test(start_paused = true)]
async fn a_bucket_that_another_command_removes_is_made_by_the_next_up() {
    for (operation, code) in [
        ("PutObject", "NoSuchBucket"),
        ("PutBucketTagging", "NoSuchBucket"),
        ("CreateBucket", "OperationAborted"),
    ] {
        let session = ConsoleSession::new("race-bucket");
        let gone = failure("", "", ErrorKind::NotFound, Some(code), "It is not there.");
        session.cloud.fail_next(operation, gone);
        let up = session.flow("up", "--yes").await;
        let hint = "hint: another command removed or made the artifact bucket meanwhile: run `deployer up ";
        assert!(up.err.contains(hint), "{operation}: {}", up.all());
        assert!(up.err.contains("` again; it makes the bucket, and does nothing twice\n"));
        assert_eq!(up.code, 1, "{operation}");
        assert_eq!(session.flow("up", "--yes").await.code, 0, "{operation}");
    }
}

#[tokio::test(start_paused = true)]
async fn two_creations_of_one_stack_end_with_the_next_step() {
    let session = ConsoleSession::new("race-stack");
    let exists = "Stack [mail] already exists and cannot be created again with the changeSet";
    let exists = failure("", "", ErrorKind::Invalid, Some("AlreadyExistsException"), exists);
    session.cloud.fail_next("CreateChangeSet", exists);
    let up = session.flow("up", "--yes --stack-name mail").await;
    let hint = "hint: another command creates the stack: `deployer watch ";
    assert!(up.err.contains(hint), "{}", up.all());
    assert!(up.err.contains(" --stack-name mail` follows it; then run `deployer up "));
}

#[tokio::test(start_paused = true)]
async fn a_withdrawn_change_set_takes_no_other_with_it() {
    let session = ConsoleSession::new("race-review");
    let prepare = "--stack-name shared --no-execute --change-set-name reviewed-by-alice";
    assert_eq!(session.flow("up", prepare).await.code, 0);
    let artifacts = session.cloud.object_keys(BUCKET);
    let declined = session.flow_at_terminal("up", "--stack-name shared --memory 256", "n\n").await;
    let kept = "kept stack shared, which has other change sets: reviewed-by-alice\n";
    assert!(declined.err.contains(kept), "{}", declined.all());
    assert_eq!(declined.code, 6);
    session.cloud.fail_next_change_set("it is refused");
    let line = "--stack-name shared --memory 256 --yes --output json";
    let refused = session.flow("up", line).await;
    assert_eq!(refused.code, 1, "{}", refused.all());
    let kept = refused.objects().into_iter().find(|event| event["type"] == "stack_kept").unwrap();
    assert_eq!(kept["stack"], "shared");
    assert_eq!(kept["change_sets"], serde_json::json!(["reviewed-by-alice"]));
    assert_eq!(session.cloud.change_set_names("shared"), ["reviewed-by-alice"]);
    assert_eq!(session.cloud.object_keys(BUCKET), artifacts);
}

/// A command that makes its next call only when the test lets it.
struct Racer {
    door: Door,
    running: Pin<Box<dyn Future<Output = Printed>>>,
    printed: Option<Printed>,
}

impl Racer {
    /// A person who updates the stack `shared` with another handler, and answers this.
    fn updating(base: &ConsoleSession, number: usize, answer: &'static str) -> Self {
        let line = flow_line("up", "--stack-name shared --memory 256");
        Self::typing(base, number, &line.replace("bootstrap", "other"), answer)
    }

    /// A person who gives this command, and this answer.
    fn typing(base: &ConsoleSession, number: usize, line: &str, answer: &'static str) -> Self {
        let door = Door::of(number);
        let session = base.behind(&door);
        let words = line.split_whitespace().map(str::to_owned).collect();
        let running = Box::pin(async move { session.run_words(words, Some(answer)).await });
        Self { door, running, printed: None }
    }

    /// Goes on to the next call, which is not made yet.
    async fn step(&mut self) {
        self.door.open();
        while self.printed.is_none() {
            let polled = poll_fn(|context| Poll::Ready(self.running.as_mut().poll(context))).await;
            match polled {
                Poll::Ready(printed) => self.printed = Some(printed),
                Poll::Pending if self.door.is_waiting() => return,
                Poll::Pending => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        }
    }

    /// Goes on until it has made a call of this operation.
    async fn until(&mut self, cloud: &MemoryCloud, operation: &str) {
        loop {
            let before = cloud.calls().len();
            self.step().await;
            assert!(self.printed.is_none(), "it has ended before {operation}");
            if cloud.calls()[before..].iter().any(|call| call.operation == operation) {
                return;
            }
        }
    }

    async fn end(mut self) -> Printed {
        while self.printed.is_none() {
            self.step().await;
        }
        self.printed.unwrap()
    }
}

/// A stack, and another handler, with which two people update it at the same time.
async fn shared(name: &str) -> ConsoleSession {
    let session = ConsoleSession::new(name);
    session.file("other", [&handler()[..], b"other"].concat());
    assert_eq!(session.flow("up", "--yes --stack-name shared").await.code, 0);
    session
}

fn assert_declined_and_kept(declined: &Printed) {
    assert_eq!(declined.code, 6, "{}", declined.all());
    let kept = ".zip: the stack or another change set uses it\n";
    assert!(declined.err.contains(kept), "{}", declined.all());
}

/// The artifact that the stack names is current.
fn assert_in_bucket(session: &ConsoleSession) {
    let template = session.cloud.template_text("shared").unwrap();
    let keys = session.cloud.object_keys(BUCKET);
    assert!(keys.iter().any(|key| template.contains(key.as_str())), "{keys:?}");
}

#[tokio::test(start_paused = true)]
async fn declining_leaves_the_artifact_that_another_change_set_names() {
    for (with_change_set, operation) in [(true, "CreateChangeSet"), (false, "PutObject")] {
        let session = shared("race-artifact").await;
        let mut declining = Racer::updating(&session, 1, "n\n");
        let mut agreeing = Racer::updating(&session, 2, "y\n");
        declining.until(&session.cloud, operation).await;
        agreeing.until(&session.cloud, "CreateChangeSet").await;
        let uploads = session.cloud.writes().into_iter().filter(|call| call == "S3.PutObject");
        assert_eq!(uploads.count(), 2, "one uploads it, the other finds it: {with_change_set}");
        assert_declined_and_kept(&declining.end().await);
        let agreed = agreeing.end().await;
        // Between hiding and showing it again, it was there all the time.
        assert_eq!(agreed.code, 0, "{}", agreed.all());
        assert_in_bucket(&session);
    }
}

#[tokio::test(start_paused = true)]
async fn declining_leaves_the_artifact_that_the_stack_names() {
    let session = shared("race-named").await;
    let mut declining = Racer::updating(&session, 1, "n\n");
    declining.until(&session.cloud, "CreateChangeSet").await;
    let agreed = Racer::updating(&session, 2, "y\n").end().await;
    assert_eq!(agreed.code, 0, "{}", agreed.all());
    let declined = declining.end().await;
    // Its change set went when the other one was executed.
    assert!([1, 6].contains(&declined.code), "{}", declined.all());
    assert_in_bucket(&session);
    let again = session
        .run(
            &flow_line("up", "--yes --stack-name shared --memory 256")
                .replace("bootstrap", "other"),
        )
        .await;
    assert!(again.err.contains("no changes"), "{}", again.all());
}

#[tokio::test(start_paused = true)]
async fn a_change_set_that_is_executed_while_its_artifact_is_judged_keeps_it() {
    for calls in 0.. {
        let session = shared("race-executed").await;
        let mut declining = Racer::updating(&session, 1, "n\n");
        let mut agreeing = Racer::updating(&session, 2, "y\n");
        declining.until(&session.cloud, "PutObject").await;
        // It has looked at the artifact, and executes its change set with the next call.
        agreeing.until(&session.cloud, "DescribeStackEvents").await;
        declining.until(&session.cloud, "DeleteObject").await;
        for _ in 0..calls {
            declining.step().await;
        }
        let is_over = declining.printed.is_some();
        let agreed = agreeing.end().await;
        assert_eq!(agreed.code, 0, "{}", agreed.all());
        assert_declined_and_kept(&declining.end().await);
        assert_in_bucket(&session);
        if is_over {
            assert!(calls > 3, "the declining command makes only {calls} calls");
            return;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_uploaded_while_another_removes_leftovers_stays() {
    for calls in 0.. {
        let session = ConsoleSession::new("race-leftovers");
        let up = flow_line("up", "--yes --stack-name shared");
        session.cloud.kill_after_operation("PutObject");
        session.run_killed(&up).await;
        let mut removing = Racer::typing(&session, 1, "down --yes --stack-name shared", "y\n");
        for _ in 0..calls {
            removing.step().await;
        }
        let is_over = removing.printed.is_some();
        let created = session.run(&up).await;
        let removed = removing.end().await;
        let context = format!("{calls} calls\n{}\n{}", created.all(), removed.all());
        assert!([0, 1].contains(&removed.code) && [0, 1].contains(&created.code), "{context}");
        if session.cloud.template_text("shared").is_some() {
            assert_pinned(&session, &context);
        } else {
            let again = session.run(&up).await;
            assert_eq!(again.code, 0, "{context}\n{}", again.all());
            assert_pinned(&session, &context);
        }
        if is_over {
            assert!(calls > 3, "`down` makes only {calls} calls");
            return;
        }
    }
}

/// The version that the template names is there.
fn assert_pinned(session: &ConsoleSession, context: &str) {
    let template = session.cloud.template_text("shared").unwrap();
    let template: serde_json::Value = serde_json::from_str(&template).unwrap();
    let code = &template["Resources"]["MfsmFunction"]["Properties"]["Code"];
    let (key, version) = (code["S3Key"].as_str().unwrap(), code["S3ObjectVersion"].as_str());
    assert!(version.is_some(), "{context}");
    assert!(session.cloud.object_sha256(BUCKET, key, version).is_some(), "{context}");
}

#[tokio::test(start_paused = true)]
async fn an_artifact_that_goes_before_the_change_set_is_made_withdraws_it() {
    let session = shared("race-gone").await;
    let mut declining = Racer::updating(&session, 1, "n\n");
    let mut agreeing = Racer::updating(&session, 2, "y\n");
    declining.until(&session.cloud, "PutObject").await;
    // It has found the artifact, and not yet made its change set.
    agreeing.until(&session.cloud, "HeadObject").await;
    assert_eq!(declining.end().await.code, 6);
    let agreed = agreeing.end().await;
    assert_eq!(agreed.code, 1, "{}", agreed.all());
    let error = agreed.err.split_once("error: ").unwrap().1;
    assert_data_eq!(
        error,
        str![[r#"
another command removed s3://message-flow-artifacts-123456789012-us-east-1/shared/<sha256>.zip meanwhile

hint: the change set was withdrawn, and nothing was changed: run `deployer up --org-arn arn:aws:workmail:us-east-1:123456789012:organization/m-0123456789abcdef0123456789abcdef --handler $DIR/other --stack-name shared --memory 256` again; it uploads what is missing

"#]]
    );
    assert_eq!(session.cloud.change_set_names("shared"), [""; 0]);
    let again = Racer::updating(&session, 3, "y\n").end().await;
    assert_eq!(again.code, 0, "{}", again.all());
}

#[tokio::test(start_paused = true)]
async fn a_bucket_that_two_removals_share_fails_neither() {
    for (operation, kind, code, printed) in [
        ("ListObjectVersions", ErrorKind::NotFound, "NoSuchBucket", "done: nothing is left"),
        ("DeleteObject", ErrorKind::NotFound, "NoSuchBucket", "done: "),
        ("DeleteBucket", ErrorKind::NotFound, "NoSuchBucket", "removed the artifact bucket"),
        ("DeleteBucket", ErrorKind::Invalid, "BucketNotEmpty", "other stacks use it"),
    ] {
        let session = ConsoleSession::new("race-down");
        assert_eq!(session.flow("up", "--yes").await.code, 0);
        session.cloud.fail_next(operation, failure("S3", "", kind, Some(code), "It is so."));
        let down = session.run("down --yes").await;
        assert_eq!(down.code, 0, "{operation} {code}: {}", down.all());
        assert!(down.err.contains(printed), "{operation} {code}: {}", down.all());
    }
    // What a deletion that ended early has left, in a bucket that another command removes meanwhile.
    let session = ConsoleSession::new("race-down-leftovers");
    session.cloud.create_bucket(BUCKET).await.unwrap();
    let gone = failure("S3", "", ErrorKind::NotFound, Some("NoSuchBucket"), "It is not there.");
    session.cloud.fail_next("ListObjectVersions", gone);
    let down = session.run("down --yes").await;
    assert_eq!(down.code, 0, "{}", down.all());
}
