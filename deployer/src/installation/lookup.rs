//! Finds what is installed, for the commands that read it.

use crate::error::{CommandError, Sentence};
use crate::exit::Exit;
use crate::installation::Installation;
use crate::next_command::NextCommand;
use cloud::{Cloud, CloudError, ErrorKind, Stack};
use serde_json::Value;

/// The stack with a name.
/// Fails when there is none in the account and region, or AWS refuses the read.
pub async fn stack(cloud: &Cloud, name: &str) -> Result<Stack, CommandError> {
    match cloud.stacks.describe(name).await? {
        Some(stack) => Ok(stack),
        None => Err(CommandError::no_stack(name, cloud).await),
    }
}

/// A stack's template as JSON; null if there is none, or if it is written in another format.
/// Fails when AWS refuses the read.
pub async fn template(cloud: &Cloud, stack: &Stack) -> Result<Value, CloudError> {
    let text = cloud.stacks.template(&stack.id).await?;
    Ok(text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default())
}

/// The parts of a stack's message flow.
pub async fn find(
    cloud: &Cloud,
    stack_name: &str,
    next: &NextCommand,
) -> Result<Installation, CommandError> {
    let resources = match cloud.stacks.stack_resources(stack_name).await {
        Err(missing) if missing.kind == ErrorKind::NotFound => {
            return Err(CommandError::no_stack(stack_name, cloud).await);
        }
        listed => listed?,
    };
    Installation::of(&resources).ok_or_else(|| {
        let sentence = format!("stack {stack_name} has no function of a message flow");
        CommandError::new(Exit::Work, Sentence(sentence)).hint(format!(
            "--stack-name NAME names another stack; {} shows the state of this one",
            next.code(&["status"])
        ))
    })
}
