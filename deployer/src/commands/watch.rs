//! `deployer watch`.

use crate::session::connect;
use serde::Serialize;

use crate::config::{StackName, bad_values};
use crate::error::CommandError;
use crate::exit::Exit;
use crate::explain::failed_operation;
use crate::host::World;
use crate::host::terminal::OutputFormat;
use crate::operation::{Operation, watch};
use crate::report;
use crate::session::GlobalArgs;
use cloud::Stack;

/// Follow the operation that is going on with the stack.
///
/// Tells the operation's events from its first on and ends when it ends, whoever started it: with 0 where
/// it ended well, with 1 where it failed. Without an operation it says the stack's status and exits with
/// 0; without a stack, with 3. Writes nothing.
#[derive(Debug, Clone, clap::Args)]
pub struct WatchArgs {
    /// Name of the CloudFormation stack
    #[arg(long, value_name = "NAME", default_value = StackName::DEFAULT)]
    pub stack_name: String,
}

/// Runs the command.
///
/// # Errors
/// When the name is faulty, AWS refuses a read, or the operation does not end well.
pub(super) async fn run(
    args: &WatchArgs,
    global: &GlobalArgs,
    world: &mut World,
) -> Result<Exit, CommandError> {
    let name = StackName::parse(&args.stack_name).map_err(|fault| bad_values(vec![fault]))?;
    let cloud = connect::connect_anywhere(world, global).await?;
    let stack = match cloud.stacks.describe(name.as_str()).await? {
        Some(stack) if stack.status.is_busy() => stack,
        other => return Ok(idle(world, global, name.as_str(), other.as_ref())),
    };
    let clock = world.clock;
    let mut reporter = world.reporter(global.output, true, String::new());
    let mut operation = Operation { cloud: &cloud, audience: &mut reporter, clock };
    let watched = watch(&mut operation, &stack)
        .await
        .map_err(|error| failed_operation::error(error, name.as_str()))?;
    if let (OutputFormat::Text, Some(stack)) = (global.output, watched.stack) {
        world.answer(&report::outputs(&stack.outputs));
    }
    Ok(Exit::Done)
}

/// No operation is going on.
fn idle(world: &mut World, global: &GlobalArgs, name: &str, stack: Option<&Stack>) -> Exit {
    match (global.output, stack) {
        (OutputFormat::Json, _) => world.answer_object("idle", &Idle::of(name, stack)),
        (OutputFormat::Text, Some(stack)) => {
            world.answer(&format!("{name} {}: no operation is going on", stack.status));
        }
        (OutputFormat::Text, None) => world.answer(&format!("there is no stack {name}")),
    }
    if stack.is_some() { Exit::Done } else { Exit::Work }
}

#[derive(Serialize)]
struct Idle<'a> {
    stack_name: &'a str,
    present: bool,
    stack_id: Option<&'a str>,
    status: Option<&'a str>,
    status_reason: Option<&'a str>,
}

impl<'a> Idle<'a> {
    fn of(stack_name: &'a str, stack: Option<&'a Stack>) -> Self {
        Self {
            stack_name,
            present: stack.is_some(),
            stack_id: stack.map(|stack| stack.id.as_str()),
            status: stack.map(|stack| stack.status.name()),
            status_reason: stack.and_then(|stack| stack.status_reason.as_deref()),
        }
    }
}
