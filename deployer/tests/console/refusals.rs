//! What is refused, and with which messages: invalid input before anything is written, and blocked
//! stacks.

use snapbox::{assert_data_eq, str};

use crate::session::{ConsoleSession, failure};
use cloud::{ErrorKind, StackStatus};

async fn refused(session: &ConsoleSession, options: &str) -> String {
    let up = session.flow("up", &format!("--yes {options}")).await;
    assert_eq!(up.code, 2, "{}", up.all());
    assert_eq!(session.cloud.writes(), [""; 0]);
    up.all()
}

#[tokio::test(start_paused = true)]
async fn an_invalid_arn_is_refused() {
    let session = ConsoleSession::new("nonsense");
    let up = session.run("up --org-arn nonsense").await;
    assert_data_eq!(
        up.all(),
        str![[r#"
error: --org-arn cannot be used
  error[organization-arn] --org-arn: `nonsense` is not the ARN of a WorkMail organization; it looks like arn:aws:workmail:us-east-1:123456789012:organization/m-0123456789abcdef0123456789abcdef and is shown in the WorkMail console under Organizations, Organization settings
--- exit 2

"#]]
    );
    assert!(session.cloud.calls().is_empty());
}

#[tokio::test(start_paused = true)]
async fn all_invalid_values_are_reported_at_once() {
    let session = ConsoleSession::new("bad-values");
    let options = "--memory 64 --log-retention 2 --wait-time 15 --on-failure explode \
                   --tag aws:x=y --tag novalue --stack-name 1_a";
    assert_data_eq!(
        refused(&session, options).await,
        str![[r#"
error: 7 settings cannot be used
  error[stack-name] --stack-name: `1_a`: a stack name begins with a letter and has only the letters a-z and A-Z, digits and hyphens, 128 at most
  error[wait-time] --wait-time: `15`: seconds from 0 to 13, such as 1 or 2.5; WorkMail waits 15 seconds for an invocation
  error[on-failure] --on-failure: `explode` is not one of retry, default, bounce, drop, junk
  error[memory] --memory: `64`: megabytes from 128 to 10240, a whole number
  error[log-retention] --log-retention: `2`: CloudWatch Logs keeps logs for one of these numbers of days: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653
  error[tag] --tag: `aws:x`: keys that begin with aws: belong to AWS
  error[tag] --tag: `novalue`: a tag is written KEY=VALUE
--- exit 2

"#]]
    );
    assert!(session.cloud.calls().is_empty());
}

#[tokio::test(start_paused = true)]
async fn invalid_definitions_are_refused() {
    let session = ConsoleSession::new("definitions");
    let missing = refused(&session, "--state-machine $DIR/missing.json").await;
    assert!(missing.contains("cannot read $DIR/missing.json"), "{missing}");
    session.file("broken.json", "{\"StartAt\": ");
    assert_data_eq!(
        refused(&session, "--state-machine $DIR/broken.json").await,
        str![[r#"
flow: $DIR/broken.json (--state-machine)
error: $DIR/broken.json is not JSON
  caused by: EOF while parsing a value at line 1 column 12
--- exit 2

"#]]
    );
    session.file("text.yaml", "hello\n");
    assert_data_eq!(
        refused(&session, "--state-machine $DIR/text.yaml").await,
        str![[r#"
flow: $DIR/text.yaml (--state-machine)
error: $DIR/text.yaml is not Amazon States Language: the document is a string; an object with StartAt and States is expected
--- exit 2

"#]]
    );
    session.file("faulty.yaml", "StartAt: B\nStates:\n  A: {Type: Pass}\n");
    let faulty = refused(&session, "--state-machine $DIR/faulty.yaml --output-state C").await;
    assert_data_eq!(
        faulty,
        str![[r#"
flow: $DIR/faulty.yaml (--state-machine)
error: $DIR/faulty.yaml cannot be used as a message flow
  error[unknown-target] $DIR/faulty.yaml:1:1 $.StartAt: there is no state `B` at this level
    fix: use the name of a state at the same level: A
  error[ending] $DIR/faulty.yaml:3:3 $.States.A: the state has neither Next nor End
    fix: add Next, or End: true
  error[output-state] --output-state: the definition has no state `C`
    fix: use the name of a state that every message passes, or omit the option
--- exit 2

"#]]
    );
    assert!(session.cloud.calls().is_empty());
}

#[tokio::test(start_paused = true)]
async fn invalid_handlers_are_refused() {
    let session = ConsoleSession::new("handlers");
    session.file("bootstrap", "#!/bin/sh\n");
    let script = refused(&session, "").await;
    assert_data_eq!(
        script,
        str![[r#"
flow: default, which delivers everything (not set)
error: $DIR/bootstrap cannot be deployed
  caused by: `bootstrap` is a script; a handler is an ELF program for Linux

hint: omit --handler, or name a `bootstrap` for Linux, or a zip that contains one
--- exit 2

"#]]
    );
    let none = session.run(&format!("up --org-arn {}", crate::session::ORGANIZATION)).await;
    assert_eq!(none.code, 2, "a debug build contains no handler: {}", none.all());
}

#[tokio::test(start_paused = true)]
async fn a_different_account_or_region_is_refused() {
    let session = ConsoleSession::new("elsewhere");
    let other =
        "arn:aws:workmail:us-east-1:111122223333:organization/m-0123456789abcdef0123456789abcdef";
    let line = format!("up --yes --org-arn {other} --handler $DIR/bootstrap");
    assert_data_eq!(
        session.run(&line).await.all(),
        str![[r#"
flow: default, which delivers everything (not set)
error: the credentials are for account 123456789012, but the organization belongs to account 111122223333

hint: you are arn:aws:iam::123456789012:user/operator; --profile NAME chooses other credentials
--- exit 2

"#]]
    );
    assert_data_eq!(
        refused(&session, "--region us-west-2").await,
        str![[r#"
flow: default, which delivers everything (not set)
error: --region cannot be used
  error[region] --region: the region is `us-west-2`, but the organization and its flow are in `us-east-1`: omit the region
--- exit 2

"#]]
    );
}

/// A stack of the same name in the wrong account shows by its ARN whose account it is; if reading
/// it is denied, the credentials are reported as the reason.
#[tokio::test(start_paused = true)]
async fn a_different_account_with_a_stack_of_that_name_is_refused() {
    let session = ConsoleSession::new("elsewhere-too");
    assert_eq!(session.flow("up", "--yes").await.code, 0);
    let writes = session.cloud.writes().len();
    let other =
        "arn:aws:workmail:us-east-1:111122223333:organization/m-0123456789abcdef0123456789abcdef";
    for command in ["up --yes", "plan"] {
        let line = format!("{command} --org-arn {other} --handler $DIR/bootstrap");
        let seen = session.run(&line).await;
        let denied = failure(
            "CloudFormation",
            "DescribeStacks",
            ErrorKind::Denied,
            Some("AccessDenied"),
            "you may not look",
        );
        session.cloud.fail_next("DescribeStacks", denied);
        let unseen = session.run(&line).await;
        assert_eq!((seen.code, unseen.code), (2, 2), "{}{}", seen.all(), unseen.all());
        assert_eq!(seen.all(), unseen.all());
        assert!(seen.all().contains("the credentials are for account 123456789012"));
    }
    assert_eq!(session.cloud.writes().len(), writes);
}

#[tokio::test(start_paused = true)]
async fn expired_credentials_are_reported() {
    let session = ConsoleSession::new("denied");
    session.cloud.expire_credentials();
    assert_data_eq!(
        session.flow("up", "--yes").await.all(),
        str![[r#"
flow: default, which delivers everything (not set)
error: STS GetCallerIdentity failed (ExpiredToken): The security token included in the request is expired [request ID 5ca1ab1e-0000-4000-8000-000000000001]

hint: the credentials have expired: renew them
--- exit 4

"#]]
    );
}

#[tokio::test(start_paused = true)]
async fn stacks_that_cannot_be_changed_are_refused() {
    let session = ConsoleSession::new("blocked");
    session.file(
        "deployer.yaml",
        format!("org-arn: {}\nhandler: bootstrap\n", crate::session::ORGANIZATION),
    );
    assert_eq!(session.run("up --yes").await.code, 0);
    let writes = session.cloud.writes().len();
    let mut printed = String::new();
    for status in ["UPDATE_IN_PROGRESS", "UPDATE_ROLLBACK_FAILED"] {
        session.cloud.set_status("workmail-message-flow", StackStatus::from_name(status));
        printed.push_str(&session.run("up --yes --memory 512").await.all());
    }
    session.cloud.set_status("workmail-message-flow", StackStatus::CreateComplete);
    session.cloud.untag_stack("workmail-message-flow", "message-flow:managed-by");
    printed.push_str(&session.run("up --yes").await.all());
    printed.push_str(&session.run("down --yes").await.all());
    assert_data_eq!(
        printed,
        str![[r#"
flow: default, which delivers everything (not set)
error: stack workmail-message-flow is busy: an operation is in progress (UPDATE_IN_PROGRESS)

hint: `up` and `down` wait for its end with --wait-busy; `deployer watch` follows it, `deployer cancel` cancels it
--- exit 1
flow: default, which delivers everything (not set)
error: stack workmail-message-flow is UPDATE_ROLLBACK_FAILED: a rollback or a deletion failed, and CloudFormation takes no update

hint: `deployer recover` shows what could not be rolled back, and continues the rollback
--- exit 1
flow: default, which delivers everything (not set)
error: there is a stack workmail-message-flow, but deployer did not create it

hint: choose another name with --stack-name
--- exit 1
error: there is a stack workmail-message-flow, but deployer did not create it

hint: choose another name with --stack-name
--- exit 1

"#]]
    );
    assert_eq!(session.cloud.writes().len(), writes);
}

#[tokio::test(start_paused = true)]
async fn a_bucket_of_another_account_is_refused() {
    let session = ConsoleSession::new("foreign-bucket");
    session.cloud.add_foreign_bucket(crate::session::BUCKET);
    assert_data_eq!(
        session.flow("up", "--yes").await.all(),
        str![[r#"
flow: default, which delivers everything (not set)
error: the artifact bucket's name, message-flow-artifacts-123456789012-us-east-1, belongs to another account, or your credentials have no access to it

hint: the credentials need s3:ListBucket and s3:GetBucketTagging on it
--- exit 1

"#]]
    );
    assert_eq!(session.cloud.writes(), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn errors_are_printed_as_json() {
    let session = ConsoleSession::new("json-error");
    let up = session.run("up --org-arn nonsense --output json").await;
    let object = up.json();
    assert_eq!((object["type"].as_str(), object["exit_code"].as_u64()), (Some("error"), Some(2)));
    assert_eq!(object["findings"][0]["code"], "organization-arn");
}
