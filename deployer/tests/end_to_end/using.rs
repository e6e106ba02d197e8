//! A deployed flow in use: `invoke`, `status`, and what `down` reports about its usage.

use serde_json::{Value, json};

use crate::emulator::Trouble;
use crate::sandbox::Sandbox;

/// Waits for three seconds, then drops the message for one recipient.
const SLOW: &str = r#"{
  "StartAt": "Think",
  "States": {
    "Think": { "Type": "Wait", "Seconds": 3, "Next": "Drop" },
    "Drop": {
      "Type": "Pass",
      "Result": { "actions": [{ "action": { "type": "DROP" }, "recipients": ["a@example.com"] }] },
      "End": true
    }
  }
}"#;

#[tokio::test]
async fn invoke_asks_until_the_flow_decides_and_status_shows_its_health() -> Result<(), Trouble> {
    let sandbox = Sandbox::new().await?;
    let machine = sandbox.file("slow.asl.json", SLOW)?;
    sandbox.up(&["--state-machine", &machine]).await?.ended(0)?;

    let recipients = ["--recipient", "a@example.com", "--recipient", "b@example.com"];
    let asked = [&["invoke", "--yes", "--output", "json"], &recipients[..]].concat();
    let asked = objects(&sandbox.run(&asked).await?.ended(0)?.stdout)?;
    assert_eq!(asked[0]["response"], "function_error", "{asked:?}");
    assert_eq!(asked[0]["error_type"], "NotReady", "{asked:?}");
    let outcome = &asked[asked.len() - 1];
    assert_eq!(outcome["type"], "rule_outcome");
    assert_eq!(outcome["attempts"], asked.len() - 1);
    let dropped =
        json!({ "recipient": "a@example.com", "added": false, "actions": [{ "type": "DROP" }] });
    let left = json!({ "recipient": "b@example.com", "added": false, "actions": [] });
    assert_eq!(outcome["recipients"], json!([dropped, left]));
    assert_eq!(sandbox.account.executions(&sandbox.machine().await?).await?, 1);

    let status = objects(&sandbox.run(&["status", "--output", "json"]).await?.ended(0)?.stdout)?;
    let health = &status[0]["health"];
    assert_eq!(health["function"]["state"], "Active", "{health:#}");
    assert_eq!(health["machine"], "as_deployed", "{health:#}");
    assert!(health["traffic"]["measures"].is_array(), "{health:#}");
    assert_eq!(health["table"], sandbox.table().await?);

    let outputs = sandbox.run(&["outputs", "--format", "json"]).await?.ended(0)?.stdout;
    let outputs: Value = serde_json::from_str(&outputs)
        .map_err(|cause| Trouble::of("the outputs are no JSON", cause))?;
    assert_eq!(outputs["MfsmFunctionArn"], sandbox.function().await?);

    let down =
        objects(&sandbox.run(&["down", "--yes", "--output", "json"]).await?.ended(0)?.stdout)?;
    assert_eq!(down[0]["type"], "at_stake");
    assert_eq!(down[0]["entries"], 1, "{:#}", down[0]);
    assert_eq!(down[0]["running"], json!({ "count": 0, "more": false }), "{:#}", down[0]);
    Ok(())
}

/// What `--output json` printed, line by line.
fn objects(lines: &str) -> Result<Vec<Value>, Trouble> {
    let object = |line: &str| {
        serde_json::from_str(line).map_err(|cause| Trouble::of(format!("not JSON: {line}"), cause))
    };
    lines.lines().map(object).collect()
}
