//! A state machine that is edited behind the deployer's back, by Step Functions' own API.

use serde_json::{Value, json};

use crate::emulator::Trouble;
use crate::emulator::account::refused;
use crate::scene::Scene;

fn machine(comment: &str) -> String {
    let judge = json!({ "Type": "Pass", "Comment": comment, "End": true });
    json!({ "StartAt": "Judge", "TimeoutSeconds": 600, "States": { "Judge": judge } }).to_string()
}

async fn live(scene: &Scene) -> Result<Value, Trouble> {
    let client = scene.account.machines();
    let described = client.describe_state_machine().state_machine_arn(scene.machine().await?);
    let described = described.send().await;
    let described = described.map_err(|cause| refused("DescribeStateMachine", cause))?;
    serde_json::from_str(described.definition())
        .map_err(|cause| Trouble::of("the live definition", cause))
}

#[tokio::test]
async fn an_edit_is_reported_and_pulled_and_never_overwritten_by_default() -> Result<(), Trouble> {
    let scene = Scene::new().await?;
    let deployed = scene.file("deployed.json", machine("deployed"))?;
    scene.up(&["--state-machine", &deployed]).await?.ended(0)?;
    let same = scene.up(&["--state-machine", &deployed]).await?.ended(0)?;
    assert!(!same.stderr.contains("drift"), "{}", same.stderr);

    let client = scene.account.machines();
    let edit = client.update_state_machine().state_machine_arn(scene.machine().await?);
    let edited = edit.definition(machine("edited")).send().await;
    edited.map_err(|cause| refused("UpdateStateMachine", cause))?;

    let left = scene.up(&["--state-machine", &deployed, "--memory", "256"]).await?.ended(0)?;
    let told = "DefinitionString/States/Judge/Comment: deployed -> edited";
    assert!(left.stderr.contains(told), "{}", left.stderr);
    let detected = scene.run(&["drift", "--region", "us-east-1"]).await?.ended(3)?;
    assert!(detected.stdout.contains(told), "{}", detected.stdout);
    assert_eq!(live(&scene).await?["States"]["Judge"]["Comment"], "edited");

    let next = scene.file("next.json", machine("next"))?;
    scene.up(&["--state-machine", &next]).await?.ended(6)?;
    assert_eq!(live(&scene).await?["States"]["Judge"]["Comment"], "edited");

    let pulled = scene.file("pulled.yaml", "")?;
    scene.run(&["pull", "--force", "--region", "us-east-1", &pulled]).await?.ended(0)?;
    scene.up(&["--state-machine", &pulled]).await?.ended(0)?;
    assert_eq!(live(&scene).await?["States"]["Judge"]["Comment"], "edited");
    let quiet = scene.up(&["--state-machine", &pulled]).await?.ended(0)?;
    assert!(!quiet.stderr.contains("drift"), "{}", quiet.stderr);
    scene.up(&["--state-machine", &next]).await?.ended(0)?;
    assert_eq!(live(&scene).await?["States"]["Judge"]["Comment"], "next");
    Ok(())
}
