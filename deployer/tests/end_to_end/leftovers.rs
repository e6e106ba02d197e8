//! `down` leaves nothing, whatever came before it: afterwards everything in the account is listed,
//! not only the stack's own resources.

use std::collections::BTreeSet;

use crate::emulator::Trouble;
use crate::emulator::message::message;
use crate::sabotage::Saboteur;
use crate::sandbox::{Sandbox, deliver};

/// The kinds of the resources in the account.
fn kinds(remains: &[String]) -> BTreeSet<&str> {
    remains.iter().filter_map(|one| one.rsplit_once(' ').map(|(kind, _)| kind)).collect()
}

async fn assert_empty_after_down(sandbox: &Sandbox) -> Result<(), Trouble> {
    sandbox.run(&["down", "--yes"]).await?.ended(0)?;
    assert_eq!(sandbox.account.remains().await?, Vec::<String>::new());
    Ok(())
}

#[tokio::test]
async fn down_removes_everything_of_a_used_and_updated_stack() -> Result<(), Trouble> {
    let sandbox = Sandbox::new().await?;
    sandbox.up(&[]).await?.ended(0)?;
    assert_eq!(sandbox.send(&message("before-the-end")).await?.body, deliver());
    sandbox.up(&["--memory", "256"]).await?.ended(0)?;
    let had = sandbox.account.remains().await?;
    let expected = [
        "bucket",
        "function",
        "inline policy",
        "log group",
        "role",
        "stack",
        "state machine",
        "table",
    ];
    assert_eq!(kinds(&had), BTreeSet::from(expected), "{had:?}");
    assert_empty_after_down(&sandbox).await
}

#[tokio::test]
async fn a_failed_creation_and_a_failed_update_leave_nothing_after_down() -> Result<(), Trouble> {
    for exists in [false, true] {
        let mut sandbox = Sandbox::new().await?;
        if exists {
            sandbox.up(&[]).await?.ended(0)?;
        }
        let saboteur = Saboteur::before(&sandbox.account.endpoint).await?;
        let direct = sandbox.account.endpoint.clone();
        sandbox.variable("AWS_ENDPOINT_URL", &saboteur.endpoint);
        sandbox.up(&["--memory", "256"]).await?.ended(1)?;
        sandbox.variable("AWS_ENDPOINT_URL", direct);
        assert_empty_after_down(&sandbox).await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_change_set_that_was_not_executed_is_removed_with_its_stack() -> Result<(), Trouble> {
    for exists in [false, true] {
        let sandbox = Sandbox::new().await?;
        if exists {
            sandbox.up(&[]).await?.ended(0)?;
        }
        sandbox.up(&["--memory", "256", "--no-execute"]).await?.ended(0)?;
        let left = sandbox.account.remains().await?;
        assert!(kinds(&left).contains("change set"), "{left:?}");
        assert_empty_after_down(&sandbox).await?;
    }
    Ok(())
}

#[tokio::test]
async fn removing_one_of_two_stacks_leaves_the_other_complete() -> Result<(), Trouble> {
    let mut sandbox = Sandbox::new().await?;
    sandbox.up(&[]).await?.ended(0)?;
    let first = sandbox.account.remains().await?;
    let stack = sandbox.stack.clone();
    sandbox.stack = format!("{stack}-b");
    sandbox.up(&[]).await?.ended(0)?;
    assert!(sandbox.account.remains().await?.len() > first.len());
    let down = sandbox.run(&["down", "--yes"]).await?.ended(0)?;
    assert!(down.stderr.contains("other stacks use it"), "{}", down.stderr);
    assert_eq!(sandbox.account.remains().await?, first);
    sandbox.stack = stack;
    assert_empty_after_down(&sandbox).await
}
