//! A person at a terminal: yes, no and Ctrl-C do what they should, at a prompt and at any other
//! time.

use std::process::Stdio;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::process::Command;
use tokio::time::sleep;

use crate::emulator::Trouble;
use crate::emulator::console::CommandOutput;
use crate::logs_and_trace;
use crate::sabotage::Saboteur;
use crate::sandbox::Sandbox;
use crate::screen::replay;

const TERMINAL: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/end_to_end/terminal.py");

/// The end of a prompt.
const PROMPT: &str = "[y/N]";

/// Runs a command about the sandbox's stack, typing `keys` at its prompt.
pub(crate) async fn typed(
    sandbox: &Sandbox,
    keys: &str,
    arguments: &[&str],
) -> Result<CommandOutput, Trouble> {
    typed_at(sandbox, PROMPT, keys, arguments).await
}

/// Runs a command about the sandbox's stack, typing `keys` once it shows `cue`.
async fn typed_at(
    sandbox: &Sandbox,
    cue: &str,
    keys: &str,
    arguments: &[&str],
) -> Result<CommandOutput, Trouble> {
    let arguments = [arguments, &["--stack-name", &sandbox.stack]].concat();
    run_at(sandbox, cue, keys, &arguments).await
}

/// Runs a command without a stack, at a terminal.
pub(crate) async fn run_without_stack(
    sandbox: &Sandbox,
    arguments: &[&str],
) -> Result<CommandOutput, Trouble> {
    run_at(sandbox, PROMPT, "", arguments).await
}

