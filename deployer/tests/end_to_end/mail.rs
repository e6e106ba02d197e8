//! Mail: one execution and one verdict per message, however often WorkMail invokes.

use std::sync::Arc;

use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::emulator::Trouble;
use crate::emulator::account::{Answer, refused};
use crate::emulator::message::message;
use crate::sandbox::{Sandbox, deliver};

/// For tests of immediate verdicts, on however busy a machine.
const PATIENT: [&str; 2] = ["--wait-time", "10"];

/// Waits for three seconds, then drops the message.
const SLOW: &str = r#"{
  "StartAt": "Think",
  "States": {
    "Think": { "Type": "Wait", "Seconds": 3, "Next": "Drop" },
    "Drop": {
      "Type": "Pass",
      "Result": { "actions": [{ "action": { "type": "DROP" }, "allRecipients": true }] },
      "End": true
    }
  }
}"#;

/// Decides at once, and continues for long.
const EARLY: &str = r#"
StartAt: Decide
States:
  Decide:
    Type: Pass
    Result: { actions: [{ action: { type: DROP }, allRecipients: true }] }
    Next: Archive
  Archive:
    Type: Wait
    Seconds: 600
    End: true
"#;

const FAILING: &str = r#"{
  "StartAt": "Break",
  "States": { "Break": { "Type": "Fail", "Error": "Broken", "Cause": "on purpose" } }
}"#;

/// In the newer language, and with characters that are special in many template languages.
const BOUNCING: &str = r#"
Comment: "{{json account}} ${AWS::AccountId} !Ref %{x}"
QueryLanguage: JSONata
StartAt: Bounce
States:
  Bounce:
    Type: Pass
    Output:
      actions:
        - action:
            type: BOUNCE
            parameters:
              bounceMessage: "{% 'No {{thanks}}: ' & $states.input.subject %}"
          allRecipients: true
    End: true
"#;

#[tokio::test]
async fn the_same_message_is_executed_once_however_often_it_comes() -> Result<(), Trouble> {
    let sandbox = Sandbox::new().await?;
    sandbox.up(&PATIENT).await?.ended(0)?;
    let machine = sandbox.machine().await?;
    for (messages, times) in [1, 2, 20].into_iter().enumerate() {
        let message = message(&format!("{times:032}"));
        for _ in 0..times {
            assert_eq!(sandbox.send(&message).await?, verdict(deliver()));
        }
        assert_eq!(sandbox.account.executions(&machine).await?, messages + 1);
    }
    Ok(())
}

#[tokio::test]
async fn eight_concurrent_invocations_have_one_execution_and_one_verdict() -> Result<(), Trouble> {
    let sandbox = Sandbox::new().await?;
    sandbox.up(&[]).await?.ended(0)?;
    let (machine, message) = (sandbox.machine().await?, message("eight-at-once"));
    let mut invocations = JoinSet::new();
    let sandbox = Arc::new(sandbox);
    for _ in 0..8 {
        let (sandbox, message) = (Arc::clone(&sandbox), message.clone());
        invocations.spawn(async move { sandbox.decided(&message).await });
    }
    for answer in invocations.join_all().await {
        assert_eq!(answer?, verdict(deliver()));
    }
    assert_eq!(sandbox.account.executions(&machine).await?, 1);
    Ok(())
}

#[tokio::test]
async fn a_retry_finds_the_execution_that_was_not_ready() -> Result<(), Trouble> {
    let sandbox = Sandbox::new().await?;
    let machine = sandbox.file("slow.asl.json", SLOW)?;
    sandbox.up(&["--state-machine", &machine]).await?.ended(0)?;
    let message = message("slow");

    let first = sandbox.send(&message).await?;
    assert_eq!(first.error(), Some("NotReady"), "{first:?}");
    let retry = sandbox.decided(&message).await?;
    assert_eq!(retry, verdict(all("DROP")));

    let machine = sandbox.machine().await?;
    assert_eq!(sandbox.account.executions(&machine).await?, 1);
    Ok(())
}

