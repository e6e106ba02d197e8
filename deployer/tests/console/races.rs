//! Another deployer works on the same stack or bucket at the same time.

use cloud::{ErrorKind, Storage};

use crate::session::{ACCOUNT, ConsoleSession, failure, flow_line};

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

#[tokio::test(start_paused = true)]
async fn declining_leaves_the_artifact_that_another_change_set_names() {
    let session = ConsoleSession::new("race-artifact");
    let prepare = "--stack-name shared --no-execute --change-set-name reviewed-by-alice";
    assert_eq!(session.flow("up", prepare).await.code, 0);
    let keys = session.cloud.object_keys(BUCKET);
    // As if Bob had uploaded it, and not Alice.
    session.cloud.delete_object(BUCKET, ACCOUNT, &keys[0], None).await.unwrap();
    let declined = session.flow_at_terminal("up", "--stack-name shared --memory 256", "n\n").await;
    assert_eq!(declined.code, 6, "{}", declined.all());
    let kept = ".zip: the stack or another change set uses it\n";
    assert!(declined.err.contains(kept), "{}", declined.all());
    assert_eq!(session.cloud.object_keys(BUCKET), keys);
}

#[tokio::test(start_paused = true)]
async fn declining_leaves_the_artifact_that_the_stack_names() {
    let session = ConsoleSession::new("race-named");
    assert_eq!(session.flow("up", "--yes").await.code, 0);
    let keys = session.cloud.object_keys(BUCKET);
    // Somebody has removed it, so that the next `up` uploads it again.
    session.cloud.delete_object(BUCKET, ACCOUNT, &keys[0], None).await.unwrap();
    let words = flow_line("up", "--memory 256 --output json");
    let words = words.split_whitespace().map(str::to_owned).collect();
    let declined = session.run_words(words, Some("n\n")).await;
    assert_eq!(declined.code, 6, "{}", declined.all());
    assert_eq!(session.cloud.object_keys(BUCKET), keys);
    let types: Vec<_> = declined.objects().into_iter().map(|event| event["type"].clone()).collect();
    assert!(types.contains(&"artifact_kept".into()), "{types:?}");
}

#[tokio::test(start_paused = true)]
async fn a_bucket_that_two_removals_share_fails_neither() {
    for (operation, kind, code, printed) in [
        ("ListObjectVersions", ErrorKind::NotFound, "NoSuchBucket", "done: nothing is left"),
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
