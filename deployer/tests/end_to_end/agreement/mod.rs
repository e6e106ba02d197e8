//! The simulation and a deployed stack agree: every test of every built-in flow has the same result
//! for every recipient, and takes the same path through the state machine, whether `deployer test`
//! runs it or a message passes a real stack in the emulator.
//!
//! Two engines interpret the definition, two of them its expressions, and the same handler invokes
//! them. In this emulator, the time of Step Functions passes a thousand times as fast: three hours
//! without a decision take eleven seconds.

mod case;
mod execution;
mod fixtures;
mod simulation_only;

use std::collections::{BTreeMap, BTreeSet};
use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio::task::JoinSet;
use tokio::time::sleep;

use self::case::Case;
use self::execution::Execution;
use self::fixtures::SECOND;
use crate::emulator::{Emulator, Trouble};
use crate::sandbox::Sandbox;

/// The account in the ARNs of the flows' tests.
const ACCOUNT: &str = "123456789012";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_simulation_and_the_emulator_agree_on_every_test() -> Result<(), Trouble> {
    let scale = [("SFN_WAIT_SCALE", SECOND.to_string())];
    let emulator = Box::leak(Box::new(Emulator::start_with("agreement", &scale).await?));
    let sandbox = Arc::new(Sandbox::in_account(emulator, ACCOUNT).await?);
    fixtures::prepare(&sandbox).await?;
    let mut by_flow: BTreeMap<String, Vec<Case>> = BTreeMap::new();
    for case in case::all()? {
        by_flow.entry(case.flow.clone()).or_default().push(case);
    }
    assert!(by_flow.len() >= 7, "these are not the built-in flows: {:?}", by_flow.keys());
    let mut flows = JoinSet::new();
    for (flow, cases) in by_flow {
        flows.spawn(replay(Arc::clone(&sandbox), flow, cases));
    }
    let mut differences = Vec::new();
    for of_flow in flows.join_all().await {
        differences.extend(of_flow?);
    }
    assert!(differences.is_empty(), "they disagree:\n{}", differences.join("\n"));
    Ok(())
}

/// The differences between a flow's tests in the emulator and in the simulation.
async fn replay(
    sandbox: Arc<Sandbox>,
    flow: String,
    cases: Vec<Case>,
) -> Result<Vec<String>, Trouble> {
    let simulated = simulated(&sandbox, &flow).await?;
    let (mut stacks, mut differences) = (BTreeSet::new(), Vec::new());
    for (nth, case) in cases.iter().enumerate() {
        if simulation_only::reason(case).is_some() {
            continue;
        }
        if !simulated.contains(&case.name) {
            differences.push(format!("{flow}: {}: fails in the simulation", case.name));
            continue;
        }
        let stack = stack(nth, case, &cases);
        if stacks.insert(stack.clone()) {
            up(&sandbox, &stack, case).await?;
        }
        fixtures::arrange(&sandbox, &stack, case).await?;
        let event = event(&sandbox, case).await?;
        let found = send(&sandbox, &stack, case, &event).await?;
        let expected = case.expected();
        if found != expected {
            differences.push(format!("{flow}: {}: {expected:?}, but really {found:?}", case.name));
        }
        let execution = Execution::read(&sandbox, &stack, &invocation_id(&event)).await?;
        differences
            .extend(execution.differs(case).map(|how| format!("{flow}: {}: {how}", case.name)));
    }
    Ok(differences)
}

/// The names of the flow's tests that pass in the simulation.
async fn simulated(sandbox: &Sandbox, flow: &str) -> Result<BTreeSet<String>, Trouble> {
    let printed = sandbox.deployer.run(&["test", "--flow", flow, "--output", "json"]).await?.stdout;
    let objects = printed.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let passed = objects.filter(|object| object["passed"] == true);
    Ok(passed.filter_map(|object| object["name"].as_str().map(str::to_owned)).collect())
}

/// Tests that need the same stack share one; a test that breaks its stack has its own.
fn stack(nth: usize, case: &Case, cases: &[Case]) -> String {
    let alike = |other: &&Case| {
        case.value("fail").is_none()
            && other.value("fail").is_none()
            && other.value("parameters") == case.value("parameters")
            && other.value("on-failure") == case.value("on-failure")
    };
    let first = cases.iter().position(|other| alike(&other)).unwrap_or(nth);
    format!("{}-{first}", case.flow)
}

async fn up(sandbox: &Sandbox, stack: &str, case: &Case) -> Result<(), Trouble> {
    let organization = sandbox.account.organization();
    let mut arguments = sandbox.flow("up", &[&organization]);
    arguments.extend(["--yes", "--stack-name", stack, "--flow", &case.flow, "--wait-time", "10"]);
    let parameters: Vec<String> =
        case.entries("parameters").filter_map(|(name, value)| parameter(name, value)).collect();
    for parameter in &parameters {
        arguments.extend(["--parameter", parameter]);
    }
    if let Some(policy) = case.value("on-failure").and_then(Value::as_str) {
        arguments.extend(["--on-failure", policy]);
    }
    sandbox.deployer.run(&arguments).await?.ended(0).map(|_| ())
}