#[tokio::test]
async fn a_verdict_is_available_as_soon_as_its_state_exits() -> Result<(), Trouble> {
    let sandbox = Sandbox::new().await?;
    let machine = sandbox.file("early.asl.yaml", EARLY)?;
    let options = ["--state-machine", &machine, "--output-state", "Decide"];
    sandbox.up(&[&PATIENT[..], &options].concat()).await?.ended(0)?;
    assert_eq!(sandbox.send(&message("early")).await?, verdict(all("DROP")));
    assert_eq!(sandbox.send(&message("early")).await?, verdict(all("DROP")));
    Ok(())
}

#[tokio::test]
async fn a_failed_execution_is_an_error_unless_a_policy_decides() -> Result<(), Trouble> {
    let sandbox = Sandbox::new().await?;
    let machine = sandbox.file("failing.asl.json", FAILING)?;
    sandbox.up(&[&PATIENT[..], &["--state-machine", &machine]].concat()).await?.ended(0)?;
    let answer = sandbox.send(&message("retry")).await?;
    assert_eq!(answer.error(), Some("ExecutionFailed"), "{answer:?}");

    let options = ["--state-machine", &machine, "--on-failure", "drop"];
    sandbox.up(&[&PATIENT[..], &options].concat()).await?.ended(0)?;
    assert_eq!(sandbox.send(&message("drop")).await?, verdict(all("DROP")));
    Ok(())
}

#[tokio::test]
async fn the_state_machine_receives_the_message_unchanged() -> Result<(), Trouble> {
    let sandbox = Sandbox::new().await?;
    sandbox.up(&PATIENT).await?.ended(0)?;
    let mut message = message("as-it-came");
    message["aFieldOfTheFuture"] = json!({ "kept": [1, 2.50, null] });
    assert_eq!(sandbox.send(&message).await?, verdict(deliver()));

    let machines = sandbox.account.machines();
    let listed = machines.list_executions().state_machine_arn(sandbox.machine().await?);
    let listed = listed.send().await;
    let listed = listed.map_err(|cause| refused("ListExecutions", cause))?;
    let execution = listed.executions().first().expect("it was executed");
    assert_eq!(execution.name(), "as-it-came");
    let described = machines.describe_execution();
    let described = described.execution_arn(execution.execution_arn()).send().await;
    let described = described.map_err(|cause| refused("DescribeExecution", cause))?;
    let input: Value = serde_json::from_str(described.input().unwrap_or_default())
        .map_err(|cause| Trouble::of("the input is no JSON", cause))?;
    assert_eq!(input, message);
    Ok(())
}

#[tokio::test]
async fn a_definition_is_installed_unchanged() -> Result<(), Trouble> {
    let sandbox = Sandbox::new().await?;
    let machine = sandbox.file("bouncing.asl.yaml", BOUNCING)?;
    sandbox.up(&[&PATIENT[..], &["--state-machine", &machine]].concat()).await?.ended(0)?;
    let answer = sandbox.send(&message("bounced")).await?;
    let action = &answer.body["actions"][0]["action"];
    assert_eq!(action["type"], "BOUNCE", "{answer:?}");
    assert_eq!(action["parameters"]["bounceMessage"], "No {{thanks}}: Hello From Amazon WorkMail!");

    let describe = sandbox.account.machines().describe_state_machine();
    let described = describe.state_machine_arn(sandbox.machine().await?).send().await;
    let described = described.map_err(|cause| refused("DescribeStateMachine", cause))?;
    let definition: Value = serde_json::from_str(described.definition())
        .map_err(|cause| Trouble::of("the definition is no JSON", cause))?;
    assert_eq!(definition["Comment"], "{{json account}} ${AWS::AccountId} !Ref %{x}");
    Ok(())
}

fn verdict(body: Value) -> Answer {
    Answer { failed: false, body }
}

fn all(action: &str) -> Value {
    json!({ "actions": [{ "action": { "type": action }, "allRecipients": true }] })
}
