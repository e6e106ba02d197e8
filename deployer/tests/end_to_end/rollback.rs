//! Failures in CloudFormation: reported with the reason, rolled back, and no obstacle to the next
//! attempt.

use crate::emulator::Trouble;
use crate::sabotage::{SABOTAGE, Saboteur};
use crate::sandbox::Sandbox;

#[tokio::test]
async fn a_failed_creation_is_reported_with_its_reason_and_the_next_up_recovers()
-> Result<(), Trouble> {
    let mut sandbox = Sandbox::new().await?;
    let saboteur = Saboteur::before(&sandbox.account.endpoint).await?;
    let direct = sandbox.account.endpoint.clone();
    sandbox.variable("AWS_ENDPOINT_URL", &saboteur.endpoint);
    let session = sandbox.up(&[]).await?.ended(1)?;
    assert!(session.stderr.contains(SABOTAGE), "{}", session.stderr);
    assert!(session.stderr.contains("timed out"), "{}", session.stderr);
    assert!(session.stderr.contains("hint:"), "{}", session.stderr);

    sandbox.variable("AWS_ENDPOINT_URL", direct);
    sandbox.up(&[]).await?.ended(0)?;
    assert_eq!(sandbox.status().await.as_deref(), Some("CREATE_COMPLETE"));
    Ok(())
}

#[tokio::test]
async fn a_failed_update_rolls_back_to_the_old_settings() -> Result<(), Trouble> {
    let mut sandbox = Sandbox::new().await?;
    sandbox.up(&[]).await?.ended(0)?;
    let function = sandbox.function().await?;
    let saboteur = Saboteur::before(&sandbox.account.endpoint).await?;
    let direct = sandbox.account.endpoint.clone();
    sandbox.variable("AWS_ENDPOINT_URL", &saboteur.endpoint);
    let session = sandbox.up(&["--memory", "256"]).await?.ended(1)?;
    assert!(session.stderr.contains(SABOTAGE), "{}", session.stderr);
    assert_eq!(sandbox.status().await.as_deref(), Some("UPDATE_ROLLBACK_COMPLETE"));
    assert_eq!(sandbox.settings().await?.memory_size(), Some(128));
    assert_eq!(sandbox.function().await?, function);

    sandbox.variable("AWS_ENDPOINT_URL", direct);
    sandbox.up(&["--memory", "256"]).await?.ended(0)?;
    assert_eq!(sandbox.settings().await?.memory_size(), Some(256));
    Ok(())
}
