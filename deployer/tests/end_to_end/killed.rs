//! SIGKILL: the process ends at once, and the next command repairs what it left.
//!
//! The console tests kill the program at every single call, over the cloud in memory; here the
//! operating system kills it, a few times, over HTTP.

use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, BufReader};

use crate::emulator::Trouble;
use crate::sabotage::Saboteur;
use crate::sandbox::Sandbox;

/// Runs a command about the sandbox's stack, and kills it once it prints `cue`.
async fn killed(sandbox: &Sandbox, arguments: &[&str], cue: &str) -> Result<(), Trouble> {
    let stack = ["--stack-name", &sandbox.stack];
    let mut command = sandbox.deployer.command(&[arguments, &stack].concat());
    let child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn();
    let mut child = child.map_err(|cause| Trouble::of("cannot start", cause))?;
    let mut lines = BufReader::new(child.stderr.take().expect("it is piped")).lines();
    let printed = async {
        while let Ok(Some(line)) = lines.next_line().await {
            if line.contains(cue) {
                return Ok(());
            }
        }
        Err(Trouble::of("it ended without saying", cue))
    };
    tokio::time::timeout(Duration::from_secs(120), printed)
        .await
        .map_err(|_| Trouble::of("it never said", cue))??;
    child.kill().await.map_err(|cause| Trouble::of("cannot kill it", cause))
}

#[tokio::test]
async fn running_up_or_down_again_completes_it() -> Result<(), Trouble> {
    let sandbox = Sandbox::new().await?;
    let organization = sandbox.account.organization();
    let up = [&sandbox.flow("up", &[&organization])[..], &["--yes"]].concat();
    for (up_cue, down_cue) in [
        ("created the artifact bucket", "would be removed"),
        ("uploading the handler", " started"),
        ("requested change set", "DELETE_IN_PROGRESS"),
        ("CREATE_IN_PROGRESS", "DELETE_COMPLETE"),
    ] {
        killed(&sandbox, &up, up_cue).await?;
        sandbox.up(&["--wait-busy"]).await?.ended(0)?;
        assert_eq!(sandbox.status().await.as_deref(), Some("CREATE_COMPLETE"));
        killed(&sandbox, &["down", "--yes"], down_cue).await?;
        sandbox.run(&["down", "--yes", "--wait-busy"]).await?.ended(0)?;
        assert_eq!(sandbox.account.remains().await?, Vec::<String>::new());
    }
    Ok(())
}

#[tokio::test]
async fn a_running_operation_can_be_watched_and_waited_for() -> Result<(), Trouble> {
    let mut sandbox = Sandbox::new().await?;
    let saboteur = Saboteur::before(&sandbox.account.endpoint).await?;
    let direct = sandbox.account.endpoint.clone();
    let organization = sandbox.account.organization();
    let flow: Vec<String> =
        sandbox.flow("up", &[&organization]).into_iter().map(str::to_owned).collect();
    let up: Vec<&str> = flow.iter().map(String::as_str).chain(["--yes"]).collect();
    sandbox.variable("AWS_ENDPOINT_URL", &saboteur.endpoint);
    killed(&sandbox, &up, "CREATE_IN_PROGRESS").await?;
    let watched = sandbox.run(&["watch"]).await?.ended(1)?;
    assert!(watched.stderr.contains("ROLLBACK_COMPLETE because Sabotage"), "{}", watched.stderr);

    sandbox.run(&["watch"]).await?.ended(0)?;
    killed(&sandbox, &up, "CREATE_IN_PROGRESS").await?;
    sandbox.variable("AWS_ENDPOINT_URL", direct);
    let again = sandbox.up(&["--wait-busy"]).await?.ended(0)?;
    assert!(again.stderr.contains("following the operation"), "{}", again.stderr);
    assert_eq!(sandbox.status().await.as_deref(), Some("CREATE_COMPLETE"));
    Ok(())
}
