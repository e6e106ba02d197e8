//! Stacks of the original application: adopted in place, distinguished from others, and unchanged
//! by every later `up`.

use serde_json::Value;
use snapbox::{assert_data_eq, str};

use crate::session::{ACCOUNT, ConsoleSession};
use cloud::{StackStatus, Storage};

#[path = "../original/mod.rs"]
mod original;

pub(crate) const STACK: &str = "serverlessrepo-mfsm";
pub(crate) const NAME: &str = "--stack-name serverlessrepo-mfsm";
pub(crate) const CODE: [&str; 2] = ["aws-sam-cli-managed-default", "0123"];
/// The options that put SAM's code into SAM's bucket.
pub(crate) const SETUP: [&str; 2] = ["S3.CreateBucket", "S3.PutObject"];
const KEPT: [&str; 5] = [
    "MfsmExecutionTable",
    "MfsmFunction",
    "MfsmFunctionRole",
    "MfsmStateMachine",
    "MfsmStateMachineRole",
];

pub(crate) fn template() -> Value {
    original::template(CODE, original::STATE, 2)
}

/// An account with a stack of this template, and SAM's bucket for its code.
pub(crate) async fn with(name: &str, template: &Value, tags: &[(&str, &str)]) -> ConsoleSession {
    let session = ConsoleSession::new(name);
    session.cloud.create_bucket(CODE[0]).await.unwrap();
    session
        .cloud
        .put_object(CODE[0], ACCOUNT, CODE[1], b"python".to_vec(), None, false)
        .await
        .unwrap();
    session.cloud.add_stack(STACK, &template.to_string(), tags).await.unwrap();
    session
}

pub(crate) async fn adoptable(name: &str) -> ConsoleSession {
    with(name, &template(), &[("serverlessrepo:applicationId", "arn"), ("team", "mail")]).await
}

/// The names of the resources that must stay.
pub(crate) fn kept(session: &ConsoleSession) -> Vec<String> {
    let resources = session.cloud.resources(STACK);
    KEPT.iter().map(|id| resources[*id].clone()).collect()
}

fn deployed(session: &ConsoleSession) -> Value {
    serde_json::from_str(&session.cloud.template_text(STACK).unwrap()).unwrap()
}

fn variable(session: &ConsoleSession, name: &str) -> Value {
    deployed(session)["Resources"]["MfsmFunction"]["Properties"]["Environment"]["Variables"][name]
        .clone()
}

fn live_comment(session: &ConsoleSession) -> String {
    let machine = &deployed(session)["Resources"]["MfsmStateMachine"]["Properties"];
    let definition: Value =
        serde_json::from_str(machine["DefinitionString"].as_str().unwrap()).unwrap();
    definition["States"][original::STATE]["Comment"].as_str().unwrap().to_owned()
}

