//! `logs` and `trace` over what the emulator really logged, stored and executed.

use serde_json::{Value, json};
use tokio::time::{Duration, Instant, sleep};

use crate::emulator::Trouble;
use crate::emulator::message::message;
use crate::sandbox::Sandbox;

/// Waits for two seconds, then drops the message for one recipient.
pub(crate) const THOUGHTFUL: &str = r#"{
  "StartAt": "Think",
  "States": {
    "Think": { "Type": "Wait", "Seconds": 2, "Next": "Drop" },
    "Drop": {
      "Type": "Pass",
      "Result": { "actions": [
        { "action": { "type": "DROP" }, "recipients": ["recipient1@example.com"] },
        { "action": { "type": "DEFAULT" }, "allRecipients": true }
      ] },
      "End": true
    }
  }
}"#;

/// The limit on a busy machine for something that takes seconds.
const PATIENCE: Duration = Duration::from_secs(60);

/// A stack that has processed one message, for which WorkMail had to invoke more than once.
pub(crate) async fn passed(invocation_id: &str, message_id: &str) -> Result<Sandbox, Trouble> {
    let sandbox = Sandbox::new().await?;
    let machine = sandbox.file("thoughtful.asl.json", THOUGHTFUL)?;
    sandbox.up(&["--state-machine", &machine, "--wait-time", "0"]).await?.ended(0)?;
    let mut message = message(invocation_id);
    message["messageId"] = message_id.into();
    let deadline = Instant::now() + PATIENCE;
    loop {
        let answer = sandbox.send(&message).await?;
        if !answer.failed {
            return Ok(sandbox);
        }
        if answer.error() != Some("NotReady") || Instant::now() > deadline {
            return Err(Trouble::of("no verdict", answer.body));
        }
        sleep(Duration::from_millis(500)).await;
    }
}

#[tokio::test]
async fn logs_and_trace_show_a_message() -> Result<(), Trouble> {
    let (invocation, message) = ("looked-at", "the-message-looked-at");
    let sandbox = passed(invocation, message).await?;

    let logs = sandbox.run(&["logs"]).await?.ended(0)?;
    let about: Vec<&str> = logs.stdout.lines().filter(|line| line.contains(message)).collect();
    assert!(matches!(about[..], [line] if line.contains("DROP+DEFAULT")), "{}", logs.stdout);
    let by_id = sandbox.run(&["logs", invocation]).await?.ended(0)?;
    assert_eq!(by_id.stdout.lines().collect::<Vec<_>>(), about);
    let full = sandbox.run(&["logs", "--full"]).await?.ended(0)?;
    for words in
        [format!("{message} not ready after"), format!("{message} DROP DEFAULT answered in")]
    {
        assert!(full.stdout.contains(&words), "{}", full.stdout);
    }
    let objects = sandbox.run(&["logs", "--output", "json"]).await?.ended(0)?;
    let records: Vec<Value> = objects
        .stdout
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("it is JSON")["record"].take())
        .filter(|record| record["messageId"] == message)
        .collect();
    assert!(records.len() >= 2, "{}", objects.stdout);

    let story = sandbox.run(&["trace", invocation]).await?.ended(0)?;
    let by_message = sandbox.run(&["trace", message]).await?.ended(0)?;
    assert_eq!(story.stdout, by_message.stdout);
    let machine = sandbox.machine().await?;
    let execution = machine.replace(":stateMachine:", ":execution:") + ":" + invocation;
    for words in [
        execution.as_str(),
        "WorkMail invokes the function\n",
        "the execution starts",
        "Think (Wait)",
        // The duration follows from ids that the emulator leaves out.
        "Think is left",
        "Drop (Pass)",
        "the execution ends SUCCEEDED",
        "\nverdict of the execution, given to WorkMail:\n",
        "\n  DROP              1 recipient: not delivered, and no one is notified\n",
        "\n  DEFAULT           1 recipient: as if no rule matched\n",
    ] {
        assert!(story.stdout.contains(words), "{words}\n{}", story.stdout);
    }
    assert!(!story.stdout.contains('@'), "{}", story.stdout);
    let contents = sandbox.run(&["trace", message, "--with-contents"]).await?.ended(0)?;
    assert!(contents.stdout.contains("Hello From Amazon WorkMail!"), "{}", contents.stdout);

    let object = sandbox.run(&["trace", message, "--output", "json"]).await?.ended(0)?;
    let object: Value = serde_json::from_str(&object.stdout).expect("it is JSON");
    assert_eq!((&object["fate"], &object["by"]), (&json!("decided"), &json!("execution")));
    assert_eq!(object["entry"]["recorded"], false);

    sandbox.run(&["trace", "somebody-else"]).await?.ended(3)?;
    Ok(())
}
