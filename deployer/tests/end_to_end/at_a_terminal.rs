//! A person at a terminal: is asked, and yes, no and Ctrl-C mean what they should.

use std::process::Stdio;

use tokio::process::Command;

use crate::emulator::Trouble;
use crate::emulator::console::Session;
use crate::scene::Scene;

const TERMINAL: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/end_to_end/terminal.py");

/// Runs a command about the scene's stack, typing `keys` at its question.
async fn typed(scene: &Scene, keys: &str, arguments: &[&str]) -> Result<Session, Trouble> {
    let digits: String = keys.bytes().map(|byte| format!("{byte:02x}")).collect();
    let run = Command::new(&scene.emulator.python)
        .args([TERMINAL, &digits, env!("CARGO_BIN_EXE_deployer")])
        .args(arguments)
        .args(["--stack-name", &scene.stack])
        .env_clear()
        .envs(&scene.deployer.variables)
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output();
    let output = tokio::time::timeout(std::time::Duration::from_secs(120), run).await;
    let output = output
        .map_err(|_| Trouble::new("still waits for somebody at the terminal"))?
        .map_err(|cause| Trouble::of("no terminal", cause))?;
    Ok(Session {
        command: arguments.join(" "),
        code: output.status.code(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    })
}

#[tokio::test]
async fn no_and_ctrl_c_at_the_question_leave_nothing_behind() -> Result<(), Trouble> {
    let scene = Scene::new().await?;
    let organization = scene.account.organization();
    let up = scene.flow("up", &[&organization]);
    for keys in ["n\n", "\n", "\u{3}", "\u{4}"] {
        let session = typed(&scene, keys, &up).await?.ended(6)?;
        assert!(session.stdout.contains("Execute this change set"), "{}", session.stdout);
        assert!(session.stdout.contains("nothing was changed"), "{}", session.stdout);
        assert_eq!(scene.account.remains().await?, Vec::<String>::new());
    }
    Ok(())
}

#[tokio::test]
async fn yes_goes_ahead_and_a_refused_removal_removes_nothing() -> Result<(), Trouble> {
    let scene = Scene::new().await?;
    let organization = scene.account.organization();
    let up = scene.flow("up", &[&organization]);
    typed(&scene, "y\n", &up).await?.ended(0)?;
    assert_eq!(scene.status().await.as_deref(), Some("CREATE_COMPLETE"));
    for keys in ["n\n", "\u{3}"] {
        typed(&scene, keys, &["down"]).await?.ended(6)?;
        assert_eq!(scene.status().await.as_deref(), Some("CREATE_COMPLETE"));
    }
    typed(&scene, "yes\n", &["down"]).await?.ended(0)?;
    assert_eq!(scene.account.remains().await?, Vec::<String>::new());
    Ok(())
}
