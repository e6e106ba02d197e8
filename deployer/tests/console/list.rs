//! `deployer list`: the message flows of account and region, and of all regions.

use cloud::ErrorKind;
use snapbox::{assert_data_eq, str};

use crate::session::{ConsoleSession, failure};

const TAG: (&str, &str) = ("message-flow:managed-by", "deployer");
const QUEUE: &str = r#"{"Resources": {"Q": {"Type": "AWS::SQS::Queue"}}}"#;

/// A flow, a stack of somebody else's, and a flow without a readable template in another region.
pub(crate) async fn several(name: &str) -> ConsoleSession {
    let session = ConsoleSession::new(name);
    assert_eq!(session.flow("up", "--yes --memory 256").await.code, 0);
    session.cloud.add_stack("theirs", QUEUE, &[]).await.unwrap();
    let ireland = session.cloud.in_region("eu-west-1");
    ireland.add_stack("mail", QUEUE, &[TAG]).await.unwrap();
    ireland.add_stack("archive", QUEUE, &[TAG, ("team", "mail")]).await.unwrap();
    session
}

/// The digest is the compressor's.
fn without_digest(text: &str) -> String {
    let at = text.find("sha256 ").unwrap() + "sha256 ".len();
    format!("{}<digest>{}", &text[..at], &text[at + 8..])
}

