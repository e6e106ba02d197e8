//! What the handler's role may do, and what it may not.
//!
//! AWS gives nobody but Lambda the role's credentials. So another function gets the role, one that
//! answers with its credentials, and the test acts with them.

use std::io::Write;

use aws_credential_types::Credentials;
use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_lambda::primitives::Blob;
use aws_sdk_lambda::types::{FunctionCode, Runtime};
use aws_types::SdkConfig;
use serde_json::json;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::emulator::Trouble;
use crate::emulator::account::{configuration, refused};
use crate::scene::Scene;

const PROBE: &str = include_str!("probe.py");

#[tokio::test]
async fn the_handler_may_claim_and_start_and_nothing_more() -> Result<(), Trouble> {
    let scene = Scene::new().await?;
    scene.up(&[]).await?.ended(0)?;
    let (table, machine) = (scene.table().await?, scene.machine().await?);
    let role = as_the_handler(&scene).await?;
    let tables = aws_sdk_dynamodb::Client::new(&role);
    let machines = aws_sdk_sfn::Client::new(&role);
    let key = || AttributeValue::S("probe".to_owned());

    let put = tables
        .put_item()
        .table_name(&table)
        .item("InvocationId", key());
    put.send()
        .await
        .map_err(|cause| refused("PutItem", cause))?;
    let update = tables.update_item().table_name(&table);
    let update = update.key("InvocationId", key());
    update
        .send()
        .await
        .map_err(|cause| refused("UpdateItem", cause))?;
    let start = machines
        .start_execution()
        .state_machine_arn(&machine)
        .name("probe");
    let started = start
        .send()
        .await
        .map_err(|cause| refused("StartExecution", cause))?;
    let execution = started.execution_arn();
    let describe = machines.describe_execution().execution_arn(execution);
    describe
        .send()
        .await
        .map_err(|cause| refused("DescribeExecution", cause))?;

    let delete = tables
        .delete_item()
        .table_name(&table)
        .key("InvocationId", key());
    let scan = tables.scan().table_name(&table);
    let stop = machines.stop_execution().execution_arn(execution);
    let list = machines.list_executions().state_machine_arn(&machine);
    let update = machines
        .update_state_machine()
        .state_machine_arn(&machine)
        .definition("{}");
    let invoke = aws_sdk_lambda::Client::new(&role).invoke();
    let buckets = aws_sdk_s3::Client::new(&role).list_buckets();
    for (operation, told) in [
        ("DeleteItem", denial(delete.send().await)),
        ("Scan", denial(scan.send().await)),
        ("StopExecution", denial(stop.send().await)),
        ("ListExecutions", denial(list.send().await)),
        ("UpdateStateMachine", denial(update.send().await)),
        (
            "Invoke",
            denial(invoke.function_name(scene.function().await?).send().await),
        ),
        ("ListBuckets", denial(buckets.send().await)),
    ] {
        assert!(told.contains("AccessDenied"), "{operation}: {told}");
    }
    Ok(())
}

fn denial<T, E: std::error::Error>(result: Result<T, E>) -> String {
    match result {
        Ok(_) => "allowed".to_owned(),
        Err(cause) => refused("refused", cause).to_string(),
    }
}

/// Settings of clients that act as the deployed function does.
async fn as_the_handler(scene: &Scene) -> Result<SdkConfig, Trouble> {
    let role = scene.settings().await?;
    scene
        .account
        .functions()
        .create_function()
        .function_name("probe")
        .role(role.role().unwrap_or_default())
        .runtime(Runtime::Providedal2023)
        .handler("bootstrap")
        .code(
            FunctionCode::builder()
                .zip_file(Blob::new(probe(scene)))
                .build(),
        )
        .send()
        .await
        .map_err(|cause| refused("CreateFunction", cause))?;
    let answer = scene.account.invoke("probe", &json!({})).await?;
    let [Some(key), Some(secret), Some(token)] = [0, 1, 2].map(|index| answer.body[index].as_str())
    else {
        return Err(Trouble::of("the probe failed", answer.body));
    };
    let credentials = Credentials::new(key, secret, Some(token.to_owned()), None, "probe");
    Ok(configuration(&scene.account.endpoint, credentials))
}

/// The probe's zip. Python is here because the emulator is.
fn probe(scene: &Scene) -> Vec<u8> {
    let python = scene.emulator.python.display();
    let bootstrap = format!("#!/bin/sh\nexec '{python}' probe.py\n");
    let mut zip = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in [("bootstrap", bootstrap.as_str()), ("probe.py", PROBE)] {
        zip.start_file(name, SimpleFileOptions::default().unix_permissions(0o755))
            .and_then(|()| Ok(zip.write_all(content.as_bytes())?))
            .expect("memory takes every byte");
    }
    let bytes = zip.finish().expect("memory takes every byte");
    bytes.into_inner()
}
