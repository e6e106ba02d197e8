//! A stack like the original application's, adopted in place while a message is in progress.

use aws_sdk_cloudformation::types::{Capability, StackStatus};
use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::Value;

use crate::emulator::Trouble;
use crate::emulator::account::refused;
use crate::emulator::message::message;
use crate::original;
use crate::package::zipped;
use crate::sandbox::{Sandbox, deliver};

const CODE: [&str; 2] = ["aws-sam-cli-managed-default", "code.zip"];

/// Deploys the stack as SAM does. Its function is not invoked, so any program suffices.
async fn deploy(sandbox: &Sandbox) -> Result<(), Trouble> {
    let [bucket, key] = CODE;
    let storage = sandbox.account.storage();
    let made = storage.create_bucket().bucket(bucket).send().await;
    made.map_err(|cause| refused("CreateBucket", cause))?;
    let code = zipped(&[("app.py", b"def orchestrator_handler(event, context): ...\n")]);
    let put = storage.put_object().bucket(bucket).key(key).body(code.into()).send().await;
    put.map_err(|cause| refused("PutObject", cause))?;
    let stacks = sandbox.account.stacks();
    let create =
        stacks.create_stack().stack_name(&sandbox.stack).capabilities(Capability::CapabilityIam);
    let template = original::template(CODE, original::STATE, 2).to_string();
    let created = create.template_body(template).send().await;
    created.map_err(|cause| refused("CreateStack", cause))?;
    loop {
        let described = stacks.describe_stacks().stack_name(&sandbox.stack).send().await;
        let described = described.map_err(|cause| refused("DescribeStacks", cause))?;
        match described.stacks()[0].stack_status() {
            Some(StackStatus::CreateInProgress) => tokio::task::yield_now().await,
            Some(StackStatus::CreateComplete) => return Ok(()),
            other => return Err(Trouble::new(format!("the original's stack is {other:?}"))),
        }
    }
}

/// Starts with a message as the original does: it starts the execution, and then enters it.
async fn begin(sandbox: &Sandbox, message: &Value) -> Result<(), Trouble> {
    let id = message["invocationId"].as_str().unwrap_or_default();
    let machines = sandbox.account.machines();
    let start = machines.start_execution().state_machine_arn(sandbox.machine().await?).name(id);
    let started = start.input(message.to_string()).send().await;
    let execution = started.map_err(|cause| refused("StartExecution", cause))?.execution_arn;
    let put = sandbox.account.tables().put_item().table_name(sandbox.table().await?);
    put.item("InvocationId", AttributeValue::S(id.to_owned()))
        .item("ExecutionArn", AttributeValue::S(execution))
        .item("TimeToLive", AttributeValue::N("4102444800".to_owned()))
        .send()
        .await
        .map(drop)
        .map_err(|cause| refused("PutItem", cause))
}

#[tokio::test]
async fn the_rule_the_entries_and_the_definition_stay() -> Result<(), Trouble> {
    let sandbox = Sandbox::new().await?;
    deploy(&sandbox).await?;
    let under_way = message("00000000000000000000000000000001");
    begin(&sandbox, &under_way).await?;
    let names = (sandbox.function().await?, sandbox.machine().await?, sandbox.table().await?);

    let unasked = sandbox.up(&[]).await?.ended(1)?;
    assert!(unasked.stderr.contains("deployer up --adopt"), "{}", unasked.stderr);
    let organization = sandbox.account.organization();
    let mut plan = sandbox.flow("plan", &[&organization]);
    plan.push("--adopt");
    let plan = sandbox.run(&plan).await?.ended(0)?;
    assert!(plan.stdout.contains("Runtime: python3.12 -> provided.al2023"), "{}", plan.stdout);
    sandbox.up(&["--adopt"]).await?.ended(0)?;

    assert_eq!(
        (sandbox.function().await?, sandbox.machine().await?, sandbox.table().await?),
        names
    );
    assert_eq!(sandbox.send(&under_way).await?.body, deliver());
    assert_eq!(sandbox.account.executions(&names.1).await?, 1);
    let fresh = sandbox.send(&message("00000000000000000000000000000002")).await?;
    assert_eq!(fresh.body, deliver());
    let settings = sandbox.settings().await?;
    let variables = settings.environment().and_then(|set| set.variables());
    let variables = variables.expect("the function has an environment");
    assert_eq!(variables["WAIT_TIME_FOR_EXECUTION"], "2");
    assert_eq!(variables["MACHINE_STATE_FOR_OUTPUT"], original::STATE);
    let machines = sandbox.account.machines();
    let described = machines.describe_state_machine().state_machine_arn(&names.1).send().await;
    let described = described.map_err(|cause| refused("DescribeStateMachine", cause))?;
    let live: Value = serde_json::from_str(described.definition())
        .map_err(|cause| Trouble::of("the live definition", cause))?;
    assert_eq!(live["States"], original::definition("deployed")["States"]);

    let again = sandbox.up(&[]).await?.ended(0)?;
    assert!(again.stderr.contains("no changes"), "{}", again.stderr);
    sandbox.run(&["down", "--yes", "--region", "us-east-1"]).await?.ended(0)?;
    assert_eq!(sandbox.account.remains().await?, [format!("bucket {}", CODE[0])]);
    Ok(())
}