/// The value of `--parameter`. An empty list is written by leaving it out.
fn parameter(name: &str, value: &Value) -> Option<String> {
    Some(match value {
        Value::Array(items) if items.is_empty() => return None,
        Value::Array(items) => {
            let items: Vec<&str> = items.iter().filter_map(Value::as_str).collect();
            format!("{name}={}", items.join(","))
        }
        Value::String(text) => format!("{name}={text}"),
        other => format!("{name}={other}"),
    })
}

/// Sends the test's message through the stack, and returns the action for each recipient.
async fn send(
    sandbox: &Sandbox,
    stack: &str,
    case: &Case,
    event: &str,
) -> Result<BTreeMap<String, String>, Trouble> {
    let id = &invocation_id(event);
    let file = sandbox.file(&format!("{stack}-{id}.json"), event)?;
    let outcome = tokio::select! {
        outcome = invoke(sandbox, stack, &file) => outcome?,
        trouble = decide(sandbox, stack, id, case) => return Err(trouble),
    };
    let recipients = outcome["recipients"].as_array().cloned().unwrap_or_default();
    let of = |one: &Value| {
        let kinds = one["actions"].as_array().into_iter().flatten();
        let kinds: Vec<&str> = kinds.filter_map(|action| action["type"].as_str()).collect();
        let kinds =
            if outcome["verdict"].is_null() { "none".to_owned() } else { kinds.join(" or ") };
        (one["recipient"].as_str().unwrap_or_default().to_lowercase(), kinds)
    };
    Ok(recipients.iter().map(of).collect())
}

fn invocation_id(event: &str) -> String {
    let event: Value = serde_json::from_str(event).unwrap_or_default();
    event["invocationId"].as_str().unwrap_or_default().to_owned()
}

async fn event(sandbox: &Sandbox, case: &Case) -> Result<String, Trouble> {
    let members = case.value("event").cloned().unwrap_or_default();
    if let Some(whole) = members.get("json") {
        return Ok(whole.to_string());
    }
    let mut arguments = vec!["event".to_owned()];
    for (key, value) in members.as_object().into_iter().flatten() {
        let option = match key.as_str() {
            "from" => "--mail-from",
            "sender" => "--sender",
            "recipients" => "--recipient",
            "subject" => "--subject",
            "direction" => "--direction",
            "truncated" => {
                arguments.push("--truncated".to_owned());
                continue;
            }
            other => return Err(Trouble::of("an event says", other)),
        };
        let values = value.as_array().cloned().unwrap_or_else(|| vec![value.clone()]);
        for text in values.iter().filter_map(Value::as_str) {
            let text = if key == "direction" { text.to_lowercase() } else { text.to_owned() };
            arguments.extend([option.to_owned(), text]);
        }
    }
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    Ok(sandbox.deployer.run(&arguments).await?.ended(0)?.stdout)
}

/// Invokes until the answer is something other than NotReady.
async fn invoke(sandbox: &Sandbox, stack: &str, file: &str) -> Result<Value, Trouble> {
    let line = ["invoke", "--event", file, "--once", "--yes", "--output", "json", "--stack-name"];
    loop {
        let printed = sandbox.deployer.run(&[&line[..], &[stack]].concat()).await?;
        let objects: Vec<Value> =
            printed.stdout.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
        if objects.iter().any(|object| object["error_type"] == "NotReady") {
            continue;
        }
        let outcome = objects.into_iter().find(|object| object["type"] == "rule_outcome");
        return outcome.ok_or_else(|| Trouble::of(printed.command, printed.stderr));
    }
}

/// Makes the decision of the test's person as soon as a task waits for it, and nothing more.
async fn decide(sandbox: &Sandbox, stack: &str, id: &str, case: &Case) -> Trouble {
    let answer = case.answers("Ask the approver").cloned().unwrap_or_default();
    let Some(output) = answer.get("output") else { return pending().await };
    let output = output.to_string();
    loop {
        let line = ["decide", id, "--answer", &output, "--stack-name", stack];
        match sandbox.deployer.run(&line).await.map(|printed| (printed.code, printed.stderr)) {
            Ok((Some(0), _)) => return pending().await,
            // Not yet, or so early that the emulator lists the task but does not accept its token.
            Ok((Some(3), _)) => sleep(Duration::from_millis(100)).await,
            Ok((_, printed)) if printed.contains("TaskDoesNotExist") => {
                sleep(Duration::from_millis(100)).await;
            }
            Ok((_, printed)) => return Trouble::of("decide", printed),
            Err(trouble) => return trouble,
        }
    }
}
