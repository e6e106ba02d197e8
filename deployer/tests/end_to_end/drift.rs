//! A state machine that is edited without the deployer, by the API of Step Functions.

use serde_json::{Value, json};

use crate::emulator::Trouble;
use crate::emulator::account::refused;
use crate::sandbox::Sandbox;

fn machine(comment: &str) -> String {
    let judge = json!({ "Type": "Pass", "Comment": comment, "End": true });
    json!({ "StartAt": "Judge", "TimeoutSeconds": 600, "States": { "Judge": judge } }).to_string()
}

async fn live(sandbox: &Sandbox) -> Result<Value, Trouble> {
    let client = sandbox.account.machines();
    let described = client.describe_state_machine().state_machine_arn(sandbox.machine().await?);
    let described = described.send().await;
    let described = described.map_err(|cause| refused("DescribeStateMachine", cause))?;
    serde_json::from_str(described.definition())
        .map_err(|cause| Trouble::of("the live definition", cause))
}

#[tokio::test]
async fn an_edit_is_reported_and_pulled_and_never_overwritten_by_default() -> Result<(), Trouble> {
    let sandbox = Sandbox::new().await?;
    let deployed = sandbox.file("deployed.json", machine("deployed"))?;
    sandbox.up(&["--state-machine", &deployed]).await?.ended(0)?;
    let same = sandbox.up(&["--state-machine", &deployed]).await?.ended(0)?;
    assert!(!same.stderr.contains("drift"), "{}", same.stderr);

    let client = sandbox.account.machines();
    let edit = client.update_state_machine().state_machine_arn(sandbox.machine().await?);
    let edited = edit.definition(machine("edited")).send().await;
    edited.map_err(|cause| refused("UpdateStateMachine", cause))?;

    let left = sandbox.up(&["--state-machine", &deployed, "--memory", "256"]).await?.ended(0)?;
    let printed = "DefinitionString/States/Judge/Comment: deployed -> edited";
    assert!(left.stderr.contains(printed), "{}", left.stderr);
    let detected = sandbox.run(&["drift", "--region", "us-east-1"]).await?.ended(3)?;
    assert!(detected.stdout.contains(printed), "{}", detected.stdout);
    assert_eq!(live(&sandbox).await?["States"]["Judge"]["Comment"], "edited");

    let next = sandbox.file("next.json", machine("next"))?;
    sandbox.up(&["--state-machine", &next, "--memory", "256"]).await?.ended(6)?;
    assert_eq!(live(&sandbox).await?["States"]["Judge"]["Comment"], "edited");

    let pulled = sandbox.file("pulled.yaml", "")?;
    sandbox.run(&["pull", "--force", "--region", "us-east-1", &pulled]).await?.ended(0)?;
    sandbox.up(&["--state-machine", &pulled, "--memory", "256"]).await?.ended(0)?;
    assert_eq!(live(&sandbox).await?["States"]["Judge"]["Comment"], "edited");
    let quiet = sandbox.up(&["--state-machine", &pulled, "--memory", "256"]).await?.ended(0)?;
    assert!(!quiet.stderr.contains("drift"), "{}", quiet.stderr);
    sandbox.up(&["--state-machine", &next, "--memory", "256"]).await?.ended(0)?;
    assert_eq!(live(&sandbox).await?["States"]["Judge"]["Comment"], "next");
    Ok(())
}
