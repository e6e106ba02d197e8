//! What the handler's role allows and denies.
//!
//! AWS gives the role's credentials to Lambda only. So another function gets the role and returns
//! its credentials, and the test uses them.

use aws_credential_types::Credentials;
use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_lambda::primitives::Blob;
use aws_sdk_lambda::types::{FunctionCode, Runtime};
use aws_types::SdkConfig;
use serde_json::json;

use crate::emulator::Trouble;
use crate::emulator::account::{configuration, refused};
use crate::package::zipped;
use crate::sandbox::Sandbox;

/// The key of the table.
const KEY: &str = "InvocationId";

const PROBE: &str = include_str!("probe.py");

#[tokio::test]
async fn the_handler_may_claim_start_and_read() -> Result<(), Trouble> {
    let sandbox = Sandbox::new().await?;
    sandbox.up(&[]).await?.ended(0)?;
    let (table, machine) = (sandbox.table().await?, sandbox.machine().await?);
    let role = as_the_handler(&sandbox).await?;
    let tables = aws_sdk_dynamodb::Client::new(&role);
    let machines = aws_sdk_sfn::Client::new(&role);

    let put = tables.put_item().table_name(&table).item(KEY, probe());
    allowed("PutItem", put.send().await)?;
    let update = tables.update_item().table_name(&table).key(KEY, probe());
    allowed("UpdateItem", update.send().await)?;
    let start = machines.start_execution().state_machine_arn(&machine);
    let started = allowed("StartExecution", start.name("probe").send().await)?;
    let execution = started.execution_arn();
    let describe = machines.describe_execution().execution_arn(execution);
    allowed("DescribeExecution", describe.send().await)?;
    let history = machines.get_execution_history().execution_arn(execution);
    allowed("GetExecutionHistory", history.send().await)?;
    Ok(())
}

#[tokio::test]
async fn the_handler_may_do_nothing_else() -> Result<(), Trouble> {
    let sandbox = Sandbox::new().await?;
    sandbox.up(&[]).await?.ended(0)?;
    let (table, machine) = (sandbox.table().await?, sandbox.machine().await?);
    let started = sandbox.account.machines().start_execution();
    let started = started.state_machine_arn(&machine).send().await;
    let execution = allowed("StartExecution", started)?.execution_arn;
    let role = as_the_handler(&sandbox).await?;
    let tables = aws_sdk_dynamodb::Client::new(&role);
    let machines = aws_sdk_sfn::Client::new(&role);

    let delete = tables.delete_item().table_name(&table).key(KEY, probe());
    denied("DeleteItem", delete.send().await)?;
    let scan = tables.scan().table_name(&table);
    denied("Scan", scan.send().await)?;
    let stop = machines.stop_execution().execution_arn(&execution);
    denied("StopExecution", stop.send().await)?;
    let list = machines.list_executions().state_machine_arn(&machine);
    denied("ListExecutions", list.send().await)?;
    let change = machines.update_state_machine().state_machine_arn(&machine);
    denied("UpdateStateMachine", change.definition("{}").send().await)?;
    let invoke = aws_sdk_lambda::Client::new(&role).invoke();
    let invoke = invoke.function_name(sandbox.function().await?);
    denied("Invoke", invoke.send().await)?;
    let buckets = aws_sdk_s3::Client::new(&role).list_buckets();
    denied("ListBuckets", buckets.send().await)
}

fn probe() -> AttributeValue {
    AttributeValue::S("probe".to_owned())
}

fn allowed<T, E: std::error::Error>(operation: &str, result: Result<T, E>) -> Result<T, Trouble> {
    result.map_err(|cause| refused(operation, cause))
}

fn denied<T, E: std::error::Error>(operation: &str, result: Result<T, E>) -> Result<(), Trouble> {
    match result.map_err(|cause| refused(operation, cause)) {
        Err(denied) if denied.to_string().contains("AccessDenied") => Ok(()),
        Err(other) => Err(other),
        Ok(_) => Err(Trouble::of(operation, "allowed, and should be denied")),
    }
}

/// The settings of clients that act as the deployed function.
async fn as_the_handler(sandbox: &Sandbox) -> Result<SdkConfig, Trouble> {
    let role = sandbox.settings().await?;
    sandbox
        .account
        .functions()
        .create_function()
        .function_name("probe")
        .role(role.role().unwrap_or_default())
        .runtime(Runtime::Providedal2023)
        .handler("bootstrap")
        .code(FunctionCode::builder().zip_file(Blob::new(zip(sandbox))).build())
        .send()
        .await
        .map_err(|cause| refused("CreateFunction", cause))?;
    let answer = sandbox.account.invoke("probe", &json!({})).await?;
    let [Some(key), Some(secret), Some(token)] = [0, 1, 2].map(|index| answer.body[index].as_str())
    else {
        return Err(Trouble::of("the probe failed", answer.body));
    };
    let credentials = Credentials::new(key, secret, Some(token.to_owned()), None, "probe");
    Ok(configuration(&sandbox.account.endpoint, credentials))
}

/// The probe's zip. Python is available because the emulator needs it.
fn zip(sandbox: &Sandbox) -> Vec<u8> {
    let python = sandbox.emulator.python.display();
    let bootstrap = format!("#!/bin/sh\nexec '{python}' probe.py\n");
    zipped(&[("bootstrap", bootstrap.as_bytes()), ("probe.py", PROBE.as_bytes())])
}
