//! Artifacts in a bucket of one's own, and encrypted with a KMS key.

use cloud::{ErrorKind, Storage};
use snapbox::{assert_data_eq, str};

use crate::session::{ACCOUNT, BUCKET, ConsoleSession, ORGANIZATION, STACK, failure};

const GIVEN: &str = "company-artifacts";
const KEY: &str = "alias/mail";
const ID: &str = "m-0123456789abcdef0123456789abcdef";
const NOT_OURS: [&str; 3] = [
    "message-flow-artifacts/workmail-message-flow/notes.txt",
    "message-flow-artifacts/other-stack/handler.zip",
    "workmail-message-flow/handler.zip",
];

/// A session with a bucket that has other objects, too.
async fn session(name: &str) -> ConsoleSession {
    let session = ConsoleSession::new(name);
    session.cloud.add_bucket(GIVEN, "us-east-1");
    for key in NOT_OURS {
        session.cloud.put_object(GIVEN, ACCOUNT, key, vec![1], None, false).await.unwrap();
    }
    session
}

/// The keys of the artifacts in a bucket.
fn ours(session: &ConsoleSession, bucket: &str) -> Vec<String> {
    let keys = session.cloud.object_keys(bucket).into_iter();
    keys.filter(|key| !NOT_OURS.contains(&key.as_str())).collect()
}

/// Nothing but what somebody else put there, and that untouched.
fn assert_only_theirs(session: &ConsoleSession) {
    let mut theirs = NOT_OURS.map(str::to_owned).to_vec();
    theirs.sort();
    assert_eq!(session.cloud.object_keys(GIVEN), theirs);
}

