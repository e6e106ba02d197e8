//! The lifecycle of a stack: created, unchanged, updated, removed.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::{Value, json};

use crate::emulator::Trouble;
use crate::emulator::account::refused;
use crate::emulator::message::message;
use crate::sandbox::{Sandbox, deliver};

#[tokio::test]
async fn up_installs_the_function_and_prints_the_next_steps() -> Result<(), Trouble> {
    let sandbox = Sandbox::new().await?;
    let session = sandbox.up(&[]).await?.ended(0)?;

    let function = sandbox.function().await?;
    let settings = sandbox.settings().await?;
    assert_eq!(settings.state().map(|state| state.as_str()), Some("Active"));
    let architecture = match std::env::consts::ARCH {
        "aarch64" => "arm64",
        other => other,
    };
    assert_eq!(settings.architectures()[0].as_str(), architecture);
    assert_eq!(settings.timeout(), Some(14));
    assert_eq!(settings.memory_size(), Some(128));

    assert!(session.stdout.contains(&function), "{}", session.stdout);
    assert!(session.stdout.contains(&sandbox.machine().await?), "{}", session.stdout);
    for word in ["WorkMail", "Run Lambda", "Run synchronously"] {
        assert!(session.stdout.contains(word), "{word}: {}", session.stdout);
    }
    Ok(())
}

#[tokio::test]
async fn a_program_can_be_the_handler_and_is_zipped() -> Result<(), Trouble> {
    let sandbox = Sandbox::new().await?;
    let organization = sandbox.account.organization();
    let program = sandbox.handler.program.display().to_string();
    let up = ["up", "--org-arn", &organization, "--handler", &program, "--yes"];
    sandbox.run(&up).await?.ended(0)?;
    let answer = sandbox.send(&message("of-a-program")).await?;
    assert_eq!(answer.body, deliver());
    Ok(())
}

#[tokio::test]
async fn only_workmail_of_this_organization_may_invoke() -> Result<(), Trouble> {
    let sandbox = Sandbox::new().await?;
    sandbox.up(&[]).await?.ended(0)?;
    let statements = statements(&sandbox).await?;
    assert_eq!(statements.len(), 1, "{statements:?}");
    let statement = &statements[0];
    assert_eq!(statement["Effect"], "Allow");
    assert_eq!(statement["Principal"], json!({ "Service": "workmail.us-east-1.amazonaws.com" }));
    assert_eq!(statement["Action"], "lambda:InvokeFunction");
    assert_eq!(statement["Resource"], sandbox.function().await?);
    assert_eq!(
        statement["Condition"],
        json!({ "ArnLike": { "AWS:SourceArn": sandbox.account.organization() } })
    );
    Ok(())
}

#[tokio::test]
async fn each_organization_gets_its_own_permission() -> Result<(), Trouble> {
    let sandbox = Sandbox::new().await?;
    let first = sandbox.account.organization();
    let second = first.replace("m-0123", "m-4567");
    sandbox.up_for(&[&first, &second], &[]).await?.ended(0)?;
    let mut sources: Vec<Value> = statements(&sandbox)
        .await?
        .into_iter()
        .map(|statement| statement["Condition"]["ArnLike"]["AWS:SourceArn"].clone())
        .collect();
    sources.sort_by_key(Value::to_string);
    assert_eq!(sources, [json!(first), json!(second)]);
    Ok(())
}

#[tokio::test]
async fn the_table_has_the_key_and_the_time_to_live_of_the_original() -> Result<(), Trouble> {
    let sandbox = Sandbox::new().await?;
    sandbox.up(&[]).await?.ended(0)?;
    let table = sandbox.account.tables().describe_table();
    let described = table.table_name(sandbox.table().await?).send().await;
    let described = described.map_err(|cause| refused("DescribeTable", cause))?;
    let table = described.table().expect("an answer has a table");
    let keys: Vec<_> = table.key_schema().iter().map(|key| key.attribute_name()).collect();
    assert_eq!(keys, ["InvocationId"]);

    // The emulator ignores this setting of the table; the template has it.
    let template = sandbox.account.stacks().get_template().stack_name(&sandbox.stack);
    let template = template.send().await;
    let template = template.map_err(|cause| refused("GetTemplate", cause))?;
    let template: Value = serde_json::from_str(template.template_body().unwrap_or_default())
        .expect("the template was sent as JSON");
    assert_eq!(
        template["Resources"]["MfsmExecutionTable"]["Properties"]["TimeToLiveSpecification"],
        json!({ "AttributeName": "TimeToLive", "Enabled": true })
    );
    Ok(())
}

#[tokio::test]
async fn a_second_up_changes_nothing_and_says_so() -> Result<(), Trouble> {
    let sandbox = Sandbox::new().await?;
    sandbox.up(&[]).await?.ended(0)?;
    let before = traces(&sandbox).await?;

    let again = sandbox.up(&[]).await?.ended(0)?;
    let printed = again.stdout.clone() + &again.stderr;
    assert!(printed.to_lowercase().contains("no change"), "{printed}");
    assert!(again.stdout.contains(&sandbox.function().await?), "{printed}");
    assert_eq!(traces(&sandbox).await?, before);

    let organization = sandbox.account.organization();
    let plan = sandbox.flow("plan", &[&organization]);
    sandbox.run(&plan).await?.ended(0)?;
    assert_eq!(traces(&sandbox).await?, before);
    Ok(())
}

