//! Prepares the services around a stack so that they answer as a test specifies.

use std::collections::HashMap;
use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_lambda::types::{FunctionCode, Runtime};
use deployer::host::wall_clock;
use serde_json::{Value, json};
use tokio::time::sleep;

use super::case::Case;
use crate::emulator::Trouble;
use crate::emulator::account::refused;
use crate::package::zipped;
use crate::sandbox::Sandbox;

/// How long Step Functions waits in the emulator for one second.
pub(super) const SECOND: f64 = 0.001;

/// The role of the resources around a stack; it has no permissions.
const ROLE: &str = "arn:aws:iam::123456789012:role/bystander";

/// Creates what all tests need.
pub(super) async fn prepare(sandbox: &Sandbox) -> Result<(), Trouble> {
    let role = aws_sdk_iam::Client::new(&sandbox.account.config).create_role();
    let role = role.role_name("bystander").assume_role_policy_document(
        json!({ "Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Action": "sts:AssumeRole",
            "Principal": { "Service": ["lambda.amazonaws.com", "states.amazonaws.com"] },
        }] })
        .to_string(),
    );
    role.send().await.map(|_| ()).map_err(|cause| refused("CreateRole", cause))
}

/// Prepares the services of a deployed stack as a test specifies.
pub(super) async fn arrange(sandbox: &Sandbox, stack: &str, case: &Case) -> Result<(), Trouble> {
    for (state, _) in case.entries("answers") {
        match (case.flow.as_str(), state.as_str()) {
            ("block-list", _) => listed(sandbox, stack, case, state).await?,
            ("mail-storm", "Count") => counted(sandbox, stack, case).await?,
            ("invoke", "Ask") => functions(sandbox, case, None).await?,
            ("attachments", "Inspect") => answer(sandbox, stack, case, "inspect", state).await?,
            ("disclaimer", "Append") => answer(sandbox, stack, case, "append", state).await?,
            ("notify", "Tell") => topic(sandbox, "createTopic", "mail").await?,
            // The stack creates them, and a person decides.
            ("approval", "Find the page" | "Ask the approver") => {}
            (flow, state) => return Err(Trouble::new(format!("{flow}: who answers in {state}?"))),
        }
    }
    for (state, error) in case.entries("fail") {
        match (case.flow.as_str(), error.as_str().unwrap_or_default()) {
            ("block-list" | "mail-storm", "DynamoDB.ResourceNotFoundException") => {
                let table = format!("{stack}-{}", case.flow);
                let gone = sandbox.account.tables().delete_table().table_name(table).send().await;
                gone.map_err(|cause| refused("DeleteTable", cause))?;
            }
            ("invoke", "Lambda.Unknown") => {
                functions(sandbox, case, Some("raise RuntimeError()")).await?;
            }
            ("attachments" | "disclaimer" | "lookalike", "Lambda.Unknown") => {
                let function = match case.flow.as_str() {
                    "attachments" => "inspect",
                    "disclaimer" => "append",
                    _ => "judge",
                };
                let code = b"def lambda_handler(event, context):\n    raise RuntimeError()\n";
                replace_code(sandbox, &format!("{stack}-{function}"), "app.py", code).await?;
            }
            ("outbound-limit", "Lambda.Unknown") => {
                let code = b"export const handler = async () => { throw new Error(); };\n";
                replace_code(sandbox, &format!("{stack}-count"), "index.mjs", code).await?;
            }
            ("notify", "SNS.NotFoundException") => topic(sandbox, "deleteTopic", "mail").await?,
            ("approval", "SNS.NotFoundException") => {
                topic(sandbox, "deleteTopic", &format!("{stack}-approval")).await?;
            }
            ("approval", "Ssm.ParameterNotFoundException") => {
                let name = format!("/message-flow/{stack}/approval-api");
                call(sandbox, "ssm:deleteParameter", json!({ "Name": name })).await?;
            }
            (flow, error) => {
                return Err(Trouble::new(format!("{flow}: how does {state} fail with {error}?")));
            }
        }
    }
    Ok(())
}

/// Puts the listed sender into the table.
async fn listed(sandbox: &Sandbox, stack: &str, case: &Case, state: &str) -> Result<(), Trouble> {
    let answers = case.answers(state).cloned().unwrap_or_default();
    let answers = answers.as_array().cloned().unwrap_or_else(|| vec![answers]);
    for item in answers.iter().filter_map(|answer| answer["output"].get("Item")?.as_object()) {
        let item = item.iter().map(|(name, value)| {
            let text = value["S"].as_str().unwrap_or_default().to_owned();
            (name.clone(), AttributeValue::S(text))
        });
        put(sandbox, &format!("{stack}-block-list"), item.collect()).await?;
    }
    Ok(())
}

