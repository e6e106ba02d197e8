//! What the demo does and what it expects, in order.

use std::fs;
use std::path::Path;
use std::time::Duration;

use serde_json::json;
use tokio::time::sleep;

use crate::emulator::account::Account;
use crate::emulator::console::{Deployer, Session};
use crate::emulator::message::message;
use crate::emulator::{Emulator, Trouble, cargo};
use crate::narrator::Narrator;

const STACK: &str = "workmail-message-flow";

/// How long the slow state machine thinks: longer than the handler waits, short for a reader.
const THINKING: u64 = 4;

/// Naming this example too makes cargo choose the same features as for it, and build nothing twice.
#[rustfmt::skip]
const BUILD: [&str; 11] = [
    "build", "--profile", "demo", "--package", "deployer", "--bin", "deployer", "--example", "demo",
    "--config", "env.DEPLOYER_HANDLER_ARCH = 'host'",
];

pub(crate) async fn tell(narrator: &mut Narrator) -> Result<(), Trouble> {
    narrator.chapter("Build the deployer");
    narrator.say("It carries the handler, built as for Lambda, but for this machine's processor.");
    let program = cargo::executable(&BUILD, "deployer").await?;

    narrator.chapter("Start an AWS of our own");
    narrator.say("ministack, an AWS emulator from PyPI, in a private environment under the target");
    narrator.say("folder. It runs a deployed function as a real process, under its IAM policies.");
    let emulator = Emulator::start("demo").await?;
    narrator.say(&format!("Run by {}.", emulator.python.display()));
    narrator.say(&format!("It answers at {}.", emulator.endpoint()));
    let account = Account::of(&emulator);
    let stage = Stage {
        deployer: Deployer::new(program, &account, &emulator.scratch),
        organization: account.organization(),
        account,
    };

    install(narrator, &stage).await?;
    deliver(narrator, &stage).await?;
    think(narrator, &stage, &emulator.scratch).await?;
    remove(narrator, &stage).await?;
    narrator.say("That was all of it: everything above was the real program over HTTP.");
    Ok(())
}

/// Where it plays.
struct Stage {
    account: Account,
    deployer: Deployer,
    organization: String,
}

impl Stage {
    async fn up(&self, options: &[&str]) -> Result<Session, Trouble> {
        let up = ["up", "--org-arn", &self.organization, "--yes"];
        self.deployer.run(&[&up, options].concat()).await?.ended(0)
    }

    async fn output(&self, key: &str) -> Result<String, Trouble> {
        let value = self.account.output(STACK, key).await;
        value.ok_or_else(|| Trouble::of("the stack has no output", key))
    }
}

async fn install(narrator: &mut Narrator, stage: &Stage) -> Result<(), Trouble> {
    narrator.chapter("Install a message flow");
    narrator.say("One command: the template is rendered, the handler uploaded, the stack created.");
    let session = stage.up(&[]).await?;
    narrator.session(&session);
    let function = stage.output("MfsmFunctionArn").await?;
    expect(session.stdout.contains(&function), "up prints the function's ARN")
}

async fn deliver(narrator: &mut Narrator, stage: &Stage) -> Result<(), Trouble> {
    narrator.chapter("A message comes in");
    narrator.say("WorkMail would hand this to the function, and hold the mail until it answers:");
    let function = stage.output("MfsmFunctionArn").await?;
    let message = message("00000000000000000000000000000001");
    narrator.json(&message);
    let answer = stage.account.invoke(&function, &message).await?;
    narrator.say("The handler ran the state machine and answers with its verdict:");
    narrator.json(&answer.body);
    expect(!answer.failed, "the function does not fail")?;
    expect(
        answer.body["actions"][0]["action"]["type"] == "DEFAULT",
        "the built-in flow delivers every message",
    )
}

async fn think(narrator: &mut Narrator, stage: &Stage, scratch: &Path) -> Result<(), Trouble> {
    narrator.chapter("A state machine that takes its time");
    narrator
        .say(&format!("The next one thinks for {THINKING} seconds, and then drops the message."));
    narrator.say("Installing it updates the stack; the function's ARN stays.");
    let definition = json!({
        "StartAt": "Think",
        "States": {
            "Think": { "Type": "Wait", "Seconds": THINKING, "Next": "Drop" },
            "Drop": {
                "Type": "Pass",
                "Result": { "actions": [{ "action": { "type": "DROP" }, "allRecipients": true }] },
                "End": true
            }
        }
    });
    let file = scratch.join("slow.asl.json");
    fs::write(&file, format!("{definition:#}"))
        .map_err(|cause| Trouble::of("cannot write the state machine", cause))?;
    let file = file.display().to_string();
    let slow = ["--state-machine", file.as_str()];
    let function = stage.output("MfsmFunctionArn").await?;
    narrator.session(&stage.up(&slow).await?);
    expect(stage.output("MfsmFunctionArn").await? == function, "the function keeps its ARN")?;
    ask_twice(narrator, stage, &function).await?;

    narrator.chapter("The same command again");
    let session = stage.up(&slow).await?;
    narrator.session(&session);
    let told = (session.stdout + &session.stderr).to_lowercase();
    expect(told.contains("no change"), "up says that nothing changed")
}

/// The retry path: not yet, then the verdict, and one execution only.
async fn ask_twice(narrator: &mut Narrator, stage: &Stage, function: &str) -> Result<(), Trouble> {
    let machine = stage.output("MfsmStateMachineArn").await?;
    let before = stage.account.executions(&machine).await?;
    let message = message("00000000000000000000000000000002");
    narrator
        .say("A message comes in. The handler waits a second, and then asks to be asked again:");
    let first = stage.account.invoke(function, &message).await?;
    narrator.json(&first.body);
    expect(first.error() == Some("NotReady"), "the first answer is NotReady")?;

    narrator
        .say(&format!("WorkMail invokes again until it has an answer. {THINKING} seconds later:"));
    sleep(Duration::from_secs(THINKING)).await;
    let mut retry = stage.account.invoke(function, &message).await?;
    while retry.error() == Some("NotReady") {
        sleep(Duration::from_secs(1)).await;
        retry = stage.account.invoke(function, &message).await?;
    }
    narrator.json(&retry.body);
    expect(
        retry.body["actions"][0]["action"]["type"] == "DROP",
        "the retry answers with the verdict",
    )?;
    let executions = stage.account.executions(&machine).await? - before;
    expect(executions == 1, "a message is executed once")?;
    narrator
        .say("Invoked twice, executed once: Step Functions lists one execution for the message.");
    Ok(())
}

async fn remove(narrator: &mut Narrator, stage: &Stage) -> Result<(), Trouble> {
    narrator.chapter("Remove it");
    narrator.session(&stage.deployer.run(&["down", "--yes"]).await?.ended(0)?);
    let remains = stage.account.remains().await?;
    narrator.say(&format!(
        "Stacks, functions, state machines, tables, buckets: {} left.",
        remains.len()
    ));
    expect(remains.is_empty(), &format!("down leaves nothing behind: {remains:?}"))
}

/// The demo is a promise; each sentence of it is checked.
fn expect(holds: bool, promise: &str) -> Result<(), Trouble> {
    if holds {
        return Ok(());
    }
    Err(Trouble::of("expected, and not so", promise))
}
