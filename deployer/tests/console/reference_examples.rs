//! One run of each command, for its page in the reference: what was typed, and what was printed.

use crate::session::{ConsoleSession, ORGANIZATION};
use crate::{decide, doctor, drift, list, logged, logs_messages, recover, stop, trace};

/// The settings of the sessions, so that the command lines are as short as a person's.
const SETTINGS: &str = "handler: bootstrap\norg-arn: ";
/// What is printed beyond this is left out.
const LONGEST: usize = 45;
/// Of documents that nobody reads here, only the beginning is shown.
const BEGINNING: usize = 12;

/// A flow that delivers, with a state for each kind of line in `check` and `local`.
const MAIL: &str = r#"{
  "Comment": "Newsletters go to the junk folder.",
  "StartAt": "Who writes",
  "TimeoutSeconds": 600,
  "States": {
    "Who writes": {
      "Type": "Choice",
      "Choices": [
        {
          "Variable": "$.envelope.mailFrom.address",
          "StringMatches": "*@newsletter.example.org",
          "Next": "Junk"
        }
      ],
      "Default": "Delivr"
    },
    "Junk": {
      "Type": "Pass",
      "Result": { "actions": [{ "action": { "type": "MOVE_TO_JUNK" }, "allRecipients": true }] },
      "End": true
    }
  }
}
"#;

/// What a page shows: a command line, and the lines that it printed.
pub(crate) struct Shown {
    pub(crate) text: String,
}

/// Runs the example of a command. Commands whose page needs no output have none.
pub(crate) async fn of(command: &str) -> Option<Shown> {
    let name = format!("reference-{command}");
    let (session, line, longest) = match command {
        "up" => (empty(&name), "up --flow block-list --yes", LONGEST),
        "plan" => (installed(&name).await, "plan --memory 256", LONGEST),
        "down" => (installed(&name).await, "down --yes", LONGEST),
        "watch" => (ConsoleSession::updating(&name).await, "watch", LONGEST),
        "cancel" => (ConsoleSession::updating(&name).await, "cancel", LONGEST),
        "recover" => {
            let session = recover::stuck(&name).await;
            session.cloud.fix_resource("MfsmFunction");
            (session, "recover", LONGEST)
        }
        "drift" => (drift::edited(&name).await, "drift", LONGEST),
        "pull" => (drift::edited(&name).await, "pull $DIR/live.yaml --force", LONGEST),
        "render" => (empty(&name), "render", BEGINNING),
        "export" => (exporting(&name), "export $DIR/build", LONGEST),
        "list" => (list::several(&name).await, "list", LONGEST),
        "status" => (installed(&name).await, "status", LONGEST),
        "outputs" => (installed(&name).await, "outputs", LONGEST),
        "rule" => (installed(&name).await, "rule", LONGEST),
        "open" => (installed(&name).await, "open machine", LONGEST),
        "logs" => (logs_messages::messages(&name).await, "logs", LONGEST),
        "trace" => {
            let line = "trace 0000000000000000000000000000000a";
            (trace::waited(&name).await, line, LONGEST)
        }
        "decide" => (decide::waiting(&name).await, "decide", LONGEST),
        "stop" => {
            let session = stop::message(&name, stop::running().so_far()).await;
            (session, "stop 0000000000000000000000000000000a --yes", LONGEST)
        }
        "redrive" => {
            let failed = stop::running().ends("11:50:30", "ExecutionFailed", "Busy");
            let session = stop::message(&name, failed).await;
            (session, "redrive 0000000000000000000000000000000a --yes", LONGEST)
        }
        "init" => (exporting(&name), "init $DIR/my-flow --from block-list", LONGEST),
        "new-function" => {
            (with_flow(&name).await, "new-function translate --flow $DIR/my-flow", LONGEST)
        }
        "flows" => (empty(&name), "flows", 20),
        "check" => (with_machine(&name), "check --state-machine $DIR/mail.asl.json", LONGEST),
        "test" => (empty(&name), "test --flow block-list", LONGEST),
        "local" => (empty(&name), "local --flow block-list", BEGINNING),
        "event" => (empty(&name), "event --subject Invoice", LONGEST),
        "invoke" => (installed(&name).await, "invoke --yes", LONGEST),
        "doctor" => (with_settings(doctor::session(&name)), "doctor", LONGEST),
        "config" => (empty(&name), "config --memory 256", LONGEST),
        "permissions" => (empty(&name), "permissions", BEGINNING),
        "completions" => (empty(&name), "completions bash", BEGINNING),
        "man" => (exporting(&name), "man $DIR/man-pages", BEGINNING),
        "schema" => (empty(&name), "schema", BEGINNING),
        "exit-codes" => (empty(&name), "exit-codes", LONGEST),
        _ => return None,
    };
    Some(shown(&with_settings(session), line, longest).await)
}

async fn shown(session: &ConsoleSession, line: &str, longest: usize) -> Shown {
    let printed = session.run(line).await;
    let text = format!("{}{}", printed.err, printed.out).replace("$DIR/", "");
    let text = without_durations(&text);
    let lines: Vec<&str> = text.trim_end().lines().collect();
    let line = line.replace("$DIR/", "");
    let mut text = format!("$ deployer {line}\n{}", lines[..lines.len().min(longest)].join("\n"));
    if lines.len() > longest {
        text.push_str("\n…");
    }
    Shown { text }
}

/// The text without the times that tests take on this machine.
fn without_durations(text: &str) -> String {
    let mut shown = String::new();
    for (nth, part) in text.split("run in ").enumerate() {
        match part.split_once(" ms)") {
            Some((_, rest)) if nth > 0 => shown.push_str(&format!("run in … ms){rest}")),
            _ => shown.push_str(part),
        }
    }
    shown
}

fn with_settings(session: ConsoleSession) -> ConsoleSession {
    session.file("deployer.yaml", format!("{SETTINGS}{ORGANIZATION}\n"));
    session
}

fn empty(name: &str) -> ConsoleSession {
    with_settings(ConsoleSession::new(name))
}

async fn installed(name: &str) -> ConsoleSession {
    with_settings(logged::deployed(name).await)
}

/// An empty account, and no folder from an earlier run.
fn exporting(name: &str) -> ConsoleSession {
    let session = empty(name);
    ["build", "my-flow", "man-pages"].iter().for_each(|folder| session.without(folder));
    session
}

async fn with_flow(name: &str) -> ConsoleSession {
    let session = exporting(name);
    let init = session.run("init $DIR/my-flow --from block-list").await;
    assert_eq!(init.code, 0, "{}", init.err);
    session
}

fn with_machine(name: &str) -> ConsoleSession {
    let session = empty(name);
    session.file("mail.asl.json", MAIL);
    session
}
