//! The pictures of a flow that runs on the local machine.

use crate::at_a_terminal::{at_a_screen, run_without_stack};
use crate::emulator::Trouble;
use crate::picture::{COLUMNS, drawn};
use crate::pictures::without_duration;
use crate::sandbox::Sandbox;

const ROWS: usize = 40;

/// The answers of `block-list`'s tasks for a listed domain.
const ANSWERS: &str = "Look for the address: { output: {} }
Look for the domain: { output: { Item: { Sender: { S: bad.example } } } }
";

/// A test that passes, and one that expects another result for the same message.
const TESTS: &str = "
parameters: { junk-senders: [bad.example] }
tests:
  - name: bad.example is junk
    event: { from: ann@bad.example, recipients: [bob@example.com] }
    expect: { verdict: MOVE_TO_JUNK, within: 2s }
  - name: bad.example is bounced
    event: { from: ann@bad.example, recipients: [bob@example.com] }
    expect: { verdict: BOUNCE, path: [Read the message, What becomes of it?, Bounce] }
";

#[tokio::test]
async fn the_picture_of_a_local_run_is_up_to_date() -> Result<(), Trouble> {
    let mut sandbox = Sandbox::new().await?;
    at_a_screen(&mut sandbox, COLUMNS.into(), ROWS);
    sandbox.file("answers.yaml", ANSWERS)?;
    let line =
        ["local", "--flow", "block-list", "--mail-from", "ann@bad.example", "--show", "graph"];
    let session =
        run_without_stack(&sandbox, &[&line[..], &["--answers", "answers.yaml"]].concat())
            .await?
            .ended(0)?;
    drawn("graph", &format!("deployer {} --answers answers.yaml", line.join(" ")), &session.stdout);
    Ok(())
}

#[tokio::test]
async fn the_picture_of_tests_is_up_to_date() -> Result<(), Trouble> {
    let mut sandbox = Sandbox::new().await?;
    at_a_screen(&mut sandbox, COLUMNS.into(), ROWS);
    sandbox.file("mine.yaml", TESTS)?;
    let line = ["test", "--flow", "quarantine", "--tests"];
    let session =
        run_without_stack(&sandbox, &[&line[..], &["mine.yaml"]].concat()).await?.ended(1)?;
    let shown = session.stdout.split('\n').map(|line| without_duration(line, "run in ", "0.8"));
    let shown = shown.collect::<Vec<_>>().join("\n");
    drawn("test", &format!("deployer {} mine.yaml", line.join(" ")), &shown);
    Ok(())
}
