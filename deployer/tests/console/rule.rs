//! `deployer rule`: the steps in the WorkMail console, whenever they are needed.

use snapbox::{assert_data_eq, str};

use crate::session::{ConsoleSession, ORGANIZATION};

#[tokio::test(start_paused = true)]
async fn the_steps_are_printed_after_a_creation_and_on_request() {
    let session = ConsoleSession::new("rule");
    let created = session.flow("up", "--yes").await;
    assert!(created.out.contains("\nOne step is left"), "{}", created.out);
    let rule = session.run("rule").await;
    let steps = |text: &str| text.split_once("  1. Open").unwrap().1.to_owned();
    assert_eq!(steps(&rule.out), steps(&created.out));
    for options in ["--yes", "--yes --memory 512"] {
        let again = session.flow("up", options).await;
        assert_eq!(again.code, 0, "{}", again.all());
        assert!(!again.out.contains("step"), "{}", again.out);
        assert!(
            again.out.contains("`deployer rule --org-arn") || again.out.contains("`deployer rule`")
        );
    }
}

#[tokio::test(start_paused = true)]
async fn rule_prints_text() {
    let session = ConsoleSession::new("rule-text");
    assert_eq!(session.flow("up", "--yes").await.code, 0);
    assert_data_eq!(
        session.run("rule").await.all(),
        str![[r#"
--- stdout
MfsmFunctionArn        arn:aws:lambda:us-east-1:123456789012:function:workmail-message-flow-MfsmFunction
MfsmStateMachineArn    arn:aws:states:us-east-1:123456789012:stateMachine:MfsmStateMachine-FBC55DF924EC
MfsmExecutionTableArn  arn:aws:dynamodb:us-east-1:123456789012:table/workmail-message-flow-MfsmExecutionTable-86A9032AB8CB

The rule in the WorkMail console, for which AWS has no API:
  1. Open https://console.aws.amazon.com/workmail/ and choose the region us-east-1.
  2. Organizations, then m-0123456789abcdef0123456789abcdef.
  3. Organization settings, tab Inbound rules (or Outbound rules), Create.
  4. Rule name: any unused name. Action: Run Lambda.
  5. Function ARN: arn:aws:lambda:us-east-1:123456789012:function:workmail-message-flow-MfsmFunction
     Tick Run synchronously.
  6. Rule timeout: 240 minutes, or at least as long as your longest execution.
     Fallback action: what happens to a message that got no verdict in that time.
  7. Sender domains or addresses: whose mail, such as *. Destination domains or addresses: *
  8. Create. The rule applies immediately.
Amazon WorkMail ends on 2027-03-31, in 130 days.
--- exit 0

"#]]
    );
}

#[tokio::test(start_paused = true)]
async fn rule_prints_json() {
    let session = ConsoleSession::new("rule-json");
    assert_eq!(session.flow("up", "--yes").await.code, 0);
    let object = session.run("rule --output json").await.json();
    assert_eq!(object["type"], "rule");
    assert_eq!(object["organizations"][0], ORGANIZATION);
    assert_eq!(object["steps"].as_array().unwrap().len(), 8);
    assert!(object["function_arn"].as_str().unwrap().contains(":function:"));
}

#[tokio::test(start_paused = true)]
async fn without_a_stack_there_is_no_rule_to_make() {
    let missing = ConsoleSession::new("rule-missing").run("rule").await;
    assert_eq!((missing.code, missing.out.as_str()), (3, ""));
}
