//! The steps of the demo and what each expects, in order.

use std::fs;
use std::path::Path;
use std::time::Duration;

use serde_json::json;
use tokio::time::sleep;

use crate::emulator::account::Account;
use crate::emulator::console::{CommandOutput, Deployer};
use crate::emulator::message::message;
use crate::emulator::{Emulator, Trouble, cargo};
use crate::output::Output;

const STACK: &str = "workmail-message-flow";

/// How long the slow state machine takes: longer than the handler waits, short enough for a reader.
const THINKING: u64 = 4;

/// Naming this example makes cargo choose the same features as for it, so that nothing is built
/// twice.
#[rustfmt::skip]
const BUILD: [&str; 11] = [
    "build", "--profile", "demo", "--package", "deployer", "--bin", "deployer", "--example", "demo",
    "--config", "env.DEPLOYER_HANDLER_ARCH = 'host'",
];

pub(crate) async fn tell(output: &mut Output) -> Result<(), Trouble> {
    output.chapter("Build the deployer");
    output.say("It contains the handler, built as for Lambda, but for this machine's processor.");
    let program = cargo::executable(&BUILD, "deployer").await?;

    output.chapter("Start an AWS of our own");
    output.say("ministack, an AWS emulator from PyPI, in a private environment under the target");
    output.say("folder. It runs a deployed function as a real process, under its IAM policies.");
    let emulator = Emulator::start("demo").await?;
    output.say(&format!("Run by {}.", emulator.python.display()));
    output.say(&format!("It answers at {}.", emulator.endpoint()));
    let account = Account::of(&emulator);
    let demo = Demo {
        deployer: Deployer::new(program, &account, &emulator.scratch),
        organization: account.organization(),
        account,
    };

    install(output, &demo).await?;
    deliver(output, &demo).await?;
    think(output, &demo, &emulator.scratch).await?;
    judge(output, &demo).await?;
    remove(output, &demo).await?;
    output.say("That was all of it: everything above was the real program over HTTP.");
    Ok(())
}

struct Demo {
    account: Account,
    deployer: Deployer,
    organization: String,
}

impl Demo {
    async fn up(&self, options: &[&str]) -> Result<CommandOutput, Trouble> {
        let up = ["up", "--org-arn", &self.organization, "--yes"];
        self.deployer.run(&[&up, options].concat()).await?.ended(0)
    }

    async fn output(&self, key: &str) -> Result<String, Trouble> {
        let value = self.account.output(STACK, key).await;
        value.ok_or_else(|| Trouble::of("the stack has no output", key))
    }
}

async fn install(output: &mut Output, demo: &Demo) -> Result<(), Trouble> {
    output.chapter("Install a message flow");
    output.say("One command: the template is rendered, the handler uploaded, the stack created.");
    let session = demo.up(&[]).await?;
    output.session(&session);
    let function = demo.output("MfsmFunctionArn").await?;
    expect(session.stdout.contains(&function), "up prints the function's ARN")
}

async fn deliver(output: &mut Output, demo: &Demo) -> Result<(), Trouble> {
    output.chapter("A message comes in");
    output.say("WorkMail would hand this to the function, and hold the mail until it answers:");
    let function = demo.output("MfsmFunctionArn").await?;
    let message = message("00000000000000000000000000000001");
    output.json(&message);
    let answer = demo.account.invoke(&function, &message).await?;
    output.say("The handler ran the state machine and answers with its verdict:");
    output.json(&answer.body);
    expect(!answer.failed, "the function does not fail")?;
    expect(
        answer.body["actions"][0]["action"]["type"] == "DEFAULT",
        "the built-in flow delivers every message",
    )
}

async fn think(output: &mut Output, demo: &Demo, scratch: &Path) -> Result<(), Trouble> {
    output.chapter("A state machine that takes its time");
    output.say(&format!("The next one thinks for {THINKING} seconds, and then drops the message."));
    output.say("Installing it updates the stack; the function's ARN stays.");
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
    let function = demo.output("MfsmFunctionArn").await?;
    output.session(&demo.up(&slow).await?);
    expect(demo.output("MfsmFunctionArn").await? == function, "the function keeps its ARN")?;
    ask_twice(output, demo, &function).await?;

    output.chapter("The same command again");
    let session = demo.up(&slow).await?;
    output.session(&session);
    let printed = (session.stdout + &session.stderr).to_lowercase();
    expect(printed.contains("no change"), "up says that nothing changed")
}

/// The retry path: first no verdict, then the verdict, with one execution only.
async fn ask_twice(output: &mut Output, demo: &Demo, function: &str) -> Result<(), Trouble> {
    let machine = demo.output("MfsmStateMachineArn").await?;
    let before = demo.account.executions(&machine).await?;
    let message = message("00000000000000000000000000000002");
    output.say("A message comes in. The handler waits a second, and then asks to be asked again:");
    let first = demo.account.invoke(function, &message).await?;
    output.json(&first.body);
    expect(first.error() == Some("NotReady"), "the first answer is NotReady")?;

    output
        .say(&format!("WorkMail invokes again until it has an answer. {THINKING} seconds later:"));
    sleep(Duration::from_secs(THINKING)).await;
    let mut retry = demo.account.invoke(function, &message).await?;
    while retry.error() == Some("NotReady") {
        sleep(Duration::from_secs(1)).await;
        retry = demo.account.invoke(function, &message).await?;
    }
    output.json(&retry.body);
    expect(
        retry.body["actions"][0]["action"]["type"] == "DROP",
        "the retry answers with the verdict",
    )?;
    let executions = demo.account.executions(&machine).await? - before;
    expect(executions == 1, "a message is executed once")?;
    output.say("Invoked twice, executed once: Step Functions lists one execution for the message.");
    Ok(())
}

/// A flow that brings a Lambda function.
async fn judge(output: &mut Output, demo: &Demo) -> Result<(), Trouble> {
    output.chapter("A flow that brings a function");
    output.say("The built-in flow lookalike has a function in Python, which is packed and deployed with it.");
    let options = ["--flow", "lookalike", "--parameter", "domains=example.com"];
    output.session(&demo.up(&options).await?);
    output.say("Mail of a domain that looks like one's own goes to the junk folder:");
    let mut message = message("00000000000000000000000000000003");
    message["envelope"]["mailFrom"]["address"] = json!("boss@examp1e.com");
    message["sender"]["address"] = json!("boss@examp1e.com");
    let function = demo.output("MfsmFunctionArn").await?;
    let mut answer = demo.account.invoke(&function, &message).await?;
    while answer.error() == Some("NotReady") {
        sleep(Duration::from_secs(1)).await;
        answer = demo.account.invoke(&function, &message).await?;
    }
    output.json(&answer.body);
    expect(
        answer.body["actions"][0]["action"]["type"] == "MOVE_TO_JUNK",
        "the function judges the sender",
    )
}

async fn remove(output: &mut Output, demo: &Demo) -> Result<(), Trouble> {
    output.chapter("Remove it");
    output.session(&demo.deployer.run(&["down", "--yes"]).await?.ended(0)?);
    let remains = demo.account.remains().await?;
    output.say(&format!(
        "Stacks, functions, state machines, tables, buckets: {} left.",
        remains.len()
    ));
    expect(remains.is_empty(), &format!("down leaves nothing behind: {remains:?}"))
}

/// Checks a sentence of the demo.
fn expect(holds: bool, promise: &str) -> Result<(), Trouble> {
    if holds {
        return Ok(());
    }
    Err(Trouble::of("expected, and not so", promise))
}