#[tokio::test(start_paused = true)]
async fn a_given_bucket_gets_the_artifacts_and_loses_nothing_else() {
    let session = session("artifacts-given").await;
    let options = format!("--artifact-bucket {GIVEN}");
    let plan = session.flow("plan", &options).await;
    assert!(plan.out.contains("  + handler s3://company-artifacts/message-flow-artifacts/"));
    assert!(!plan.out.contains("+ artifact bucket"), "{}", plan.out);
    let up = session.flow("up", &format!("--yes {options}")).await;
    assert_eq!(up.code, 0, "{}", up.all());
    assert_eq!(ours(&session, GIVEN).len(), 1);
    assert_eq!(session.cloud.bucket_names(), [GIVEN]);
    assert!(session.cloud.bucket_settings(GIVEN).is_none(), "it is not configured");
    let status = session.run("status").await.out;
    assert!(status.contains("artifact-bucket=company-artifacts"), "{status}");
    let bucket = status.lines().find(|line| line.starts_with("artifacts ")).unwrap();
    assert!(bucket.ends_with(" company-artifacts"), "{status}");
    let down = session.run("down --yes").await;
    assert_data_eq!(
        down.all(),
        str![[r#"
stack workmail-message-flow would be removed, with:
  - remove MfsmExecutionTable AWS::DynamoDB::Table, and its entries about messages in progress
  - remove MfsmStateMachineLogGroup AWS::Logs::LogGroup, and its logs
  - remove MfsmStateMachineRole AWS::IAM::Role
  - remove MfsmStateMachine AWS::StepFunctions::StateMachine, and the history of its executions
  - remove MfsmFunctionLogGroup AWS::Logs::LogGroup, and its logs
  - remove MfsmFunctionRole AWS::IAM::Role
  - remove MfsmFunctionLogsPolicy AWS::IAM::Policy
  - remove MfsmFunctionDynamoDBPolicy AWS::IAM::Policy
  - remove MfsmFunctionStateMachinePolicy AWS::IAM::Policy
  - remove MfsmFunction AWS::Lambda::Function
  - remove MfsmFunctionPermission0123456789abcdef0123456789abcdef AWS::Lambda::Permission
Plan: 0 to add, 0 to change, 11 to remove.
  - remove artifacts of the stack in s3://company-artifacts/message-flow-artifacts/workmail-message-flow/
A WorkMail rule that still names the function makes every message it matches wait until the rule's timeout, and then applies its fallback action: delete the rule first.
what depends on it now:
  invocations  none measured yet in the last 24 hours; CloudWatch is some minutes behind
  entries      about 0 in the table, as DynamoDB counts every six hours
  executions   none is running
delete of arn:aws:cloudformation:us-east-1:123456789012:stack/workmail-message-flow/53626faf-7f5f-4494-8258-a44e1f258946 started
12:00:36 DELETE_IN_PROGRESS   workmail-message-flow AWS::CloudFormation::Stack: User Initiated
12:00:37 DELETE_IN_PROGRESS   MfsmFunctionPermission0123456789abcdef0123456789abcdef AWS::Lambda::Permission
12:00:38 DELETE_COMPLETE      MfsmFunctionPermission0123456789abcdef0123456789abcdef AWS::Lambda::Permission
12:00:39 DELETE_IN_PROGRESS   MfsmFunction AWS::Lambda::Function
12:00:40 DELETE_COMPLETE      MfsmFunction AWS::Lambda::Function
12:00:41 DELETE_IN_PROGRESS   MfsmFunctionStateMachinePolicy AWS::IAM::Policy
12:00:42 DELETE_COMPLETE      MfsmFunctionStateMachinePolicy AWS::IAM::Policy
12:00:43 DELETE_IN_PROGRESS   MfsmFunctionDynamoDBPolicy AWS::IAM::Policy
12:00:44 DELETE_IN_PROGRESS   MfsmFunctionLogsPolicy AWS::IAM::Policy
12:00:45 DELETE_IN_PROGRESS   MfsmStateMachine AWS::StepFunctions::StateMachine
12:00:46 DELETE_COMPLETE      MfsmFunctionDynamoDBPolicy AWS::IAM::Policy
12:00:47 DELETE_COMPLETE      MfsmFunctionLogsPolicy AWS::IAM::Policy
12:00:48 DELETE_COMPLETE      MfsmStateMachine AWS::StepFunctions::StateMachine
12:00:49 DELETE_IN_PROGRESS   MfsmExecutionTable AWS::DynamoDB::Table
12:00:50 DELETE_IN_PROGRESS   MfsmFunctionLogGroup AWS::Logs::LogGroup
12:00:51 DELETE_IN_PROGRESS   MfsmFunctionRole AWS::IAM::Role
12:00:52 DELETE_IN_PROGRESS   MfsmStateMachineLogGroup AWS::Logs::LogGroup
12:00:53 DELETE_IN_PROGRESS   MfsmStateMachineRole AWS::IAM::Role
12:00:54 DELETE_COMPLETE      MfsmExecutionTable AWS::DynamoDB::Table
12:00:55 DELETE_COMPLETE      MfsmFunctionLogGroup AWS::Logs::LogGroup
12:00:56 DELETE_COMPLETE      MfsmFunctionRole AWS::IAM::Role
12:00:57 DELETE_COMPLETE      MfsmStateMachineLogGroup AWS::Logs::LogGroup
12:00:58 DELETE_COMPLETE      MfsmStateMachineRole AWS::IAM::Role
12:00:59 DELETE_COMPLETE      workmail-message-flow AWS::CloudFormation::Stack
removed 1 artifact version from company-artifacts
done: nothing is left
--- exit 0

"#]]
    );
    assert_only_theirs(&session);
    assert_eq!(session.cloud.bucket_names(), [GIVEN]);
}

#[tokio::test(start_paused = true)]
async fn another_handler_takes_the_place_of_the_one_before() {
    let session = session("artifacts-update").await;
    let options = format!("--yes --artifact-bucket {GIVEN}");
    assert_eq!(session.flow("up", &options).await.code, 0);
    let before = ours(&session, GIVEN);
    let mut other = std::fs::read(session.path("bootstrap")).unwrap();
    other.push(0);
    session.file("other", other);
    let line = format!("up {options} --org-arn {ORGANIZATION} --handler $DIR/other");
    assert_eq!(session.run(&line).await.code, 0);
    let after = ours(&session, GIVEN);
    assert!(after.len() == 1 && after != before, "{before:?} {after:?}");
    assert_eq!(session.cloud.object_keys(GIVEN).len(), NOT_OURS.len() + 1);
}

#[tokio::test(start_paused = true)]
async fn from_the_own_bucket_to_a_given_one_and_back_nothing_is_lost_or_left() {
    let session = session("artifacts-moving").await;
    assert_eq!(session.flow("up", "--yes").await.code, 0);
    assert_eq!(ours(&session, BUCKET).len(), 1);
    let given = format!("--yes --artifact-bucket {GIVEN}");
    let plan = session.flow("plan", &format!("--artifact-bucket {GIVEN}")).await;
    assert_data_eq!(
        plan.out,
        str![[r#"
stack workmail-message-flow would be updated in account 123456789012, region us-east-1
  handler for arm64: $DIR/bootstrap
  + handler s3://company-artifacts/message-flow-artifacts/workmail-message-flow/<sha256>.zip
  - artifacts of the stack in s3://message-flow-artifacts-123456789012-us-east-1/workmail-message-flow/
  ~ change MfsmFunction AWS::Lambda::Function
      Code/S3Bucket: message-flow-artifacts-123456789012-us-east-1 -> company-artifacts
      Code/S3Key: workmail-message-flow/<sha256>.zip -> message-flow-artifacts/workmail-message-flow/<sha256>.zip
      Code/S3ObjectVersion: - v4
Plan: 0 to add, 1 to change, 0 to remove.

"#]]
    );
    assert_eq!(session.flow("up", &given).await.code, 0);
    assert_eq!((ours(&session, BUCKET).len(), ours(&session, GIVEN).len()), (0, 1));
    let silent = session.flow("up", "--yes").await;
    assert_eq!(silent.code, 6, "{}", silent.all());
    let move_back =
        "the artifacts will move from company-artifacts to the bucket that deployer creates";
    assert!(silent.err.contains(move_back), "{}", silent.err);
    assert_eq!(session.flow("up", "--yes --reset-settings").await.code, 0);
    assert_eq!((ours(&session, BUCKET).len(), ours(&session, GIVEN).len()), (1, 0));
    assert_eq!(session.flow("up", &given).await.code, 0);
    assert_eq!(session.run("down --yes").await.code, 0);
    assert_only_theirs(&session);
    assert_eq!(session.cloud.bucket_names(), [GIVEN], "the deployer's own bucket is gone");
}

#[tokio::test(start_paused = true)]
async fn artifacts_that_cannot_be_removed_from_the_bucket_before_are_reported() {
    let session = session("artifacts-stuck").await;
    assert_eq!(session.flow("up", "--yes").await.code, 0);
    let refusal = failure("S3", "DeleteObject", ErrorKind::Denied, Some("AccessDenied"), "No");
    session.cloud.fail_next("DeleteObject", refusal);
    let moved = session.flow("up", &format!("--yes --artifact-bucket {GIVEN}")).await;
    assert_eq!(moved.code, 4, "{}", moved.all());
    assert!(moved.err.contains("S3 DeleteObject failed (AccessDenied)"), "{}", moved.err);
}

#[tokio::test(start_paused = true)]
async fn artifacts_that_an_interrupted_removal_left_are_removed_by_the_next_one() {
    let session = session("artifacts-leftovers").await;
    assert_eq!(session.flow("up", &format!("--yes --artifact-bucket {GIVEN}")).await.code, 0);
    let refusal = failure("S3", "DeleteObject", ErrorKind::Denied, Some("AccessDenied"), "No");
    session.cloud.fail_next("DeleteObject", refusal);
    assert_eq!(session.run("down --yes").await.code, 4);
    assert_eq!((session.cloud.status(STACK), ours(&session, GIVEN).len()), (None, 1));
    session.file("deployer.yaml", format!("artifact-bucket: {GIVEN}\n"));
    let down = session.run("down --yes").await;
    assert_eq!(down.code, 0, "{}", down.all());
    assert_only_theirs(&session);
}

#[tokio::test(start_paused = true)]
async fn a_bucket_that_was_taken_away_does_not_prevent_the_removal() {
    let session = session("artifacts-taken").await;
    let options = format!("--yes --artifact-bucket {GIVEN}");
    assert_eq!(session.flow("up", &options).await.code, 0);
    session.cloud.add_foreign_bucket(GIVEN);
    let down = session.run("down --yes").await;
    assert_eq!((down.code, session.cloud.status(STACK)), (0, None), "{}", down.all());
    let said = "your credentials cannot read bucket company-artifacts";
    assert!(down.err.contains(said), "{}", down.err);
    session.cloud.add_bucket(GIVEN, "us-east-1");
    assert_eq!(session.flow("up", &options).await.code, 0);
    session.cloud.remove_bucket(GIVEN);
    let back = session.flow("up", "--yes --reset-settings").await;
    assert_eq!(back.code, 0, "{}", back.all());
    assert_eq!(session.run("down --yes").await.code, 0);
    assert_eq!(session.cloud.bucket_names(), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn a_bucket_that_cannot_be_used_is_found_before_the_stack_is_changed() {
    let session = session("artifacts-unusable").await;
    session.cloud.add_foreign_bucket("theirs");
    session.cloud.add_bucket("elsewhere", "eu-west-1");
    session.cloud.set_organization(ID, "Active", None);
    let writes = session.cloud.writes().len();
    let mut all = String::new();
    for bucket in ["theirs", "elsewhere", "absent", "Not_A_Bucket"] {
        all.push_str(&session.flow("up", &format!("--yes --artifact-bucket {bucket}")).await.all());
    }
    assert_data_eq!(
        all,
        str![[r#"
flow: default, which delivers everything (not set)
error: --artifact-bucket cannot be used
  error[artifact-bucket] --artifact-bucket: bucket theirs belongs to another account, or your credentials have no access to it

hint: the bucket has to belong to the account of the stack, and the credentials need s3:ListBucket on it
hint: without --artifact-bucket, deployer creates its own bucket
--- exit 2
flow: default, which delivers everything (not set)
error: --artifact-bucket cannot be used
  error[artifact-bucket] --artifact-bucket: bucket elsewhere is in region eu-west-1, and Lambda takes a handler only from a bucket in the region of the stack

hint: name a bucket in the region of the stack
hint: without --artifact-bucket, deployer creates its own bucket
--- exit 2
flow: default, which delivers everything (not set)
error: --artifact-bucket cannot be used
  error[artifact-bucket] --artifact-bucket: there is no bucket absent, and deployer does not create a bucket that you name

hint: create it with `aws s3 mb s3://absent`, or name another one
hint: without --artifact-bucket, deployer creates its own bucket
--- exit 2
error: --artifact-bucket cannot be used
  error[artifact-bucket] --artifact-bucket: `Not_A_Bucket`: a bucket's name has 3 to 63 lower-case letters, digits, dots and hyphens, and begins and ends with a letter or digit
--- exit 2

"#]]
    );
    let mut all = String::new();
    for bucket in ["theirs", "elsewhere", "absent", GIVEN] {
        let line = format!("doctor --org-arn {ORGANIZATION} --artifact-bucket {bucket}");
        let printed = session.run(&line).await.out;
        let lines = printed.lines().skip_while(|line| !line.contains(" bucket: "));
        let lines = lines.take_while(|line| !line.contains(" quotas: "));
        all.extend(lines.map(|line| format!("{line}\n")));
    }
    assert_data_eq!(
        all,
        str![[r#"
error    bucket: theirs belongs to another account, or your credentials have no access to it
         hint: the credentials need s3:ListBucket on it
unknown  encryption: uploads request AES256; whether the policy of the bucket allows that, only an upload shows
         hint: `up` uploads before it changes the stack: if S3 refuses, nothing else has happened
error    bucket: elsewhere is in region eu-west-1
         hint: Lambda takes a handler only from a bucket in its own region, us-east-1
unknown  encryption: uploads request AES256; whether the policy of the bucket allows that, only an upload shows
         hint: `up` uploads before it changes the stack: if S3 refuses, nothing else has happened
error    bucket: there is no bucket absent
         hint: deployer does not create a bucket that you name: create it, or correct --artifact-bucket
unknown  encryption: uploads request AES256; whether the policy of the bucket allows that, only an upload shows
         hint: `up` uploads before it changes the stack: if S3 refuses, nothing else has happened
ok       bucket: company-artifacts is there, in this region; artifacts go below message-flow-artifacts/workmail-message-flow/
unknown  encryption: uploads request AES256; whether the policy of the bucket allows that, only an upload shows
         hint: `up` uploads before it changes the stack: if S3 refuses, nothing else has happened

"#]]
    );
    assert_eq!(session.cloud.writes().len(), writes);
}

#[tokio::test(start_paused = true)]
async fn a_kms_key_encrypts_uploads_and_the_deployers_bucket() {
    let session = session("artifacts-kms").await;
    let key_of = |bucket: &str| {
        let keys = ours(&session, bucket);
        assert_eq!(keys.len(), 1, "{keys:?}");
        session.cloud.object_kms_key(bucket, &keys[0])
    };
    let default = || session.cloud.bucket_settings(BUCKET).unwrap().kms_key;
    assert_eq!(session.flow("up", "--yes").await.code, 0);
    assert_eq!((key_of(BUCKET), default()), (None, None));
    let with_key = format!("--yes --artifact-kms-key {KEY}");
    let up = session.flow("up", &with_key).await;
    assert_eq!(up.code, 0, "{}", up.all());
    assert_eq!((key_of(BUCKET).as_deref(), default().as_deref()), (Some(KEY), Some(KEY)));
    let again = session.flow("up", &with_key).await;
    assert!(again.err.contains("no changes"), "{}", again.err);
    let status = session.run("status").await.out;
    assert!(status.contains("artifact-kms-key=alias/mail"), "{status}");
    // Another stack without a key leaves the bucket as it is.
    assert_eq!(session.flow("up", "--yes --stack-name other").await.code, 0);
    assert_eq!(default().as_deref(), Some(KEY));
    assert_eq!(session.run("down --yes --stack-name other").await.code, 0);
    let forgotten = session.flow("up", "--yes").await;
    assert_eq!(forgotten.code, 6, "{}", forgotten.all());
    let words =
        "--artifact-kms-key: S3's own key will encrypt the artifacts, and no longer alias/mail";
    assert!(forgotten.err.contains(words), "{}", forgotten.err);
    let moved = session.flow("up", &format!("{with_key} --artifact-bucket {GIVEN}")).await;
    assert_eq!(moved.code, 0, "{}", moved.all());
    assert_eq!(key_of(GIVEN).as_deref(), Some(KEY));
    assert_eq!(session.run("down --yes").await.code, 0);
    assert_only_theirs(&session);
    assert_eq!(session.cloud.bucket_names(), [GIVEN]);
}

#[tokio::test(start_paused = true)]
async fn an_encryption_that_policies_demand_is_named_to_iams_simulator() {
    let session = session("artifacts-simulated").await;
    session.cloud.set_organization(ID, "Active", None);
    let algorithm = "s3:x-amz-server-side-encryption";
    session.cloud.allow_only_with("s3:PutObject", algorithm, "aws:kms");
    let permissions = async |options: &str| {
        let line = format!("doctor --org-arn {ORGANIZATION} {options}");
        let printed = session.run(&line).await.out;
        printed.lines().find(|line| line.contains(" permissions: ")).unwrap().to_owned()
    };
    let plain = permissions("").await;
    assert!(plain.starts_with("error") && plain.contains("s3:PutObject"), "{plain}");
    let encrypted = permissions(&format!("--artifact-kms-key {KEY}")).await;
    assert!(encrypted.starts_with("ok"), "{encrypted}");
}

#[tokio::test(start_paused = true)]
async fn a_deployed_handler_that_is_missing_from_its_bucket_is_said_before_the_change() {
    let session = session("artifacts-lost").await;
    assert_eq!(session.flow("up", "--yes").await.code, 0);
    let key = ours(&session, BUCKET).remove(0);
    session.cloud.remove_object(BUCKET, &key);
    // The same handler is uploaded again.
    let same = session.flow("plan", "--memory 512").await;
    assert!(!same.err.contains("missing-artifact"), "{}", same.err);
    assert!(same.out.contains("+ handler s3://"), "{}", same.out);
    let mut other = std::fs::read(session.path("bootstrap")).unwrap();
    other.push(0);
    session.file("other", other);
    let line = format!("--org-arn {ORGANIZATION} --handler $DIR/other");
    // The version that the template names is still there.
    let hidden = session.run(&format!("plan {line}")).await;
    assert!(!hidden.err.contains("missing-artifact"), "{}", hidden.err);
    let versions = session.cloud.versions(BUCKET, ACCOUNT, &key).await.unwrap();
    session.cloud.delete_versions(BUCKET, ACCOUNT, &versions).await.unwrap();
    let up = session.run(&format!("up --yes {line}")).await;
    assert_eq!(up.code, 0, "{}", up.all());
    let warning: String = up
        .err
        .lines()
        .skip_while(|line| !line.contains("missing-artifact"))
        .take(2)
        .map(|line| format!("{line}\n"))
        .collect();
    assert_data_eq!(
        warning,
        str![[r#"
warning[missing-artifact] --handler: the handler that is deployed is not in its bucket anymore (s3://message-flow-artifacts-123456789012-us-east-1/workmail-message-flow/<sha256>.zip), or has other content; if this update fails after the function has changed, CloudFormation cannot roll it back, and the stack ends as UPDATE_ROLLBACK_FAILED
  fix: restore it first: `aws lambda get-function --function-name arn:aws:lambda:us-east-1:123456789012:function:workmail-message-flow-MfsmFunction --query Code.Location --output text` prints a link to it; download it, and run `aws s3 cp FILE s3://message-flow-artifacts-123456789012-us-east-1/workmail-message-flow/<sha256>.zip`

"#]]
    );
}