#[tokio::test]
async fn a_changed_setting_updates_in_place_and_keeps_the_data() -> Result<(), Trouble> {
    let sandbox = Sandbox::new().await?;
    sandbox.up(&[]).await?.ended(0)?;
    let (function, table) = (sandbox.function().await?, sandbox.table().await?);
    let put = sandbox.account.tables().put_item().table_name(&table);
    put.item("InvocationId", AttributeValue::S("kept".to_owned()))
        .send()
        .await
        .map_err(|cause| refused("PutItem", cause))?;

    sandbox
        .up(&["--wait-time", "2.5", "--memory", "256", "--on-failure", "junk"])
        .await?
        .ended(0)?;

    assert_eq!(sandbox.function().await?, function);
    assert_eq!(sandbox.table().await?, table);
    let settings = sandbox.settings().await?;
    assert_eq!(settings.memory_size(), Some(256));
    let variables = settings.environment().and_then(|set| set.variables());
    let variables = variables.expect("the function has an environment");
    assert_eq!(variables["WAIT_TIME_FOR_EXECUTION"], "2.5");
    assert_eq!(variables["ON_FAILURE"], "junk");
    let get = sandbox.account.tables().get_item().table_name(&table);
    let get = get.key("InvocationId", AttributeValue::S("kept".to_owned()));
    let kept = get.send().await.map_err(|cause| refused("GetItem", cause))?;
    assert!(kept.item().is_some());
    Ok(())
}

#[tokio::test]
async fn status_prints_the_outputs_and_whether_there_is_a_stack() -> Result<(), Trouble> {
    let sandbox = Sandbox::new().await?;
    sandbox.run(&["status"]).await?.ended(3)?;
    sandbox.up(&[]).await?.ended(0)?;
    let status = sandbox.run(&["status"]).await?.ended(0)?;
    assert!(status.stdout.contains("CREATE_COMPLETE"), "{}", status.stdout);
    assert!(status.stdout.contains(&sandbox.function().await?), "{}", status.stdout);
    Ok(())
}

#[tokio::test]
async fn up_prints_one_json_object_per_line() -> Result<(), Trouble> {
    let sandbox = Sandbox::new().await?;
    let session = sandbox.up(&["--output", "json"]).await?.ended(0)?;
    let mut kinds = BTreeMap::<String, usize>::new();
    for line in session.stdout.lines() {
        let event: Value = serde_json::from_str(line)
            .map_err(|cause| Trouble::of(format!("not JSON: {line}"), cause))?;
        let kind = event["type"].as_str().unwrap_or("none").to_owned();
        *kinds.entry(kind).or_default() += 1;
    }
    assert!(!kinds.is_empty() && !kinds.contains_key("none"), "{kinds:?}");
    Ok(())
}

#[tokio::test]
async fn down_leaves_nothing_behind_and_a_second_down_has_nothing_to_do() -> Result<(), Trouble> {
    let sandbox = Sandbox::new().await?;
    sandbox.up(&[]).await?.ended(0)?;
    assert_ne!(sandbox.account.remains().await?, Vec::<String>::new());
    sandbox.run(&["down", "--yes"]).await?.ended(0)?;
    assert_eq!(sandbox.account.remains().await?, Vec::<String>::new());
    sandbox.run(&["down", "--yes"]).await?.ended(0)?;
    Ok(())
}

/// The statements of the function's resource policy.
async fn statements(sandbox: &Sandbox) -> Result<Vec<Value>, Trouble> {
    let policy = sandbox.account.functions().get_policy();
    let policy = policy.function_name(sandbox.function().await?).send().await;
    let policy = policy.map_err(|cause| refused("GetPolicy", cause))?;
    let policy: Value = serde_json::from_str(policy.policy().unwrap_or_default())
        .map_err(|cause| Trouble::of("the policy is no JSON", cause))?;
    Ok(policy["Statement"].as_array().cloned().unwrap_or_default())
}

/// The traces of an operation on the stack: its events, its change sets, its time of update.
async fn traces(sandbox: &Sandbox) -> Result<(usize, usize, String), Trouble> {
    let stacks = sandbox.account.stacks();
    let events = stacks.describe_stack_events().stack_name(&sandbox.stack).send().await;
    let events = events.map_err(|cause| refused("DescribeStackEvents", cause))?;
    let sets = stacks.list_change_sets().stack_name(&sandbox.stack).send().await;
    let sets = sets.map_err(|cause| refused("ListChangeSets", cause))?;
    let stack = stacks.describe_stacks().stack_name(&sandbox.stack).send().await;
    let stack = stack.map_err(|cause| refused("DescribeStacks", cause))?;
    let updated = format!("{:?}", stack.stacks()[0].last_updated_time());
    Ok((events.stack_events().len(), sets.summaries().len(), updated))
}
