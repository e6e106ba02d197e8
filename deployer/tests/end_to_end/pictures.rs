//! The pictures of the documents: real sessions at a terminal, drawn as it shows them.

use std::fs;

use serde_json::{Value, json};
use tokio::time::{Duration, sleep};

use crate::at_a_terminal::{at_a_screen, typed};
use crate::emulator::Trouble;
use crate::emulator::account::refused;
use crate::emulator::message::message;
use crate::logs_and_trace::THOUGHTFUL;
use crate::picture::{COLUMNS, drawn};
use crate::sandbox::Sandbox;

const ROWS: u16 = 40;
const HANDLER: &str = "handler.zip";

/// The start of a frame: the cursor moves up, and everything below it is erased.
const TAKEN_AWAY: &str = "A\r\u{1b}[J";

/// Patterns of what differs between runs (`0` is a digit, `f` a hexadecimal one), and their
/// replacements.
const ALWAYS_THE_SAME: [(&str, &str); 8] = [
    ("0000-00-00 ", "2026-11-21 "),
    ("00:00:00 ", "12:00:00 "),
    ("ffffffff-ffff-ffff-ffff-ffffffffffff", "0f1e2d3c-4b5a-4978-8796-a5b4c3d2e1f0"),
    // The handler of this machine.
    (
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "5dac1eb7a0c94f2e8b61d3579c0e4a628f1b7d05e3c9a4768210fbd95c3e7a14",
    ),
    ("(0.0 MB)", "(1.5 MB)"),
    ("deployer-up-0000000000000-ffffffff", "deployer-up-1795262400000-6a09e667"),
    ("  0:00\r", "  0:07\r"),
    ("  0:00 of about ", "  0:31 of about "),
];

/// The message whose trace is drawn.
const INVOCATION: &str = "0f1e2d3c4b5a49788796a5b4c3d2e1f0";

/// The width of the times of a trace, and their values on a quiet machine.
const OFFSET_WIDTH: usize = 12;
const OFFSETS: [&str; 9] = [
    "0.000 s", "0.009 s", "0.012 s", "1.003 s", "2.012 s", "2.012 s", "2.013 s", "5.208 s",
    "5.219 s",
];

/// A state machine with one state.
fn definition(state: &Value) -> String {
    json!({ "StartAt": "Judge", "TimeoutSeconds": 300, "States": { "Judge": state } }).to_string()
}

#[tokio::test]
async fn the_picture_of_a_plan_is_up_to_date() -> Result<(), Trouble> {
    let mut sandbox = Sandbox::new().await?;
    let result = json!({ "actions": [{ "action": { "type": "DEFAULT" }, "allRecipients": true }] });
    let file = sandbox.file(
        "mail.asl.json",
        definition(&json!({
            "Type": "Pass", "Result": result, "End": true
        })),
    )?;
    sandbox.up(&["--state-machine", &file]).await?.ended(0)?;
    let function = format!("arn:aws:lambda:us-east-1:{}:function:is-it-spam", sandbox.account.id);
    let judged = json!({ "Type": "Task", "Resource": function, "TimeoutSeconds": 60, "End": true });
    sandbox.file("mail.asl.json", definition(&judged))?;
    let changes = ["--state-machine", "mail.asl.json", "--memory", "256"];
    let shown = shown(&mut sandbox, "plan", &changes, 0).await?;
    drawn("plan", "deployer plan --state-machine mail.asl.json --memory 256", &shown);
    Ok(())
}

#[tokio::test]
async fn the_picture_of_a_running_update_is_up_to_date() -> Result<(), Trouble> {
    let mut sandbox = Sandbox::new().await?;
    let shown = shown(&mut sandbox, "up", &["--yes"], 0).await?;
    let row = shown.rfind("  CREATE_IN_PROGRESS   MfsmFunction ").unwrap_or_default();
    let end = row + shown[row..].find(TAKEN_AWAY).unwrap_or_default();
    let end = shown[..end].rfind('\u{1b}').unwrap_or_default();
    drawn("up", "deployer up", &shown[..end]);
    Ok(())
}

