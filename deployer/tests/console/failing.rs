//! `deployer up` where CloudFormation fails: the reason, what to do, and what the next `up` does.

use snapbox::{assert_data_eq, str};

use crate::session::{BUCKET, ConsoleSession, ORGANIZATION, failure, handler};
use cloud::{ErrorKind, Failure, FailureKind, StackStatus};

#[tokio::test(start_paused = true)]
async fn a_failed_creation_reports_its_reason_and_the_next_up_recovers() {
    let session = ConsoleSession::new("failed-create");
    session.cloud.fail_resource("MfsmFunctionLogGroup", "/aws/lambda/x already exists");
    let up = session.flow("up", "--yes").await;
    assert_data_eq!(
        up.folded(),
        str![[r#"
[CREATION]
create of arn:aws:cloudformation:us-east-1:123456789012:stack/workmail-message-flow/53626faf-7f5f-4494-8258-a44e1f258946 started
12:00:01 CREATE_IN_PROGRESS   workmail-message-flow AWS::CloudFormation::Stack: User Initiated
12:00:02 CREATE_IN_PROGRESS   MfsmExecutionTable AWS::DynamoDB::Table
12:00:04 CREATE_IN_PROGRESS   MfsmFunctionLogGroup AWS::Logs::LogGroup
12:00:06 CREATE_IN_PROGRESS   MfsmFunctionRole AWS::IAM::Role
12:00:08 CREATE_IN_PROGRESS   MfsmStateMachineLogGroup AWS::Logs::LogGroup
12:00:10 CREATE_IN_PROGRESS   MfsmStateMachineRole AWS::IAM::Role
12:00:13 CREATE_FAILED        MfsmFunctionLogGroup AWS::Logs::LogGroup: /aws/lambda/x already exists
12:00:17 ROLLBACK_IN_PROGRESS workmail-message-flow AWS::CloudFormation::Stack: The following resource(s) failed to create: [MfsmExecutionTable, MfsmFunctionLogGroup, MfsmFunctionRole, MfsmStateMachineLogGroup, MfsmStateMachineRole]. Rollback requested by user.
12:00:18 DELETE_IN_PROGRESS   MfsmExecutionTable AWS::DynamoDB::Table
12:00:19 DELETE_IN_PROGRESS   MfsmFunctionLogGroup AWS::Logs::LogGroup
12:00:20 DELETE_IN_PROGRESS   MfsmFunctionRole AWS::IAM::Role
12:00:21 DELETE_IN_PROGRESS   MfsmStateMachineLogGroup AWS::Logs::LogGroup
12:00:22 DELETE_IN_PROGRESS   MfsmStateMachineRole AWS::IAM::Role
12:00:23 DELETE_COMPLETE      MfsmExecutionTable AWS::DynamoDB::Table
12:00:24 DELETE_COMPLETE      MfsmFunctionLogGroup AWS::Logs::LogGroup
12:00:25 DELETE_COMPLETE      MfsmFunctionRole AWS::IAM::Role
12:00:26 DELETE_COMPLETE      MfsmStateMachineLogGroup AWS::Logs::LogGroup
12:00:27 DELETE_COMPLETE      MfsmStateMachineRole AWS::IAM::Role
12:00:28 ROLLBACK_COMPLETE    workmail-message-flow AWS::CloudFormation::Stack
error: the stack ended in ROLLBACK_COMPLETE because MfsmFunctionLogGroup (AWS::Logs::LogGroup) could not be created
  error[create-failed] /Resources/MfsmFunctionLogGroup: /aws/lambda/x already exists
  canceled as a consequence: MfsmExecutionTable, MfsmFunctionRole, MfsmStateMachineLogGroup, MfsmStateMachineRole
  CloudFormation then rolled the operation back

hint: something of that name exists outside the stack: remove it, or choose another --stack-name
hint: fix the cause and run `deployer up --org-arn arn:aws:workmail:us-east-1:123456789012:organization/m-0123456789abcdef0123456789abcdef --handler $DIR/bootstrap --yes` again: it removes what is left and starts over
--- exit 1

"#]]
    );
    session.cloud.fix_resource("MfsmFunctionLogGroup");
    let again = session.flow("up", "--yes").await;
    assert_eq!(again.code, 0, "{}", again.all());
    let status = session.cloud.status("workmail-message-flow");
    assert_eq!(status, Some(StackStatus::CreateComplete));
}

#[tokio::test(start_paused = true)]
async fn a_failed_update_is_rolled_back() {
    let session = ConsoleSession::new("failed-update");
    assert_eq!(session.flow("up", "--yes").await.code, 0);
    session.cloud.fail_resource("MfsmFunction", "The memory is not available");
    let up = session.flow("up", "--yes --memory 512").await;
    assert_data_eq!(
        up.err,
        str![[r#"
flow: default, which delivers everything (not set)
stack workmail-message-flow would be updated in account 123456789012, region us-east-1
  handler for arm64: $DIR/bootstrap
requested change set deployer-up-1795262403000-00000003
CloudFormation would make these changes:
  ~ change MfsmFunction AWS::Lambda::Function
      MemorySize: 128 -> 512
Plan: 0 to add, 1 to change, 0 to remove.
update of arn:aws:cloudformation:us-east-1:123456789012:stack/workmail-message-flow/53626faf-7f5f-4494-8258-a44e1f258946 started
12:00:36 UPDATE_IN_PROGRESS   workmail-message-flow AWS::CloudFormation::Stack: User Initiated
12:00:37 UPDATE_IN_PROGRESS   MfsmFunction AWS::Lambda::Function
12:00:38 UPDATE_FAILED        MfsmFunction AWS::Lambda::Function: The memory is not available
12:00:39 UPDATE_ROLLBACK_IN_PROGRESS workmail-message-flow AWS::CloudFormation::Stack: The following resource(s) failed to update: [MfsmFunction]. 
12:00:40 UPDATE_IN_PROGRESS   MfsmFunction AWS::Lambda::Function
12:00:41 UPDATE_COMPLETE      MfsmFunction AWS::Lambda::Function
12:00:42 UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS workmail-message-flow AWS::CloudFormation::Stack
12:00:43 UPDATE_ROLLBACK_COMPLETE workmail-message-flow AWS::CloudFormation::Stack
error: the stack ended in UPDATE_ROLLBACK_COMPLETE because MfsmFunction (AWS::Lambda::Function) could not be updated
  error[update-failed] /Resources/MfsmFunction: The memory is not available
  CloudFormation then rolled the operation back

hint: the stack is as it was before: fix the cause and run `deployer up --org-arn arn:aws:workmail:us-east-1:123456789012:organization/m-0123456789abcdef0123456789abcdef --handler $DIR/bootstrap --yes --memory 512` again

"#]]
    );
    assert_eq!(up.code, 1);
    session.cloud.fix_resource("MfsmFunction");
    assert_eq!(session.flow("up", "--yes").await.code, 0);
}

#[tokio::test(start_paused = true)]
async fn a_stack_that_changed_meanwhile_is_a_reason_to_retry() {
    let session = ConsoleSession::new("moved");
    let gone = failure(
        "CloudFormation",
        "ExecuteChangeSet",
        ErrorKind::NotFound,
        Some("ChangeSetNotFound"),
        "ChangeSet does not exist",
    );
    session.cloud.fail_next("ExecuteChangeSet", gone);
    let up = session.flow("up", "--yes").await;
    assert_eq!(up.code, 1);
    assert!(up.err.contains("meanwhile: run `deployer up --org-arn"), "{}", up.err);
    assert_eq!(session.flow("up", "--yes").await.code, 0);
}

#[tokio::test(start_paused = true)]
async fn a_failed_change_set_is_reported_with_its_reason_and_leaves_no_stack() {
    let session = ConsoleSession::new("refused-change-set");
    session.cloud.fail_next_change_set("The template is not to CloudFormation's taste");
    let up = session.flow("up", "--yes").await;
    assert_eq!(up.code, 1);
    let printed = "error: CloudFormation refused the change set: The template is not to \
                CloudFormation's taste";
    assert!(up.err.contains(printed), "{}", up.err);
    assert_eq!(session.cloud.stack_names(), [""; 0]);
    assert_eq!(session.flow("up", "--yes").await.code, 0);
}

#[tokio::test(start_paused = true)]
async fn a_refused_template_is_explained_and_leaves_nothing() {
    let session = ConsoleSession::new("refused-template");
    let refused = || {
        failure(
            "CloudFormation",
            "CreateChangeSet",
            ErrorKind::Invalid,
            Some("ValidationError"),
            "Template format error: Unrecognized resource types: [AWS::SNS::Topik]",
        )
    };
    session.cloud.fail_next("CreateChangeSet", refused());
    let up = session.flow("up", "--yes").await;
    let printed = up.err.split_once("error: ").unwrap().1.to_owned();
    assert_data_eq!(
        printed,
        str![[r#"
CloudFormation CreateChangeSet failed (ValidationError): Template format error: Unrecognized resource types: [AWS::SNS::Topik]

hint: CloudFormation does not know these types in this region: correct `Type` in the flow's resources.yaml; nothing was changed; `deployer render --org-arn arn:aws:workmail:us-east-1:123456789012:organization/m-0123456789abcdef0123456789abcdef --handler $DIR/bootstrap` prints the template that was refused

"#]]
    );
    assert_eq!((up.code, session.cloud.stack_names()), (1, Vec::new()));
    assert_eq!(session.cloud.bucket_names(), [""; 0]);
    assert_eq!(session.flow("up", "--yes").await.code, 0);

    // An update leaves the handler that is deployed, and removes only its own.
    let deployed = session.cloud.object_keys(BUCKET);
    session.file("other", [&handler()[..], b"other"].concat());
    session.cloud.fail_next("CreateChangeSet", refused());
    let update = format!("up --org-arn {ORGANIZATION} --yes --handler $DIR/other");
    let update = session.run(&update).await;
    assert_eq!(update.code, 1, "{}", update.all());
    assert_eq!(session.cloud.object_keys(BUCKET), deployed);
}

fn found(path: Option<&str>, reason: &str, warning: bool) -> Failure {
    Failure {
        kind: FailureKind::Validation,
        timestamp: jiff::Timestamp::UNIX_EPOCH,
        logical_id: "MfsmFunction".to_owned(),
        resource_type: "AWS::Lambda::Function".to_owned(),
        status: String::new(),
        reason: reason.to_owned(),
        path: path.map(str::to_owned),
        check: Some("PROPERTY_VALIDATION".to_owned()),
        warning,
    }
}

#[tokio::test(start_paused = true)]
async fn validation_failures_are_reported_with_their_path() {
    let session = ConsoleSession::new("validation");
    let path = "/Resources/MfsmFunction/Properties/MemorySize";
    let findings = || {
        vec![
            found(Some(path), "#/MemorySize: 64 is not greater or equal to 128", false),
            found(None, "Of 10 allowed functions 10 exist", true),
        ]
    };
    session.cloud.fail_next_validation(findings());
    let up = session.flow("up", "--yes").await;
    let printed = up.err.split_once("error: ").unwrap().1.to_owned();
    assert_data_eq!(
        printed,
        str![[r#"
CloudFormation refused the change set: ChangeSet creation failed due to early validation errors. Please use the DescribeEvents API to retrieve validation errors.
  error[validation] /Resources/MfsmFunction/Properties/MemorySize: #/MemorySize: 64 is not greater or equal to 128 (PROPERTY_VALIDATION)
  warning[validation] /Resources/MfsmFunction: Of 10 allowed functions 10 exist (PROPERTY_VALIDATION)

hint: nothing was changed; `deployer render --org-arn arn:aws:workmail:us-east-1:123456789012:organization/m-0123456789abcdef0123456789abcdef --handler $DIR/bootstrap` prints the template that was refused

"#]]
    );
    assert_eq!((up.code, session.cloud.stack_names()), (1, Vec::new()));
    session.cloud.fail_next_validation(findings());
    let up = session.flow("up", "--yes --output json").await;
    let error = up.objects().pop().unwrap();
    assert_eq!(error["findings"][0]["location"], path);
    assert_eq!(error["findings"][0]["code"], "validation");
    assert_eq!(error["findings"][1]["severity"], "warning");
}

#[tokio::test(start_paused = true)]
async fn without_access_to_describe_events_the_stack_events_are_used_and_that_is_reported() {
    let denied = || {
        failure(
            "CloudFormation",
            "DescribeEvents",
            ErrorKind::Denied,
            Some("AccessDenied"),
            "User: me is not authorized to perform: cloudformation:DescribeEvents",
        )
    };
    let session = ConsoleSession::new("blind");
    session.cloud.fail_resource("MfsmFunctionLogGroup", "/aws/lambda/x already exists");
    session.cloud.fail_next("DescribeEvents", denied());
    let up = session.flow("up", "--yes").await;
    let printed = up.err.split_once("error: ").unwrap().1.to_owned();
    assert_data_eq!(
        printed,
        str![[r#"
the stack ended in ROLLBACK_COMPLETE because MfsmFunctionLogGroup (AWS::Logs::LogGroup) could not be created
  error[create-failed] /Resources/MfsmFunctionLogGroup: /aws/lambda/x already exists
  canceled as a consequence: MfsmExecutionTable, MfsmFunctionRole, MfsmStateMachineLogGroup, MfsmStateMachineRole
  CloudFormation then rolled the operation back
  there may be more details: CloudFormation DescribeEvents failed (AccessDenied): User: me is not authorized to perform: cloudformation:DescribeEvents; DescribeEvents reports more than the stack's events

hint: something of that name exists outside the stack: remove it, or choose another --stack-name
hint: fix the cause and run `deployer up --org-arn arn:aws:workmail:us-east-1:123456789012:organization/m-0123456789abcdef0123456789abcdef --handler $DIR/bootstrap --yes` again: it removes what is left and starts over

"#]]
    );
    session.cloud.fix_resource("MfsmFunctionLogGroup");
    session.cloud.fail_next("DescribeEvents", denied());
    session.cloud.fail_next_change_set("Something is wrong");
    let up = session.flow("up", "--yes").await;
    assert!(up.err.contains("refused the change set: Something is wrong"), "{}", up.err);
    assert!(up.err.contains("there may be more details: CloudFormation DescribeEvents failed"));
}

#[tokio::test(start_paused = true)]
async fn a_failed_update_and_its_rollback_are_reported_together() {
    let session = ConsoleSession::new("one-story");
    assert_eq!(session.flow("up", "--yes").await.code, 0);
    // An earlier failure, which is not the cause of the next one.
    session.cloud.fail_resource("MfsmFunction", "The memory is not available");
    assert_eq!(session.flow("up", "--yes --memory 512").await.code, 1);
    session.cloud.fix_resource("MfsmFunction");
    let reason = "Resource handler returned message: \"Access denied (Service: CloudWatchLogs, Status \
                  Code: 400, Request ID: 0f0f)\" (HandlerErrorCode: AccessDenied)";
    session.cloud.fail_resource("MfsmFunctionLogGroup", reason);
    let up = session.flow("up", "--yes --log-retention 7").await;
    let printed = up.err.split_once("error: ").unwrap().1.to_owned();
    assert_data_eq!(
        printed,
        str![[r#"
the stack ended in UPDATE_ROLLBACK_COMPLETE because MfsmFunctionLogGroup (AWS::Logs::LogGroup) could not be updated
  error[update-failed] /Resources/MfsmFunctionLogGroup: Resource handler returned message: "Access denied (Service: CloudWatchLogs, Status Code: 400, Request ID: 0f0f)" (HandlerErrorCode: AccessDenied)
  canceled as a consequence: MfsmStateMachineLogGroup
  CloudFormation then rolled the operation back

hint: your credentials lack the permission named above
hint: the stack is as it was before: fix the cause and run `deployer up --org-arn arn:aws:workmail:us-east-1:123456789012:organization/m-0123456789abcdef0123456789abcdef --handler $DIR/bootstrap --yes --log-retention 7` again

"#]]
    );
    let up = session.flow("up", "--yes --log-retention 7 --output json").await;
    let error = up.objects().pop().unwrap();
    assert_eq!(error["findings"].as_array().unwrap().len(), 1);
    assert_eq!(error["findings"][0]["location"], "/Resources/MfsmFunctionLogGroup");
    assert!(error["notes"][0].as_str().unwrap().contains("MfsmStateMachineLogGroup"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn transient_errors_during_the_creation_of_a_change_set_are_retried() {
    for kind in [ErrorKind::Unreachable, ErrorKind::Throttled, ErrorKind::Other] {
        let session = ConsoleSession::new("rough-change-set");
        let lost = failure("CloudFormation", "DescribeChangeSet", kind, None, "connection reset");
        session.cloud.fail_next("DescribeChangeSet", lost);
        let up = session.flow("up", "--yes").await;
        assert_eq!(up.code, 0, "{}", up.all());
        let printed =
            "polling failed, retrying: CloudFormation DescribeChangeSet failed: connection";
        assert!(up.err.contains(printed), "{}", up.err);
    }
}

#[tokio::test(start_paused = true)]
async fn a_refusal_during_the_creation_of_a_change_set_is_reported() {
    let session = ConsoleSession::new("refused-look");
    let (kind, code) = (ErrorKind::Denied, Some("AccessDenied"));
    let denied = failure("CloudFormation", "DescribeChangeSet", kind, code, "you may not");
    session.cloud.fail_next("DescribeChangeSet", denied);
    let up = session.flow("up", "--yes").await;
    assert_eq!(up.code, 4);
    assert!(up.err.contains("DescribeChangeSet failed (AccessDenied): you may not"), "{}", up.err);
    assert_eq!(session.cloud.stack_names(), [""; 0]);
    assert_eq!(session.flow("up", "--yes").await.code, 0);
}