/// Sets the number of messages of each recipient in this time window and in the next.
async fn counted(sandbox: &Sandbox, stack: &str, case: &Case) -> Result<(), Trouble> {
    let answers = case.answers("Count").unwrap_or(&Value::Null);
    let now = wall_clock().as_second();
    for (nth, recipient) in case.recipients().iter().enumerate() {
        let answer = answers.get(nth).unwrap_or(answers);
        let count = answer["output"]["Attributes"]["MessageCount"]["N"].as_str();
        let count: u64 = count.and_then(|count| count.parse().ok()).unwrap_or_default();
        // The flow counts an address without its tag.
        let (local, domain) = recipient.split_once('@').unwrap_or_default();
        let mailbox = format!("{}@{domain}", local.split('+').next().unwrap_or_default());
        // The default of the flow.
        let begins = now / 600 * 600;
        for begins in [begins, begins + 600] {
            let item = HashMap::from([
                ("Window".to_owned(), AttributeValue::S(format!("{mailbox} {begins}"))),
                ("MessageCount".to_owned(), AttributeValue::N(count.saturating_sub(1).to_string())),
            ]);
            put(sandbox, &format!("{stack}-mail-storm"), item).await?;
        }
    }
    Ok(())
}

async fn put(
    sandbox: &Sandbox,
    table: &str,
    item: HashMap<String, AttributeValue>,
) -> Result<(), Trouble> {
    let put = sandbox.account.tables().put_item().table_name(table).set_item(Some(item));
    put.send().await.map(|_| ()).map_err(|cause| refused("PutItem", cause))
}

/// Creates the functions that the flow invokes, each with its answer, or with other code.
async fn functions(sandbox: &Sandbox, case: &Case, instead: Option<&str>) -> Result<(), Trouble> {
    let answers = case.answers("Ask").unwrap_or(&Value::Null);
    let named = case.value("parameters").and_then(|values| values["functions"].as_array());
    for (nth, arn) in named.into_iter().flatten().filter_map(Value::as_str).enumerate() {
        let answer = answers.get(nth).unwrap_or(answers);
        let took = answer["took"].as_f64().unwrap_or_default() * SECOND;
        let payload = answer["output"]["Payload"].to_string();
        let body = instead.map_or_else(
            || format!("time.sleep({took})\n    return json.loads({payload:?})"),
            str::to_owned,
        );
        let code = format!("import json, time\ndef handler(event, context):\n    {body}\n");
        let name = arn.rsplit(':').next().unwrap_or(arn);
        // It may exist from another test.
        let _ = sandbox.account.functions().delete_function().function_name(name).send().await;
        let code = FunctionCode::builder().zip_file(zipped(&[("f.py", code.as_bytes())]).into());
        let made = sandbox.account.functions().create_function().function_name(name).role(ROLE);
        let made = made.runtime(Runtime::Python312).handler("f.handler").code(code.build());
        made.send().await.map_err(|cause| refused("CreateFunction", cause))?;
    }
    Ok(())
}

/// Makes a function of the flow return its answer. The function itself reads from a service that the emulator lacks;
/// `message_bodies.rs` runs it.
async fn answer(
    sandbox: &Sandbox,
    stack: &str,
    case: &Case,
    function: &str,
    state: &str,
) -> Result<(), Trouble> {
    let payload = case.answers(state).unwrap_or(&Value::Null)["output"]["Payload"].to_string();
    let code = format!(
        "import json\n\ndef lambda_handler(event, context):\n    return json.loads({payload:?})\n"
    );
    replace_code(sandbox, &format!("{stack}-{function}"), "app.py", code.as_bytes()).await
}

/// Gives a function of the flow other code.
async fn replace_code(
    sandbox: &Sandbox,
    name: &str,
    file: &str,
    code: &[u8],
) -> Result<(), Trouble> {
    let update = sandbox.account.functions().update_function_code().function_name(name);
    let update = update.zip_file(zipped(&[(file, code)]).into());
    update.send().await.map(drop).map_err(|cause| refused("UpdateFunctionCode", cause))
}

async fn topic(sandbox: &Sandbox, action: &str, name: &str) -> Result<(), Trouble> {
    let arguments = match action {
        "createTopic" => json!({ "Name": name }),
        _ => json!({ "TopicArn": format!("arn:aws:sns:us-east-1:{}:{name}", sandbox.account.id) }),
    };
    call(sandbox, &format!("sns:{action}"), arguments).await
}

/// Calls any AWS API through a state machine, because there is no client here for every service.
async fn call(sandbox: &Sandbox, action: &str, arguments: Value) -> Result<(), Trouble> {
    let machines = sandbox.account.machines();
    let definition = json!({ "StartAt": "Call", "States": { "Call": {
        "Type": "Task", "Resource": format!("arn:aws:states:::aws-sdk:{action}"),
        "Parameters": arguments, "End": true,
    } } });
    let name = action.replace(':', "-");
    let made = machines.create_state_machine().name(name).role_arn(ROLE);
    let made = made.definition(definition.to_string()).send().await;
    let made = made.map_err(|cause| refused("CreateStateMachine", cause))?;
    let started = machines.start_execution().state_machine_arn(made.state_machine_arn());
    let started = started.send().await.map_err(|cause| refused("StartExecution", cause))?;
    loop {
        let described =
            machines.describe_execution().execution_arn(started.execution_arn()).send().await;
        let described = described.map_err(|cause| refused("DescribeExecution", cause))?;
        match described.status().as_str() {
            "RUNNING" => sleep(Duration::from_millis(10)).await,
            "SUCCEEDED" => break,
            _ => return Err(Trouble::of(action, described.cause().unwrap_or_default())),
        }
    }
    let gone = machines.delete_state_machine().state_machine_arn(made.state_machine_arn());
    gone.send().await.map(|_| ()).map_err(|cause| refused("DeleteStateMachine", cause))
}