#[tokio::test]
async fn the_picture_of_a_trace_is_up_to_date() -> Result<(), Trouble> {
    let mut sandbox = Sandbox::new().await?;
    let file = sandbox.file("mail.asl.json", THOUGHTFUL)?;
    sandbox.up(&["--state-machine", &file]).await?.ended(0)?;
    let machine = sandbox.machine().await?;
    let event = message(INVOCATION);
    assert_eq!(sandbox.send(&event).await?.error(), Some("NotReady"));
    until_it_ends(&sandbox, &machine).await?;
    assert!(!sandbox.send(&event).await?.failed);
    at_a_screen(&mut sandbox, COLUMNS.into(), ROWS.into());
    let shown = sent(&sandbox, &["trace", INVOCATION], 0).await?;
    let name = machine.rsplit(':').next().unwrap_or_default().replace(&sandbox.stack, "mail");
    let shown = without_times(&shown.replace(&name, "mail-MfsmStateMachine-0A1B2C3D4E5F"));
    drawn("trace", &format!("deployer trace {INVOCATION}"), &shown);
    Ok(())
}

/// Waits until the execution of the message is over.
async fn until_it_ends(sandbox: &Sandbox, machine: &str) -> Result<(), Trouble> {
    let execution = machine.replace(":stateMachine:", ":execution:") + ":" + INVOCATION;
    let client = sandbox.account.machines();
    loop {
        let described = client.describe_execution().execution_arn(&execution).send().await;
        let described = described.map_err(|cause| refused("DescribeExecution", cause))?;
        if described.stop_date().is_some() {
            return Ok(());
        }
        sleep(Duration::from_millis(200)).await;
    }
}

/// The lines of a trace with the times of a quiet machine, because times differ between runs.
fn without_times(story: &str) -> String {
    let mut offsets = OFFSETS.into_iter();
    let lines = story.split('\n').map(|line| {
        let (time, what) = line.split_at_checked(OFFSET_WIDTH).unwrap_or_default();
        let timed =
            time.ends_with(" s") && time.trim_start().starts_with(|c: char| c.is_ascii_digit());
        if !timed {
            return line.to_owned();
        }
        let what = without_duration(what, "not ready after ", "1003");
        let what = without_duration(&what, "answered in ", "11");
        let what = without_duration(&what, "is left after ", "2.000");
        let what = without_duration(&what, "(Pass), ", "0.001");
        format!("{:>OFFSET_WIDTH$}{what}", offsets.next().unwrap_or(time))
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Replaces the duration after these words.
pub(crate) fn without_duration(text: &str, words: &str, instead: &str) -> String {
    let Some((before, after)) = text.split_once(words) else { return text.to_owned() };
    let after = after.trim_start_matches(|char: char| char.is_ascii_digit() || char == '.');
    format!("{before}{words}{instead}{after}")
}

/// The terminal output of a command about a flow.
async fn shown(
    sandbox: &mut Sandbox,
    command: &str,
    options: &[&str],
    code: i32,
) -> Result<String, Trouble> {
    at_a_screen(sandbox, COLUMNS.into(), ROWS.into());
    let organization = sandbox.account.organization();
    // Lines are wrapped, so that no path of this machine may be in them: a name in the session's folder is enough.
    let handler = sandbox.handler.zip.display().to_string();
    fs::copy(&handler, sandbox.folder.join(HANDLER))
        .map_err(|cause| Trouble::of(HANDLER, cause))?;
    let flow = sandbox.flow(command, &[&organization]);
    let flow = flow.into_iter().map(|word| if word == handler { HANDLER } else { word });
    sent(sandbox, &[&flow.collect::<Vec<_>>(), options].concat(), code).await
}

/// The terminal output of a command, without what differs between runs.
async fn sent(sandbox: &Sandbox, arguments: &[&str], code: i32) -> Result<String, Trouble> {
    let session = typed(sandbox, "", arguments).await?.ended(code)?;
    Ok(always_the_same(sandbox, &session.stdout))
}

fn always_the_same(sandbox: &Sandbox, sent: &str) -> String {
    let mut shown = sent
        .replace(&sandbox.stack, "mail")
        .replace(&sandbox.account.id, "123456789012")
        .replace("x86_64", "arm64");
    for (shape, instead) in ALWAYS_THE_SAME {
        shown = masked(&shown, shape, instead);
    }
    shown
}

fn masked(text: &str, shape: &str, instead: &str) -> String {
    let fits = |(byte, shape): (&u8, u8)| match shape {
        b'0' => byte.is_ascii_digit(),
        b'f' => byte.is_ascii_hexdigit(),
        other => *byte == other,
    };
    let (mut masked, mut rest) = (String::new(), text);
    while let Some(next) = rest.chars().next() {
        let here = rest.as_bytes().get(..shape.len());
        if here.is_some_and(|here| here.iter().zip(shape.bytes()).all(fits)) {
            masked.push_str(instead);
            rest = &rest[shape.len()..];
        } else {
            masked.push(next);
            rest = &rest[next.len_utf8()..];
        }
    }
    masked
}