async fn run_at(
    sandbox: &Sandbox,
    cue: &str,
    keys: &str,
    arguments: &[&str],
) -> Result<CommandOutput, Trouble> {
    let digits: String = keys.bytes().map(|byte| format!("{byte:02x}")).collect();
    let run = Command::new(&sandbox.emulator.python)
        .args([TERMINAL, cue, &digits, env!("CARGO_BIN_EXE_deployer")])
        .args(arguments)
        .env_clear()
        .envs(&sandbox.deployer.variables)
        .current_dir(&sandbox.folder)
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output();
    let output = tokio::time::timeout(Duration::from_secs(120), run).await;
    let output = output
        .map_err(|_| Trouble::new("still waits for somebody at the terminal"))?
        .map_err(|cause| Trouble::of("no terminal", cause))?;
    Ok(CommandOutput {
        command: arguments.join(" "),
        code: output.status.code(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    })
}

#[tokio::test]
async fn no_and_ctrl_c_at_the_prompt_leave_nothing_behind() -> Result<(), Trouble> {
    let sandbox = Sandbox::new().await?;
    let organization = sandbox.account.organization();
    let up = sandbox.flow("up", &[&organization]);
    for keys in ["n\n", "\n", "\u{3}", "\u{4}"] {
        let session = typed(&sandbox, keys, &up).await?.ended(6)?;
        assert!(session.stdout.contains("Execute this change set"), "{}", session.stdout);
        assert!(session.stdout.contains("nothing was changed"), "{}", session.stdout);
        assert_eq!(sandbox.account.remains().await?, Vec::<String>::new());
    }
    Ok(())
}

#[tokio::test]
async fn yes_continues_and_a_declined_removal_removes_nothing() -> Result<(), Trouble> {
    let sandbox = Sandbox::new().await?;
    let organization = sandbox.account.organization();
    let up = sandbox.flow("up", &[&organization]);
    typed(&sandbox, "y\n", &up).await?.ended(0)?;
    assert_eq!(sandbox.status().await.as_deref(), Some("CREATE_COMPLETE"));
    for keys in ["n\n", "\u{3}"] {
        typed(&sandbox, keys, &["down"]).await?.ended(6)?;
        assert_eq!(sandbox.status().await.as_deref(), Some("CREATE_COMPLETE"));
    }
    typed(&sandbox, "yes\n", &["down"]).await?.ended(0)?;
    assert_eq!(sandbox.account.remains().await?, Vec::<String>::new());
    Ok(())
}

#[tokio::test]
async fn ctrl_c_detaches_and_the_operation_continues() -> Result<(), Trouble> {
    let mut sandbox = Sandbox::new().await?;
    let saboteur = Saboteur::before(&sandbox.account.endpoint).await?;
    let direct = sandbox.account.endpoint.clone();
    sandbox.variable("AWS_ENDPOINT_URL", &saboteur.endpoint);
    let organization = sandbox.account.organization();
    let up = [&sandbox.flow("up", &[&organization])[..], &["--yes"]].concat();
    let session = typed_at(&sandbox, "CREATE_IN_PROGRESS", "\u{3}", &up).await?.ended(5)?;
    assert!(session.stdout.contains("continues in AWS"), "{}", session.stdout);

    while sandbox.status().await.is_some_and(|status| status.ends_with("_IN_PROGRESS")) {
        sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(sandbox.status().await.as_deref(), Some("ROLLBACK_COMPLETE"));
    sandbox.variable("AWS_ENDPOINT_URL", direct);
    sandbox.up(&[]).await?.ended(0)?;
    Ok(())
}

/// Sets the size and the type of the terminal.
pub(crate) fn at_a_screen(sandbox: &mut Sandbox, columns: usize, rows: usize) {
    sandbox.variable("TERM", "xterm");
    sandbox.variable("COLUMNS", columns.to_string());
    sandbox.variable("LINES", rows.to_string());
}

#[tokio::test]
async fn resources_in_progress_are_in_view_and_finished_ones_are_complete() -> Result<(), Trouble> {
    let mut sandbox = Sandbox::new().await?;
    at_a_screen(&mut sandbox, 72, 12);
    let organization = sandbox.account.organization();
    let up = [&sandbox.flow("up", &[&organization])[..], &["--yes", "--color", "never"]].concat();
    let session = typed(&sandbox, "", &up).await?.ended(0)?;
    let mut in_view = 0;
    let shown = session.stdout.replace("\r\n", "\n");
    let mut screen = replay(&shown, (72, 12), |screen| {
        let view = screen.shown();
        in_view +=
            usize::from(view.contains(" resources done ") && view.contains(" of about 1:00"));
    });
    assert!(in_view > 10, "{in_view}");
    // Lines are broken between words.
    let transcript = screen.transcript().split_whitespace().collect::<Vec<_>>().join(" ");
    for resource in ["MfsmFunction", "MfsmStateMachine", "MfsmExecutionTable", &sandbox.stack] {
        let line = format!(" CREATE_COMPLETE {resource} AWS::");
        assert_eq!(transcript.matches(&line).count(), 1, "{transcript}");
    }
    assert!(!transcript.contains(" of about "), "{transcript}");
    let arn = sandbox.function().await?;
    assert!(transcript.contains(&format!("the function is ready: {arn} ")), "{transcript}");
    Ok(())
}

#[tokio::test]
async fn ctrl_c_clears_the_resources_in_progress() -> Result<(), Trouble> {
    let mut sandbox = Sandbox::new().await?;
    at_a_screen(&mut sandbox, 80, 24);
    let saboteur = Saboteur::before(&sandbox.account.endpoint).await?;
    sandbox.variable("AWS_ENDPOINT_URL", &saboteur.endpoint);
    let organization = sandbox.account.organization();
    let up = [&sandbox.flow("up", &[&organization])[..], &["--yes", "--color", "never"]].concat();
    let session = typed_at(&sandbox, " of about ", "\u{3}", &up).await?.ended(5)?;
    let shown = session.stdout.replace("\r\n", "\n");
    let mut screen = replay(&shown, (80, 24), |_| {});
    let transcript = screen.transcript();
    assert!(
        transcript.contains("\ninterrupted: an operation that was started continues in AWS\n"),
        "{transcript}"
    );
    assert!(!transcript.contains(" of about "), "{transcript}");
    Ok(())
}

#[tokio::test]
async fn ctrl_c_ends_the_following_of_a_log_with_success() -> Result<(), Trouble> {
    let sandbox = logs_and_trace::passed("followed", "the-message-followed").await?;
    let cue = "DROP+DEFAULT";
    let session = typed_at(&sandbox, cue, "\u{3}", &["logs", "--follow"]).await?.ended(0)?;
    assert!(!session.stdout.contains("interrupted"), "{}", session.stdout);
    Ok(())
}

#[tokio::test]
async fn ctrl_c_in_a_command_that_only_reads_says_that_nothing_was_changed() -> Result<(), Trouble>
{
    let mut sandbox = Sandbox::new().await?;
    // Accepts connections and never answers.
    let silent = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = silent.local_addr().expect("an address");
    sandbox.variable("AWS_ENDPOINT_URL", format!("http://{address}"));
    let organization = sandbox.account.organization();
    let plan = sandbox.flow("plan", &[&organization]);
    let session = typed_at(&sandbox, "flow: ", "\u{3}", &plan).await?.ended(1)?;
    let shown = session.stdout.replace("\r\n", "\n");
    assert!(shown.ends_with("\ninterrupted: nothing was changed in AWS\n"), "{shown}");
    Ok(())
}