#[tokio::test(start_paused = true)]
async fn the_plan_shows_what_is_adopted_and_writes_nothing() {
    let session = adoptable("adopt-plan").await;
    let plan = session.flow("plan", &format!("--adopt {NAME} --tag team=mail")).await;
    assert_data_eq!(
        plan.all(),
        str![[r#"
flow: default, which delivers everything (not set)
warning[adopt-function] --adopt: the function's program is replaced in place (Runtime python3.12 -> provided.al2023, Architectures x86_64 -> arm64, Timeout 60 -> 14); invocations that fail in those seconds are retried by WorkMail until the rule's timeout
warning[adopt-role] --adopt: the state machine may invoke only the functions that its definition names (none); the original may invoke any function; a function whose name is determined at run time is not detected
warning[adopt-permission] --adopt: only the organizations of --org-arn may invoke the function from now on; the original permits every organization of the account
warning[adopt-logs] --adopt: new lines go to the log group /aws/lambda/serverlessrepo-mfsm-MfsmFunction; those of the original remain in /aws/lambda/serverlessrepo-mfsm-MfsmFunction-E647F877A838, which is not part of the stack and never expires: delete it yourself
warning[adopt-tags] --adopt: these tags of the stack will be removed: serverlessrepo:applicationId
  fix: set the ones to keep with --tag
--- stdout
stack serverlessrepo-mfsm of the original application would be taken over in account 123456789012, region us-east-1
  handler for arm64: $DIR/bootstrap
  + artifact bucket message-flow-artifacts-123456789012-us-east-1
  + handler s3://message-flow-artifacts-123456789012-us-east-1/serverlessrepo-mfsm/<sha256>.zip
  ~ change MfsmExecutionTable AWS::DynamoDB::Table
      DeletionPolicy: + Delete
      UpdateReplacePolicy: + Delete
  + add MfsmStateMachineLogGroup AWS::Logs::LogGroup
  ~ change MfsmStateMachineRole AWS::IAM::Role
      AssumeRolePolicyDocument/Statement/0/Principal/Service: ["states.amazonaws.com"] -> states.amazonaws.com
      AssumeRolePolicyDocument/Statement/0/Action: ["sts:AssumeRole"] -> sts:AssumeRole
      AssumeRolePolicyDocument/Statement/0/Condition: + {"StringEquals":{"aws:SourceAccount":"123456789012"}}
      ManagedPolicyArns: - ["arn:aws:iam::aws:policy/CloudWatchLogsFullAccess","arn:aws:iam::aws:policy/service-role/AWSLambdaRole"]
      Policies: + [{"PolicyName":"DeliverLogs","PolicyDocument":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["logs:CreateLogDelivery","logs:DeleteLogDelivery","logs:DescribeLogGroups","logs:DescribeResourcePolicies","logs:GetLogDelivery","logs:ListLogDeliveries","logs:PutResourcePolicy","logs:Upda... (335 characters)
  ~ change MfsmStateMachine AWS::StepFunctions::StateMachine
      RoleArn: {"Fn::GetAtt":"MfsmStateMachineRole.Arn"} -> {"Fn::GetAtt":["MfsmStateMachineRole","Arn"]}
      DefinitionString/TimeoutSeconds: + 14400
      LoggingConfiguration: + {"Level":"ERROR","IncludeExecutionData":false,"Destinations":[{"CloudWatchLogsLogGroup":{"LogGroupArn":{"Fn::GetAtt":["MfsmStateMachineLogGroup","Arn"]}}}]}
  + add MfsmFunctionLogGroup AWS::Logs::LogGroup
  ~ change MfsmFunctionRole AWS::IAM::Role
      AssumeRolePolicyDocument/Statement/0/Principal/Service: ["lambda.amazonaws.com"] -> lambda.amazonaws.com
      AssumeRolePolicyDocument/Statement/0/Action: ["sts:AssumeRole"] -> sts:AssumeRole
      ManagedPolicyArns: - ["arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole","arn:aws:iam::aws:policy/AmazonWorkMailMessageFlowReadOnlyAccess"]
  + add MfsmFunctionLogsPolicy AWS::IAM::Policy
  ~ change MfsmFunctionDynamoDBPolicy AWS::IAM::Policy
      PolicyDocument/Statement/0/Action/1: dynamodb:GetItem -> dynamodb:UpdateItem
      PolicyDocument/Statement/0/Resource: {"Fn::GetAtt":"MfsmExecutionTable.Arn"} -> {"Fn::GetAtt":["MfsmExecutionTable","Arn"]}
  ~ change MfsmFunctionStateMachinePolicy AWS::IAM::Policy
      PolicyDocument/Statement: [{"Effect":"Allow","Action":["states:*"],"Resource":[{"Fn::GetAtt":"MfsmStateMachine.Arn"},{"Fn::Sub":"arn:aws:states:${AWS::Region}:${AWS::AccountId}:execution:${MfsmStateMachine.Name}:*"}]}] -> [{"Effect":"Allow","Action":"states:StartExecution","Resource":{"Ref":"MfsmStateMachine"}},{"Effect":"Allow","Action":["states:DescribeExecution","states:GetExecutionHistory"],"Resource":{"Fn::Sub":"arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:execution:${MfsmStateMachine.Name}:*"}}... (301 characters)
  ~ change MfsmFunction AWS::Lambda::Function
      DependsOn: ["MfsmStateMachine","MfsmExecutionTable"] -> ["MfsmFunctionLogsPolicy","MfsmFunctionDynamoDBPolicy","MfsmFunctionStateMachinePolicy"]
      Code/S3Bucket: aws-sam-cli-managed-default -> message-flow-artifacts-123456789012-us-east-1
      Code/S3Key: 0123 -> serverlessrepo-mfsm/<sha256>.zip
      Code/S3ObjectVersion: + (known after it is applied)
      Handler: app.orchestrator_handler -> bootstrap
      Runtime: python3.12 -> provided.al2023
      Timeout: 60 -> 14
      Role: {"Fn::GetAtt":"MfsmFunctionRole.Arn"} -> {"Fn::GetAtt":["MfsmFunctionRole","Arn"]}
      Environment/Variables/STATE_MACHINE_ARN: {"Fn::GetAtt":"MfsmStateMachine.Arn"} -> {"Ref":"MfsmStateMachine"}
      Environment/Variables/MACHINE_STATE_FOR_OUTPUT: {"Ref":"MachineStateForOutput"} -> DEFAULT Action
      Environment/Variables/WAIT_TIME_FOR_EXECUTION: {"Ref":"WaitTimeForExecution"} -> 2
      Environment/Variables/RULE: + synchronous
      Environment/Variables/ON_FAILURE: + retry
      Environment/Variables/LOG_LEVEL: + info
      Environment/Variables/METRICS: + on
      Tags: - [{"Key":"lambda:createdBy","Value":"SAM"}]
      Description: + Answers WorkMail with the verdict of a state machine
      Architectures: + ["arm64"]
      MemorySize: + 128
      LoggingConfig: + {"LogFormat":"JSON","LogGroup":{"Ref":"MfsmFunctionLogGroup"}}
  + add MfsmFunctionPermission0123456789abcdef0123456789abcdef AWS::Lambda::Permission
  - remove MfsmFunctionPermission AWS::Lambda::Permission
Plan: 4 to add, 7 to change, 1 to remove.
  ~ change tags of the stack and its resources
      + message-flow:managed-by: deployer
      - serverlessrepo:applicationId: arn
permissions (IAM) that change:
  MfsmStateMachineRole
    - allow states.amazonaws.com to sts:AssumeRole
    - allow everything in the managed policy arn:aws:iam::aws:policy/CloudWatchLogsFullAccess
    - allow everything in the managed policy arn:aws:iam::aws:policy/service-role/AWSLambdaRole
    + allow states.amazonaws.com to sts:AssumeRole if aws:SourceAccount is 123456789012
    + allow logs:CreateLogDelivery, logs:DeleteLogDelivery, logs:DescribeLogGroups, logs:DescribeResourcePolicies, logs:GetLogDelivery, logs:ListLogDeliveries, logs:PutResourcePolicy, logs:UpdateLogDelivery on *
  MfsmFunctionRole
    - allow everything in the managed policy arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole
    - allow everything in the managed policy arn:aws:iam::aws:policy/AmazonWorkMailMessageFlowReadOnlyAccess
  MfsmFunctionLogsPolicy
    + allow logs:CreateLogStream, logs:PutLogEvents on MfsmFunctionLogGroup.Arn
  MfsmFunctionDynamoDBPolicy
    - allow dynamodb:PutItem, dynamodb:GetItem on MfsmExecutionTable.Arn
    + allow dynamodb:PutItem, dynamodb:UpdateItem on MfsmExecutionTable.Arn
  MfsmFunctionStateMachinePolicy
    - allow states:* on MfsmStateMachine.Arn, arn:aws:states:${AWS::Region}:${AWS::AccountId}:execution:${MfsmStateMachine.Name}:*
    + allow states:StartExecution on MfsmStateMachine
    + allow states:DescribeExecution, states:GetExecutionHistory on arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:execution:${MfsmStateMachine.Name}:*
  MfsmFunctionPermission0123456789abcdef0123456789abcdef
    + allow workmail.us-east-1.amazonaws.com to lambda:InvokeFunction on MfsmFunction if SourceArn is arn:aws:workmail:us-east-1:123456789012:organization/m-0123456789abcdef0123456789abcdef
  MfsmFunctionPermission
    - allow workmail.${AWS::Region}.amazonaws.com to lambda:InvokeFunction on MfsmFunction if SourceArn is arn:aws:workmail:${AWS::Region}:${AWS::AccountId}:organization/*
--- exit 0

"#]]
    );
    assert_eq!(session.cloud.writes(), SETUP);
    let json = session.flow("plan", &format!("--adopt {NAME} --output json")).await;
    let plan = json.json();
    assert_eq!(plan["action"], "adopt");
    let codes: Vec<_> = plan["warnings"].as_array().unwrap().iter().map(|w| &w["code"]).collect();
    assert_eq!(
        codes,
        ["adopt-function", "adopt-role", "adopt-permission", "adopt-logs", "adopt-tags"]
    );
}

#[tokio::test(start_paused = true)]
async fn a_stack_is_adopted_in_place() {
    let session = adoptable("adopt-up").await;
    let edited = original::definition("edited in the console").to_string();
    session.cloud.edit_machine(STACK, "MfsmStateMachine", &edited);
    let before = kept(&session);
    let up = session.flow("up", &format!("--adopt --yes {NAME}")).await;
    assert_eq!(up.code, 0, "{}", up.all());
    assert_data_eq!(
        up.out,
        str![[r#"
MfsmFunctionArn        arn:aws:lambda:us-east-1:123456789012:function:serverlessrepo-mfsm-MfsmFunction-E647F877A838
MfsmStateMachineArn    arn:aws:states:us-east-1:123456789012:stateMachine:MfsmStateMachine-1929796AC6F7
MfsmExecutionTableArn  arn:aws:dynamodb:us-east-1:123456789012:table/serverlessrepo-mfsm-MfsmExecutionTable-207CCF5525EA

You do not need to change the WorkMail rule: it names the same function.
Every later `up` keeps the definition, the output state, and the wait, unless it sets them. `deployer pull FILE --org-arn arn:aws:workmail:us-east-1:123456789012:organization/m-0123456789abcdef0123456789abcdef --stack-name serverlessrepo-mfsm` writes the definition to a file, for --state-machine FILE.

"#]]
    );
    assert_eq!(kept(&session), before);
    assert_eq!(live_comment(&session), "edited in the console");
    assert_eq!(variable(&session, "WAIT_TIME_FOR_EXECUTION"), "2");
    assert_eq!(variable(&session, "MACHINE_STATE_FOR_OUTPUT"), original::STATE);
    let resources = session.cloud.resources(STACK);
    assert!(!resources.contains_key("MfsmFunctionPermission"));
    assert!(resources.contains_key("MfsmFunctionPermission0123456789abcdef0123456789abcdef"));
    let json = session.flow("up", &format!("--adopt --yes {NAME} --output json")).await;
    let last = json.objects().pop().unwrap();
    assert_eq!(last["type"], "outputs", "{}", json.all());
}

#[tokio::test(start_paused = true)]
async fn later_commands_keep_what_was_adopted() {
    let session = adoptable("adopt-later").await;
    let before = kept(&session);
    assert_eq!(session.flow("up", &format!("--adopt --yes {NAME}")).await.code, 0);
    let writes = session.cloud.writes().len();
    for again in ["", "--adopt"] {
        let up = session.flow("up", &format!("{again} {NAME}")).await;
        assert!(up.err.contains("no changes"), "{}", up.all());
        let plan = session.flow("plan", &format!("--detailed-exitcode {again} {NAME}")).await;
        assert_eq!(plan.code, 0, "{}", plan.all());
    }
    assert_eq!(session.cloud.writes().len(), writes);

    let changed = session.flow("up", &format!("--yes --memory 256 --wait-time 3 {NAME}")).await;
    assert_eq!(changed.code, 0, "{}", changed.all());
    assert_eq!(kept(&session), before);
    assert_eq!(variable(&session, "WAIT_TIME_FOR_EXECUTION"), "3");
    assert_eq!(variable(&session, "MACHINE_STATE_FOR_OUTPUT"), original::STATE);
    assert_eq!(live_comment(&session), "deployed");

    let edited = original::definition("edited later").to_string();
    session.cloud.edit_machine(STACK, "MfsmStateMachine", &edited);
    assert_eq!(session.flow("up", &format!("--yes --memory 256 {NAME}")).await.code, 0);
    assert_eq!(live_comment(&session), "edited later");
    let edited = original::definition("edited by mistake").to_string();
    session.cloud.edit_machine(STACK, "MfsmStateMachine", &edited);
    let reverted = session.flow("up", &format!("--yes --memory 256 --revert-drift {NAME}")).await;
    assert_eq!(reverted.code, 0, "{}", reverted.all());
    assert_eq!(live_comment(&session), "edited later");

    let state = format!("--yes --memory 256 --output-state Nowhere {NAME}");
    let nowhere = session.flow("up", &state).await;
    assert_eq!(nowhere.code, 2, "{}", nowhere.all());
    assert!(nowhere.err.contains("the live definition"), "{}", nowhere.err);

    let down = session.run(&format!("down --yes {NAME}")).await;
    assert_eq!(down.code, 0, "{}", down.all());
    assert_eq!(session.cloud.bucket_names(), [CODE[0]]);
    // A function that is created again under the name has our name again.
    assert_eq!(session.flow("up", &format!("--yes {NAME}")).await.code, 0);
    assert_eq!(session.cloud.resources(STACK)["MfsmFunction"], format!("{STACK}-MfsmFunction"));
}

#[tokio::test(start_paused = true)]
async fn options_override_what_the_stack_has() {
    let session = adoptable("adopt-options").await;
    session.file("flow.asl.json", original::definition("of a file").to_string());
    let options = "--state-machine $DIR/flow.asl.json --wait-time 4 --memory 512";
    let up = session.flow("up", &format!("--adopt --yes {NAME} {options}")).await;
    assert_eq!(up.code, 0, "{}", up.all());
    assert_eq!(live_comment(&session), "of a file");
    assert_eq!(variable(&session, "WAIT_TIME_FOR_EXECUTION"), "4");
    assert_eq!(session.flow("up", "--adopt --revert-drift").await.code, 2);
}

#[tokio::test(start_paused = true)]
async fn an_edit_in_the_console_is_not_overwritten_by_a_file() {
    let session = adoptable("adopt-drift").await;
    let edited = original::definition("edited in the console").to_string();
    session.cloud.edit_machine(STACK, "MfsmStateMachine", &edited);
    session.file("flow.asl.json", original::definition("of a file").to_string());
    let line = format!("--adopt --yes {NAME} --state-machine $DIR/flow.asl.json");
    let up = session.flow("up", &line).await;
    assert_eq!(up.code, 6, "{}", up.all());
    assert!(up.err.contains("this would be OVERWRITTEN"), "{}", up.err);
    let kept = session.flow("up", &format!("{line} --keep-live-definition")).await;
    assert_eq!(kept.code, 0, "{}", kept.all());
    assert_eq!(live_comment(&session), "edited in the console");
}

#[tokio::test(start_paused = true)]
async fn what_does_not_work_in_the_original_is_not_adopted() {
    let long = original::template(CODE, "", 60);
    let session = with("adopt-wait", &long, &[]).await;
    let plan = session.flow("plan", &format!("--adopt {NAME}")).await;
    assert_eq!(plan.code, 0, "{}", plan.all());
    let printed = "warning[adopt-wait-time] --wait-time: the stack has `60` seconds; it will be 13";
    assert!(plan.err.contains(printed), "{}", plan.err);
    let lost = original::template(CODE, "Nowhere", 1);
    let session = with("adopt-state", &lost, &[]).await;
    let plan = session.flow("plan", &format!("--adopt {NAME}")).await;
    assert_eq!(plan.code, 2, "{}", plan.all());
    assert!(plan.err.contains("the definition has no state `Nowhere`"), "{}", plan.err);
}

#[tokio::test(start_paused = true)]
async fn other_stacks_are_refused_with_the_reason() {
    let mut printed = String::new();
    let session = adoptable("adopt-unasked").await;
    printed.push_str(&session.flow("up", &format!("--yes {NAME}")).await.all());
    let mut other = template();
    other["Resources"]["Extra"] = serde_json::json!({ "Type": "AWS::SNS::Topic" });
    other["Resources"]["MfsmFunctionRole"]["Type"] = "AWS::IAM::ManagedPolicy".into();
    let other = with("adopt-other", &other, &[]).await;
    printed.push_str(&other.flow("up", &format!("--adopt --yes {NAME}")).await.all());
    printed.push_str(&other.flow("plan", NAME).await.all());
    let mut named = template();
    named["Resources"]["MfsmFunction"]["Properties"]["FunctionName"] = "mine".into();
    let named = with("adopt-named", &named, &[]).await;
    printed.push_str(&named.flow("up", &format!("--adopt --yes {NAME}")).await.all());
    let none = ConsoleSession::new("adopt-none");
    printed.push_str(&none.flow("up", "--adopt --yes").await.all());
    assert_data_eq!(
        printed,
        str![[r#"
flow: default, which delivers everything (not set)
error: there is a stack serverlessrepo-mfsm of the original application, which deployer did not create

hint: `deployer up --adopt --org-arn arn:aws:workmail:us-east-1:123456789012:organization/m-0123456789abcdef0123456789abcdef --stack-name serverlessrepo-mfsm --handler $DIR/bootstrap` takes it over: its function's ARN, its table and its state machine are kept; `deployer plan --adopt --org-arn arn:aws:workmail:us-east-1:123456789012:organization/m-0123456789abcdef0123456789abcdef --stack-name serverlessrepo-mfsm --handler $DIR/bootstrap` shows what would change
--- exit 1
flow: default, which delivers everything (not set)
error: stack serverlessrepo-mfsm cannot be taken over: it differs from a stack of the original application
  error[not-original] $.Resources.MfsmFunctionRole: it is AWS::IAM::ManagedPolicy and not AWS::IAM::Role
  error[not-original] $.Resources.Extra: the original has no such resource; adopting the stack would remove it

hint: create a stack with another name with --stack-name, and let the WorkMail rule name its function
--- exit 1
flow: default, which delivers everything (not set)
error: there is a stack serverlessrepo-mfsm, but deployer did not create it

hint: choose another name with --stack-name
--- exit 1
flow: default, which delivers everything (not set)
warning[adopt-function] --adopt: the function's program is replaced in place (Runtime python3.12 -> provided.al2023, Architectures x86_64 -> arm64, Timeout 60 -> 14); invocations that fail in those seconds are retried by WorkMail until the rule's timeout
warning[adopt-role] --adopt: the state machine may invoke only the functions that its definition names (none); the original may invoke any function; a function whose name is determined at run time is not detected
warning[adopt-permission] --adopt: only the organizations of --org-arn may invoke the function from now on; the original permits every organization of the account
warning[adopt-logs] --adopt: new lines go to the log group /aws/lambda/serverlessrepo-mfsm-MfsmFunction; those of the original remain in /aws/lambda/mine, which is not part of the stack and never expires: delete it yourself
error: stack serverlessrepo-mfsm cannot be taken over: it differs from a stack of the original application
  error[not-original] $.Resources.MfsmFunction: it would be replaced, because of /Properties/FunctionName

hint: create a stack with another name with --stack-name, and let the WorkMail rule name its function
--- exit 1
flow: default, which delivers everything (not set)
error: there is no stack workmail-message-flow to take over

hint: --stack-name names it; stacks from the Serverless Application Repository are called serverlessrepo-NAME
--- exit 1

"#]]
    );
    for session in [session, other, named] {
        assert_eq!(session.cloud.writes(), SETUP);
    }
    assert_eq!(none.cloud.writes(), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn a_replacement_that_only_cloudformation_sees_stops_the_adoption() {
    let session = adoptable("adopt-replaced").await;
    let before = (kept(&session), session.cloud.template_text(STACK));
    session.cloud.replace_in_next_change_set("MfsmExecutionTable");
    let up = session.flow("up", &format!("--adopt --yes {NAME}")).await;
    assert_eq!(up.code, 6, "{}", up.all());
    assert!(up.err.contains("replace or remove more than was reviewed: MfsmExecutionTable"));
    assert_eq!((kept(&session), session.cloud.template_text(STACK)), before);
    assert_eq!(session.cloud.bucket_names(), [CODE[0]]);
}

#[tokio::test(start_paused = true)]
async fn a_failed_or_busy_stack_can_be_adopted_later() {
    let session = adoptable("adopt-failed").await;
    let before = (kept(&session), session.cloud.template_text(STACK));
    session.cloud.fail_resource("MfsmFunction", "no");
    assert_eq!(session.flow("up", &format!("--adopt --yes {NAME}")).await.code, 1);
    assert_eq!((kept(&session), session.cloud.template_text(STACK)), before);
    session.cloud.fix_resource("MfsmFunction");
    session.cloud.set_status(STACK, StackStatus::UpdateInProgress);
    let busy = session.flow("up", &format!("--adopt --yes {NAME}")).await;
    assert_eq!(busy.code, 1);
    assert!(busy.err.contains("is busy"), "{}", busy.err);
    session.cloud.set_status(STACK, StackStatus::UpdateRollbackComplete);
    assert_eq!(session.flow("up", &format!("--adopt --yes {NAME}")).await.code, 0);
    assert_eq!(kept(&session), before.0);
}

#[tokio::test(start_paused = true)]
async fn a_reviewed_plan_adopts_exactly_what_it_lists() {
    let session = adoptable("adopt-plan-file").await;
    let before = kept(&session);
    let plan = format!("--adopt {NAME} --out $DIR/plan.json");
    assert_eq!(session.flow("plan", &plan).await.code, 0);
    assert_eq!(session.run("up --plan $DIR/plan.json --adopt").await.code, 2);
    let up = session.run("up --plan $DIR/plan.json").await;
    assert_eq!(up.code, 0, "{}", up.all());
    assert_eq!(kept(&session), before);
    assert!(session.cloud.stack_tags(STACK).contains_key("message-flow:managed-by"));
}
