//! `deployer status`.

use crate::session::connect;
use jiff::Timestamp;
use serde::Serialize;

use crate::config::{StackName, bad_values};
use crate::error::CommandError;
use crate::exit::Exit;
use crate::health::{self, Health};
use crate::host::World;
use crate::host::terminal::OutputFormat;
use crate::report;
use crate::session::GlobalArgs;
use cloud::{Output, Stack, StackEvent};

/// How many events are shown.
const EVENTS: usize = 10;

/// Show the stack, its outputs, how the flow is, and the last events.
///
/// How the flow is: the function's state, drift of the state machine, verdicts, failures and waiting messages of the
/// last hour and day, and whether the function was ever invoked. What the credentials may not read is said as such,
/// and is no failure. Exits with 0 where there is a stack, and with 3 where there is none.
#[derive(Debug, Clone, clap::Args)]
pub struct StatusArgs {
    /// Name of the CloudFormation stack
    #[arg(long, value_name = "NAME", default_value = StackName::DEFAULT)]
    pub stack_name: String,
}

/// Runs the command.
///
/// # Errors
/// When the name is faulty or AWS refuses a read.
pub(super) async fn run(
    args: &StatusArgs,
    global: &GlobalArgs,
    world: &mut World,
) -> Result<Exit, CommandError> {
    let name = StackName::parse(&args.stack_name).map_err(|fault| bad_values(vec![fault]))?;
    let cloud = connect::connect_anywhere(world, global).await?;
    let Some(stack) = cloud.stacks.describe(name.as_str()).await? else {
        match global.output {
            OutputFormat::Text => {
                world.answer(&format!("there is no stack {name} in region {}", cloud.region));
            }
            OutputFormat::Json => world.answer_object("status", &Answer::absent(name.as_str())),
        }
        return Ok(Exit::Work);
    };
    let now = (world.clock)();
    let (events, health) = tokio::join!(
        cloud.stacks.events(&stack.id, None, EVENTS),
        health::read(&cloud, &stack, now)
    );
    let (events, health) = (events?, health.as_ref());
    match global.output {
        OutputFormat::Text => world.answer(&text(&stack, health, &events, now)),
        OutputFormat::Json => world.answer_object("status", &Answer::of(&stack, health, &events)),
    }
    Ok(Exit::Done)
}

fn text(stack: &Stack, health: Option<&Health>, events: &[StackEvent], now: Timestamp) -> String {
    let mut lines = vec![format!("{} {}", stack.name, stack.status)];
    lines.extend(stack.status_reason.clone());
    lines.push(stack.id.clone());
    if !stack.outputs.is_empty() {
        lines.push(String::new());
        lines.push(report::outputs(&stack.outputs));
    }
    if let Some(health) = health {
        lines.push(String::new());
        lines.push(report::health(health, now));
    }
    if !events.is_empty() {
        lines.push(String::new());
        lines.push("last events, oldest first:".to_owned());
        lines.extend(events.iter().rev().map(report::stack_event));
    }
    lines.join("\n")
}

#[derive(Serialize)]
struct Answer<'a> {
    stack_name: &'a str,
    present: bool,
    stack_id: Option<&'a str>,
    status: Option<&'a str>,
    status_reason: Option<&'a str>,
    outputs: &'a [Output],
    health: Option<&'a Health>,
    events: &'a [StackEvent],
}

impl<'a> Answer<'a> {
    fn absent(stack_name: &'a str) -> Self {
        Self {
            stack_name,
            present: false,
            stack_id: None,
            status: None,
            status_reason: None,
            outputs: &[],
            health: None,
            events: &[],
        }
    }

    fn of(stack: &'a Stack, health: Option<&'a Health>, events: &'a [StackEvent]) -> Self {
        Self {
            stack_name: &stack.name,
            present: true,
            stack_id: Some(&stack.id),
            status: Some(stack.status.name()),
            status_reason: stack.status_reason.as_deref(),
            outputs: &stack.outputs,
            health,
            events,
        }
    }
}