#[tokio::test(start_paused = true)]
async fn the_flows_of_the_region_are_listed() {
    let session = several("list").await;
    let writes = session.cloud.writes().len();
    assert_data_eq!(
        without_digest(&session.run("list").await.all()),
        str![[r#"
--- stdout
1 message flow in account 123456789012, region us-east-1:

workmail-message-flow  us-east-1  CREATE_COMPLETE
  flow          default
  organization  m-0123456789abcdef0123456789abcdef
  handler       sha256 <digest>…
  changed       2026-11-21 12:00:00 UTC
--- exit 0

"#]]
    );
    assert_eq!(session.run("ls").await.code, 0);
    assert_eq!(session.cloud.writes().len(), writes);
    let json = session.run("list --output json").await.json();
    assert_eq!(json["account"], "123456789012");
    assert_eq!(json["regions"], serde_json::json!(["us-east-1"]));
    assert_eq!(json["flows"][0]["flow"], "default");
    assert_eq!(json["flows"].as_array().unwrap().len(), 1, "{json}");
}

#[tokio::test(start_paused = true)]
async fn every_region_is_asked_and_says_when_it_answers() {
    let session = several("list-all").await;
    assert_data_eq!(
        without_digest(&session.run("list --all-regions").await.all()),
        str![[r#"
reading us-east-1, us-west-2, eu-west-1
us-west-2 answered (1 of 3)
us-east-1 answered (2 of 3)
eu-west-1 answered (3 of 3)
--- stdout
3 message flows in account 123456789012, regions us-east-1, us-west-2, eu-west-1:

workmail-message-flow  us-east-1  CREATE_COMPLETE
  flow          default
  organization  m-0123456789abcdef0123456789abcdef
  handler       sha256 <digest>…
  changed       2026-11-21 12:00:00 UTC

archive  eu-west-1  CREATE_COMPLETE
  changed       2026-11-21 12:00:48 UTC

mail  eu-west-1  CREATE_COMPLETE
  changed       2026-11-21 12:00:42 UTC
--- exit 0

"#]]
    );
    // The region that is set is one of them, wherever it is.
    let frankfurt = session.run("list --all-regions --region eu-central-1 --output json").await;
    let regions = serde_json::json!(["eu-central-1", "us-east-1", "us-west-2", "eu-west-1"]);
    assert_eq!(frankfurt.json()["regions"], regions);
    // None has to be set.
    session.cloud.set_configured_region(None);
    let all = session.run("list --all-regions --output json").await;
    assert_eq!((all.code, all.json()["flows"].as_array().unwrap().len()), (0, 3));
    assert_eq!(session.run("list").await.code, 2);
}

#[tokio::test(start_paused = true)]
async fn nothing_to_list_is_one_sentence() {
    let session = ConsoleSession::new("list-none");
    let printed = session.run("list").await.all();
    let printed = printed + &session.run("list --all-regions --quiet").await.all();
    assert_data_eq!(
        printed,
        str![[r#"
--- stdout
there is no message flow in account 123456789012, region us-east-1: `deployer up` installs one, and `deployer list --all-regions` searches the other regions
--- exit 0
--- stdout
there is no message flow in account 123456789012, regions us-east-1, us-west-2, eu-west-1: `deployer up` installs one
--- exit 0

"#]]
    );
}

#[tokio::test(start_paused = true)]
async fn a_region_that_refuses_hides_nothing_of_the_others() {
    let session = several("list-refused").await;
    let policy = "User: arn:aws:iam::123456789012:user/operator is not authorized to perform: \
                  cloudformation:DescribeStacks with an explicit deny in a service control policy";
    session.cloud.refuse_region("us-west-2", ErrorKind::Denied, "AccessDenied", policy);
    let disabled = "The security token included in the request is invalid";
    let code = "InvalidClientTokenId";
    session.cloud.refuse_region("eu-west-1", ErrorKind::Denied, code, disabled);
    assert_data_eq!(
        without_digest(&session.run("list --all-regions --quiet").await.all()),
        str![[r#"
region us-west-2 could not be read: CloudFormation DescribeStacks failed (AccessDenied): User: arn:aws:iam::123456789012:user/operator is not authorized to perform: cloudformation:DescribeStacks with an explicit deny in a service control policy [request ID 5ca1ab1e-0000-4000-8000-000000000001]
region eu-west-1 could not be read: CloudFormation DescribeStacks failed (InvalidClientTokenId): The security token included in the request is invalid [request ID 5ca1ab1e-0000-4000-8000-000000000001]; perhaps the region is not enabled for the account
--- stdout
1 message flow in account 123456789012, region us-east-1:

workmail-message-flow  us-east-1  CREATE_COMPLETE
  flow          default
  organization  m-0123456789abcdef0123456789abcdef
  handler       sha256 <digest>…
  changed       2026-11-21 12:00:00 UTC
--- exit 4

"#]]
    );
    let json = session.run("list --all-regions --output json").await;
    assert_eq!(json.code, 4);
    assert_eq!(json.json()["refused"][0]["code"], "AccessDenied");
    session.cloud.refuse_region("us-east-1", ErrorKind::Unreachable, "x", "timed out");
    assert_data_eq!(
        session.run("list --all-regions --quiet").await.all(),
        str![[r#"
error: CloudFormation DescribeStacks failed (x): timed out [request ID 5ca1ab1e-0000-4000-8000-000000000001]
  us-east-1: CloudFormation DescribeStacks failed (x): timed out [request ID 5ca1ab1e-0000-4000-8000-000000000001]
  us-west-2: CloudFormation DescribeStacks failed (AccessDenied): User: arn:aws:iam::123456789012:user/operator is not authorized to perform: cloudformation:DescribeStacks with an explicit deny in a service control policy [request ID 5ca1ab1e-0000-4000-8000-000000000001]
  eu-west-1: CloudFormation DescribeStacks failed (InvalidClientTokenId): The security token included in the request is invalid [request ID 5ca1ab1e-0000-4000-8000-000000000001]; perhaps the region is not enabled for the account

hint: check the network, the region, and --endpoint-url; you can safely retry the command
--- exit 1

"#]]
    );
    let alone = session.run("list").await;
    assert_eq!(alone.code, 1, "{}", alone.all());
}

#[tokio::test(start_paused = true)]
async fn a_region_that_does_not_answer_is_another_failure_than_a_refusal() {
    let session = several("list-silent").await;
    session.cloud.refuse_region("us-west-2", ErrorKind::Unreachable, "x", "timed out");
    let printed = session.run("list --all-regions").await;
    assert_eq!(printed.code, 1, "{}", printed.all());
}

#[tokio::test(start_paused = true)]
async fn a_template_that_cannot_be_read_hides_no_flow() {
    let session = several("list-template").await;
    let denied = failure("x", "x", ErrorKind::Denied, Some("AccessDenied"), "no");
    session.cloud.fail_next("GetTemplate", denied);
    let printed = session.run("list").await;
    assert_eq!(printed.code, 0);
    let expected = "workmail-message-flow  us-east-1  CREATE_COMPLETE\n  changed";
    assert!(printed.out.contains(expected), "{}", printed.out);
    assert!(printed.out.contains("its template could not be read: "), "{}", printed.out);
}

/// It is about all stacks of the account, so no policy for one stack has it.
#[tokio::test(start_paused = true)]
async fn listing_has_a_policy_of_its_own() {
    let session = ConsoleSession::new("permissions-list");
    let actions = async |purpose: &str| {
        let printed = session.run(&format!("permissions --for {purpose} --quiet")).await;
        assert_eq!(printed.code, 0, "{}", printed.all());
        printed.out
    };
    let list = actions("list").await;
    for action in ["DescribeStacks", "GetTemplate", "ListStacks"] {
        assert!(list.contains(&format!("cloudformation:{action}")), "{list}");
    }
    for purpose in ["deploy", "read"] {
        assert!(!actions(purpose).await.contains("ListStacks"), "{purpose}");
    }
    let deploy = actions("deploy").await;
    assert!(deploy.contains("states:StopExecution") && deploy.contains("states:RedriveExecution"));
}
