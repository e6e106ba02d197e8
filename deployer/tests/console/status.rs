//! `deployer status`.

use snapbox::{assert_data_eq, str};

use crate::session::Session;

#[tokio::test(start_paused = true)]
async fn the_stack_its_outputs_and_its_last_events() {
    let session = Session::new("status");
    assert_eq!(session.flow("up", "--yes").await.code, 0);
    assert_data_eq!(
        session.run("status").await.all(),
        str![[r#"
--- stdout
workmail-message-flow CREATE_COMPLETE
arn:aws:cloudformation:us-east-1:123456789012:stack/workmail-message-flow/53626faf-7f5f-4494-8258-a44e1f258946

MfsmFunctionArn        arn:aws:lambda:us-east-1:123456789012:function:workmail-message-flow-MfsmFunction
MfsmStateMachineArn    arn:aws:states:us-east-1:123456789012:stateMachine:MfsmStateMachine-FBC55DF924EC
MfsmExecutionTableArn  arn:aws:dynamodb:us-east-1:123456789012:table/workmail-message-flow-MfsmExecutionTable-86A9032AB8CB

last events, oldest first:
12:00:26 CREATE_IN_PROGRESS   MfsmFunctionStateMachinePolicy AWS::IAM::Policy
12:00:27 CREATE_IN_PROGRESS   MfsmFunctionStateMachinePolicy AWS::IAM::Policy: Resource creation Initiated
12:00:28 CREATE_COMPLETE      MfsmFunctionStateMachinePolicy AWS::IAM::Policy
12:00:29 CREATE_IN_PROGRESS   MfsmFunction AWS::Lambda::Function
12:00:30 CREATE_IN_PROGRESS   MfsmFunction AWS::Lambda::Function: Resource creation Initiated
12:00:31 CREATE_COMPLETE      MfsmFunction AWS::Lambda::Function
12:00:32 CREATE_IN_PROGRESS   MfsmFunctionPermission0123456789abcdef0123456789abcdef AWS::Lambda::Permission
12:00:33 CREATE_IN_PROGRESS   MfsmFunctionPermission0123456789abcdef0123456789abcdef AWS::Lambda::Permission: Resource creation Initiated
12:00:34 CREATE_COMPLETE      MfsmFunctionPermission0123456789abcdef0123456789abcdef AWS::Lambda::Permission
12:00:35 CREATE_COMPLETE      workmail-message-flow AWS::CloudFormation::Stack
--- exit 0

"#]]
    );
}

#[tokio::test(start_paused = true)]
async fn no_stack_is_an_answer() {
    let session = Session::new("status-none");
    assert_data_eq!(
        session.run("status --stack-name other").await.all(),
        str![[r#"
--- stdout
there is no stack other in region us-east-1
--- exit 3

"#]]
    );
    let json = session.run("status --output json").await;
    assert_data_eq!(
        json.all(),
        str![[r#"
--- stdout
{"type":"status","stack_name":"workmail-message-flow","present":false,"stack_id":null,"status":null,"status_reason":null,"outputs":[],"events":[],"schema":1,"timestamp":"2026-11-21T12:00:00Z"}
--- exit 3

"#]]
    );
}
