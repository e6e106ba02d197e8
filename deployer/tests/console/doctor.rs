//! `deployer doctor`: every check, when it passes, fails, and has no answer.

use cloud::{ErrorKind, StackStatus};
use snapbox::{assert_data_eq, str};

use crate::session::{BUCKET, ConsoleSession, ORGANIZATION, failure};

const ID: &str = "m-0123456789abcdef0123456789abcdef";
const ROLE: &str = "arn:aws:iam::123456789012:role/cloudformation";

pub(crate) fn session(name: &str) -> ConsoleSession {
    let session = ConsoleSession::new(name);
    session.cloud.set_organization(ID, "Active", None);
    session
}

async fn doctor(session: &ConsoleSession, options: &str) -> crate::session::Printed {
    session.run(&format!("doctor --org-arn {ORGANIZATION} {options}")).await
}

#[tokio::test(start_paused = true)]
async fn every_check_can_pass() {
    let session = session("doctor");
    let printed = doctor(&session, "").await;
    assert_data_eq!(
        printed.all(),
        str![[r#"
--- stdout
warning  deployer: deployer 0.1.0 contains no handler (debug build)
         hint: use a release build, or name a handler for `up` with --handler FILE
ok       organization-arn: arn:aws:workmail:us-east-1:123456789012:organization/m-0123456789abcdef0123456789abcdef
ok       region: us-east-1, the organization's
ok       credentials: you are arn:aws:iam::123456789012:user/operator
ok       account: 123456789012, the organization's
ok       organization: example (m-0123456789abcdef0123456789abcdef) is active
ok       permissions: all 122 that are needed are granted
ok       stack: there is no stack workmail-message-flow yet
ok       bucket: message-flow-artifacts-123456789012-us-east-1 is free; `up` creates it
ok       quotas: 1000 concurrent invocations of Lambda functions in this region
ok       quotas: 300 executions started a second in this region
ok       quotas: 50 polls of executions a second in this region
warning  end-of-support: Amazon WorkMail ends on 2027-03-31, in 130 days.
11 passed, 2 warnings, 0 errors, 0 unknown
--- exit 0

"#]]
    );
    assert_eq!(session.cloud.writes(), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn every_check_can_fail() {
    let session = session("doctor-ill");
    assert_eq!(session.flow("up", "--yes").await.code, 0);
    session.cloud.set_status("workmail-message-flow", StackStatus::UpdateRollbackFailed);
    session.cloud.set_organization(ID, "Impaired", Some("the directory is gone"));
    session.cloud.set_quota("Concurrent executions", Some(10.0));
    for action in ["lambda:CreateFunction", "iam:PassRole", "s3:PutObject"] {
        session.cloud.deny_action(action);
    }
    let before = session.cloud.writes();
    let printed = doctor(&session, "").await;
    assert_data_eq!(
        printed.all(),
        str![[r#"
--- stdout
warning  deployer: deployer 0.1.0 contains no handler (debug build)
         hint: use a release build, or name a handler for `up` with --handler FILE
ok       organization-arn: arn:aws:workmail:us-east-1:123456789012:organization/m-0123456789abcdef0123456789abcdef
ok       region: us-east-1, the organization's
ok       credentials: you are arn:aws:iam::123456789012:user/operator
ok       account: 123456789012, the organization's
error    organization: example (m-0123456789abcdef0123456789abcdef) is Impaired: the directory is gone
         hint: the WorkMail console shows whether the organization is active
error    permissions: 3 of 122 missing: iam:PassRole, lambda:CreateFunction, s3:PutObject
         hint: `deployer permissions --org-arn arn:aws:workmail:us-east-1:123456789012:organization/m-0123456789abcdef0123456789abcdef` prints what is needed, with the resources
error    stack: workmail-message-flow is UPDATE_ROLLBACK_FAILED
         hint: `deployer recover --org-arn arn:aws:workmail:us-east-1:123456789012:organization/m-0123456789abcdef0123456789abcdef` shows what could not be rolled back, and continues
ok       bucket: message-flow-artifacts-123456789012-us-east-1 is there
ok       rule: the stack is set up for a rule that is synchronous; CloudWatch has no invocation of the last 7 days (yet)
warning  quotas: only 10 concurrent invocations of Lambda functions in this region
         hint: beyond that, mail waits until WorkMail retries; Service Quotas raises `Concurrent executions` (lambda) on request, and docs/reference/limits.md says how much is needed
ok       quotas: 300 executions started a second in this region
ok       quotas: 50 polls of executions a second in this region
warning  end-of-support: Amazon WorkMail ends on 2027-03-31, in 130 days.
8 passed, 3 warnings, 3 errors, 0 unknown
--- exit 3

"#]]
    );
    assert_eq!(session.cloud.writes(), before);
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_checked_is_not_an_error() {
    let session = session("doctor-untold");
    let denied = |service, operation| {
        let kind = ErrorKind::Denied;
        failure(service, operation, kind, Some("AccessDeniedException"), "not authorized")
    };
    let cloud = &session.cloud;
    cloud.fail_next("DescribeStacks", denied("CloudFormation", "DescribeStacks"));
    cloud.fail_next("HeadBucket", denied("S3", "HeadBucket"));
    cloud.fail_next("ListServiceQuotas", denied("Service Quotas", "ListServiceQuotas"));
    cloud.fail_next("SimulatePrincipalPolicy", denied("IAM", "SimulatePrincipalPolicy"));
    cloud.set_quota("StartExecution throttle token refill rate per second", None);
    let unknown = "the operation is not known here";
    let kind = ErrorKind::Invalid;
    let unknown =
        failure("WorkMail", "DescribeOrganization", kind, Some("UnknownOperation"), unknown);
    cloud.fail_next("DescribeOrganization", unknown);
    assert_data_eq!(
        doctor(&session, "").await.all(),
        str![[r#"
--- stdout
warning  deployer: deployer 0.1.0 contains no handler (debug build)
         hint: use a release build, or name a handler for `up` with --handler FILE
ok       organization-arn: arn:aws:workmail:us-east-1:123456789012:organization/m-0123456789abcdef0123456789abcdef
ok       region: us-east-1, the organization's
ok       credentials: you are arn:aws:iam::123456789012:user/operator
ok       account: 123456789012, the organization's
unknown  organization: WorkMail DescribeOrganization failed (UnknownOperation): the operation is not known here
         hint: --workmail-endpoint-url names WorkMail's endpoint, if it is another one
unknown  permissions: IAM SimulatePrincipalPolicy failed (AccessDeniedException): not authorized
         hint: allow iam:SimulatePrincipalPolicy to see more
unknown  stack: CloudFormation DescribeStacks failed (AccessDeniedException): not authorized
unknown  bucket: S3 HeadBucket failed (AccessDeniedException): not authorized
unknown  quotas: Service Quotas ListServiceQuotas failed (AccessDeniedException): not authorized
unknown  quotas: Service Quotas does not list `StartExecution throttle token refill rate per second`
ok       quotas: 50 polls of executions a second in this region
warning  end-of-support: Amazon WorkMail ends on 2027-03-31, in 130 days.
5 passed, 2 warnings, 0 errors, 6 unknown
--- exit 0

"#]]
    );
}

#[tokio::test(start_paused = true)]
async fn with_invalid_credentials_the_other_checks_are_unknown() {
    let session = session("doctor-denied");
    session.cloud.expire_credentials();
    let printed = doctor(&session, "").await;
    assert_data_eq!(
        printed.all(),
        str![[r#"
--- stdout
warning  deployer: deployer 0.1.0 contains no handler (debug build)
         hint: use a release build, or name a handler for `up` with --handler FILE
ok       organization-arn: arn:aws:workmail:us-east-1:123456789012:organization/m-0123456789abcdef0123456789abcdef
ok       region: us-east-1, the organization's
error    credentials: STS GetCallerIdentity failed (ExpiredToken): The security token included in the request is expired [request ID 5ca1ab1e-0000-4000-8000-000000000001]
         hint: `aws sts get-caller-identity` with the same profile must work; --profile NAME chooses another
unknown  organization: not checked: the caller is unknown
unknown  permissions: not checked: the caller is unknown
unknown  stack: not checked: the caller is unknown
unknown  bucket: not checked: the caller is unknown
unknown  quotas: not checked: the caller is unknown
warning  end-of-support: Amazon WorkMail ends on 2027-03-31, in 130 days.
2 passed, 2 warnings, 1 error, 5 unknown
--- exit 3

"#]]
    );
    assert_eq!(session.cloud.calls().len(), 1, "nothing else is asked with them");
}

#[tokio::test(start_paused = true)]
async fn a_different_account_or_region_is_an_error() {
    let session = session("doctor-elsewhere");
    let elsewhere = ORGANIZATION.replace("123456789012", "111122223333");
    let elsewhere = elsewhere.replace("us-east-1", "eu-west-1");
    let printed = session.run(&format!("doctor --org-arn {elsewhere}")).await;
    assert_data_eq!(
        printed.all(),
        str![[r#"
--- stdout
warning  deployer: deployer 0.1.0 contains no handler (debug build)
         hint: use a release build, or name a handler for `up` with --handler FILE
ok       organization-arn: arn:aws:workmail:eu-west-1:111122223333:organization/m-0123456789abcdef0123456789abcdef
ok       region: eu-west-1, the organization's
ok       credentials: you are arn:aws:iam::123456789012:user/operator
error    account: the credentials are for account 123456789012, but the organization belongs to account 111122223333
         hint: --profile NAME chooses other credentials
unknown  organization: not checked: the credentials are for another account
unknown  permissions: not checked: the credentials are for another account
unknown  stack: not checked: the credentials are for another account
unknown  bucket: not checked: the credentials are for another account
unknown  quotas: not checked: the credentials are for another account
warning  end-of-support: Amazon WorkMail ends on 2027-03-31, in 130 days.
3 passed, 2 warnings, 1 error, 5 unknown
--- exit 3

"#]]
    );
}

#[tokio::test(start_paused = true)]
async fn without_an_organization_the_other_checks_run() {
    let session = session("doctor-nobody");
    assert_data_eq!(
        session.run("doctor --region eu-central-1").await.all(),
        str![[r#"
--- stdout
warning  deployer: deployer 0.1.0 contains no handler (debug build)
         hint: use a release build, or name a handler for `up` with --handler FILE
error    organization-arn: the organization is missing; give its ARN with --org-arn, as DEPLOYER_ORG_ARN, or as `org-arn` in deployer.yaml
error    region: eu-central-1: WorkMail exists only in us-east-1, us-west-2, eu-west-1
         hint: choose another one with --region
ok       credentials: you are arn:aws:iam::123456789012:user/operator
ok       account: 123456789012
unknown  organization: not checked: it is not clear which one
unknown  permissions: not checked: they are for one organization, and it is not clear which
ok       stack: there is no stack workmail-message-flow yet
ok       bucket: message-flow-artifacts-123456789012-eu-central-1 is free; `up` creates it
ok       quotas: 1000 concurrent invocations of Lambda functions in this region
ok       quotas: 300 executions started a second in this region
ok       quotas: 50 polls of executions a second in this region
warning  end-of-support: Amazon WorkMail ends on 2027-03-31, in 130 days.
7 passed, 2 warnings, 2 errors, 2 unknown
--- exit 3

"#]]
    );
    session.cloud.set_configured_region(None);
    let nowhere = session.run("doctor --org-arn nonsense").await;
    assert_eq!(nowhere.code, 3);
    assert!(nowhere.out.contains("error    organization-arn: `nonsense`"), "{}", nowhere.out);
    assert!(nowhere.out.contains("error    region: no region is set"), "{}", nowhere.out);
}

#[tokio::test(start_paused = true)]
async fn a_missing_organization_and_a_bucket_of_another_account_are_errors() {
    let session = ConsoleSession::new("doctor-missing");
    session.cloud.add_foreign_bucket(BUCKET);
    let printed = doctor(&session, "--stack-name mail").await;
    assert_eq!(printed.code, 3);
    let ill: Vec<&str> = printed.out.lines().filter(|line| line.starts_with("error")).collect();
    assert_data_eq!(
        ill.join("\n"),
        str![[r#"
error    organization: there is no organization m-0123456789abcdef0123456789abcdef in us-east-1
error    bucket: message-flow-artifacts-123456789012-us-east-1 belongs to another account, or your credentials have no access to it
"#]]
    );
}

#[tokio::test(start_paused = true)]
async fn the_permissions_of_the_session_role_and_the_cloudformation_role_are_checked() {
    let session = session("doctor-role");
    let cloud = &session.cloud;
    cloud.set_caller("arn:aws:sts::123456789012:assumed-role/deploy/ci");
    cloud.deny_action("lambda:CreateFunction");
    let printed = doctor(&session, &format!("--role-arn {ROLE}")).await;
    let output: Vec<&str> =
        printed.out.lines().filter(|line| line.contains("permissions")).collect();
    assert_data_eq!(
        output.join("\n"),
        str![[r#"
ok       permissions: all 58 that are needed are granted
error    role-permissions: 1 of 71 missing: lambda:CreateFunction
         hint: `deployer permissions --for cloudformation-role --org-arn arn:aws:workmail:us-east-1:123456789012:organization/m-0123456789abcdef0123456789abcdef --role-arn arn:aws:iam::123456789012:role/cloudformation` prints what the role needs
"#]]
    );
    assert_eq!(cloud.simulated_principals(), [ROLE, "arn:aws:iam::123456789012:role/team/deploy"]);
}

#[tokio::test(start_paused = true)]
async fn a_role_whose_path_cannot_be_read_is_assumed_to_have_none() {
    let session = session("doctor-path");
    let cloud = &session.cloud;
    cloud.set_caller("arn:aws:sts::123456789012:assumed-role/deploy/ci");
    let denied = failure("IAM", "GetRole", ErrorKind::Denied, Some("AccessDenied"), "no");
    cloud.fail_next("GetRole", denied);
    assert_eq!(doctor(&session, "").await.code, 0);
    assert_eq!(cloud.simulated_principals(), ["arn:aws:iam::123456789012:role/deploy"]);
}

#[tokio::test(start_paused = true)]
async fn permissions_of_root_federated_users_and_conditions_are_not_simulated() {
    let session = session("doctor-callers");
    let cloud = &session.cloud;
    let mut output = String::new();
    for arn in [
        "arn:aws:iam::123456789012:root",
        "arn:aws:sts::123456789012:federated-user/me",
        "arn:aws:iam::123456789012:user/me",
    ] {
        cloud.set_caller(arn);
        cloud.deny_action("s3:PutObject");
        cloud.require_condition("aws:MultiFactorAuthPresent");
        let printed = doctor(&session, "").await;
        assert_eq!(printed.code, 0, "{}", printed.out);
        let line = printed.out.lines().find(|line| line.contains(" permissions: "));
        output.push_str(&format!("{}\n", line.unwrap()));
    }
    assert_data_eq!(
        output,
        str![[r#"
warning  permissions: these are credentials of the account's root user, who has every permission
unknown  permissions: IAM does not simulate what arn:aws:sts::123456789012:federated-user/me may do
unknown  permissions: not decided, or under conditions: s3:PutObject

"#]]
    );
}

#[tokio::test(start_paused = true)]
async fn doctor_prints_json() {
    let session = session("doctor-json");
    session.cloud.deny_action("s3:PutObject");
    let printed = doctor(&session, "--output json").await;
    assert_eq!((printed.code, printed.err.as_str()), (3, ""));
    let objects = printed.objects();
    let (last, checks) = objects.split_last().unwrap();
    for check in checks {
        assert_eq!(check["type"], "check");
        for member in ["name", "outcome", "sentence"] {
            assert!(check[member].is_string(), "{member}: {check}");
        }
        assert!(check.get("hint").is_some(), "{check}");
    }
    let next_id =
        ["ok", "warnings", "errors", "could_not_tell"].map(|member| last[member].as_u64().unwrap());
    assert_eq!(next_id.iter().sum::<u64>(), checks.len() as u64);
    assert_eq!((&last["type"], next_id[2]), (&"diagnosis".into(), 1));
}

#[tokio::test(start_paused = true)]
async fn an_invalid_stack_name_or_role_is_refused() {
    let session = session("doctor-usage");
    for options in ["--stack-name 1st", "--role-arn me"] {
        let printed = doctor(&session, options).await;
        assert_eq!((printed.code, printed.out.as_str()), (2, ""), "{options}");
    }
    assert!(session.cloud.calls().is_empty());
}

#[tokio::test(start_paused = true)]
async fn permissions_of_a_flow_are_checked_and_unknown_ones_are_reported() {
    let session = session("doctor-flow");
    session.cloud.deny_action("sns:CreateTopic");
    let permissions = |printed: &crate::session::Printed| {
        let mut lines = printed.out.lines();
        lines.find(|line| line.contains(" permissions: ")).map(str::to_owned)
    };
    let plain = permissions(&doctor(&session, "").await).unwrap();
    assert!(plain.starts_with("ok"), "{plain}");
    let approval = doctor(&session, "--flow approval").await;
    let missing = permissions(&approval).unwrap();
    assert!(missing.ends_with(" missing: sns:CreateTopic"), "{missing}");
    assert!(!approval.out.contains(" flow: "), "{}", approval.out);
    session.without("mine");
    std::fs::create_dir(session.path("mine")).unwrap();
    session.file("mine/resources.yaml", "Resources:\n  Files:\n    Type: AWS::EFS::FileSystem\n");
    let mine = doctor(&session, "--flow $DIR/mine").await;
    let output: String = mine.out.lines().filter(|line| line.contains("EFS::FileSystem")).collect();
    assert!(output.starts_with("warning  flow: "), "{}", mine.all());
    assert!(
        output
            .contains("mine/resources.yaml:3:5: the permissions that `AWS::EFS::FileSystem` needs"),
        "{output}"
    );
    assert_eq!(mine.code, 0, "{}", mine.all());
}
