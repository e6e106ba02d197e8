//! Another program in place of the handler: the example of the guide is compiled, deployed, and asked, and the guide's
//! tables list what the deployed function has.

use std::collections::BTreeSet;
use std::process::Command;

use serde_json::{Value, json};

use crate::emulator::Trouble;
use crate::emulator::message::message;
use crate::sandbox::{Sandbox, deliver};

const PAGE: &str = include_str!("../../../docs/guides/own-handler.md");

/// The example program, as the page builds it.
fn program(sandbox: &Sandbox) -> Result<String, Trouble> {
    let (_, code) = PAGE.split_once("```rust\n").unwrap_or_default();
    let (code, _) = code.split_once("```").unwrap_or_default();
    sandbox.file("main.rs", code)?;
    let line = PAGE.lines().find_map(|line| line.strip_prefix("rustc ")).unwrap_or_default();
    let mut compiler = Command::new("rustc");
    let output = compiler.args(line.split(' ')).current_dir(&sandbox.folder).output();
    let output = output.map_err(|cause| Trouble::of("rustc", cause))?;
    if !output.status.success() {
        return Err(Trouble::of(line, String::from_utf8_lossy(&output.stderr)));
    }
    Ok(sandbox.folder.join("bootstrap").display().to_string())
}

/// The words in code style that begin the rows of the table with this heading.
fn listed(heading: &str) -> BTreeSet<String> {
    let (_, table) = PAGE.split_once(heading).unwrap_or_default();
    let rows = table.lines().skip(2).map_while(|line| line.strip_prefix("| `"));
    rows.filter_map(|row| Some(row.split_once('`')?.0.to_owned())).collect()
}

#[tokio::test]
async fn another_program_is_deployed_as_the_handler_and_decides() -> Result<(), Trouble> {
    let sandbox = Sandbox::new().await?;
    let program = program(&sandbox)?;
    let organization = sandbox.account.organization();
    let up = ["up", "--org-arn", &organization, "--yes", "--handler", &program];
    sandbox.run(&up).await?.ended(0)?;
    let mut mail = message("00000000000000000000000000000001");
    assert_eq!(sandbox.send(&mail).await?.body, deliver());
    mail["envelope"]["mailFrom"]["address"] = "ads@example.net".into();
    let dropped = json!([{ "allRecipients": true, "action": { "type": "DROP" } }]);
    assert_eq!(sandbox.send(&mail).await?.body["actions"], dropped);
    assert_eq!(sandbox.account.executions(&sandbox.machine().await?).await?, 0);
    sandbox.run(&["drift"]).await?.ended(0)?;
    sandbox.run(&["status"]).await?.ended(0)?;
    let logs = sandbox.run(&["logs", "--full"]).await?.ended(0)?;
    let table = sandbox.table().await?;
    assert!(logs.stdout.contains(&format!("table: {table}")), "{}", logs.stdout);
    let asked =
        sandbox.run(&["invoke", "--yes", "--mail-from", "ads@example.net"]).await?.ended(0)?;
    assert!(asked.stdout.contains("DROP"), "{}", asked.stdout);

    // The way back.
    let back = sandbox.up(&[]).await?.ended(0)?;
    assert!(back.stderr.contains("1 to change"), "{}", back.stderr);
    mail["invocationId"] = "00000000000000000000000000000002".into();
    assert_eq!(sandbox.send(&mail).await?.body, deliver());
    assert_eq!(sandbox.account.executions(&sandbox.machine().await?).await?, 1);
    Ok(())
}

#[tokio::test]
async fn the_guide_lists_the_variables_and_the_permissions_of_the_function() -> Result<(), Trouble>
{
    let sandbox = Sandbox::new().await?;
    let organization = sandbox.account.organization();
    let rendered =
        sandbox.deployer.run(&sandbox.flow("render", &[&organization])).await?.ended(0)?;
    let template: Value =
        serde_json::from_str(&rendered.stdout).map_err(|cause| Trouble::of("render", cause))?;
    let resources = template["Resources"].as_object().cloned().unwrap_or_default();
    let function = &resources["MfsmFunction"]["Properties"];
    let variables = function["Environment"]["Variables"].as_object().cloned().unwrap_or_default();
    let names: BTreeSet<String> = variables.keys().cloned().collect();
    assert_eq!(listed("| variable | content |"), names);

    let policies = resources.values().filter(|one| {
        one["Type"] == "AWS::IAM::Policy"
            && one["Properties"]["Roles"] == json!([{ "Ref": "MfsmFunctionRole" }])
    });
    let statements = policies.flat_map(|one| {
        one["Properties"]["PolicyDocument"]["Statement"].as_array().cloned().unwrap_or_default()
    });
    let actions = statements.flat_map(|statement| match &statement["Action"] {
        Value::Array(several) => several.clone(),
        one => vec![one.clone()],
    });
    let actions: BTreeSet<String> =
        actions.filter_map(|action| action.as_str().map(str::to_owned)).collect();
    assert_eq!(listed("| action | resource |"), actions);
    assert_eq!(function["Timeout"], 14);
    Ok(())
}
