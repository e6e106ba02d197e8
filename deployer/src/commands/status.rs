//! `deployer status`.

use serde::Serialize;

use crate::cli::{GlobalArgs, OutputFormat};
use crate::cloud::{Output, Stack, StackEvent};
use crate::commands::prepare;
use crate::config::{StackName, bad_values};
use crate::error::CommandError;
use crate::exit::Exit;
use crate::report;
use crate::world::World;

/// How many events are shown.
const EVENTS: usize = 10;

/// Show the stack, its outputs and its last events.
///
/// Exits with 0 where there is a stack, and with 3 where there is none.
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
pub async fn run(
    args: &StatusArgs,
    global: &GlobalArgs,
    world: &mut World,
) -> Result<Exit, CommandError> {
    let name = StackName::parse(&args.stack_name).map_err(|fault| bad_values(vec![fault]))?;
    let cloud = prepare::connect_anywhere(world, global).await?;
    let Some(stack) = cloud.stacks.describe(name.as_str()).await? else {
        match global.output {
            OutputFormat::Text => {
                world.answer(&format!("there is no stack {name} in region {}", cloud.region));
            }
            OutputFormat::Json => world.answer_object("status", &Answer::absent(name.as_str())),
        }
        return Ok(Exit::Work);
    };
    let events = cloud.stacks.events(&stack.id, None, EVENTS).await?;
    match global.output {
        OutputFormat::Text => world.answer(&text(&stack, &events)),
        OutputFormat::Json => world.answer_object("status", &Answer::of(&stack, &events)),
    }
    Ok(Exit::Done)
}

fn text(stack: &Stack, events: &[StackEvent]) -> String {
    let mut lines = vec![format!("{} {}", stack.name, stack.status)];
    lines.extend(stack.status_reason.clone());
    lines.push(stack.id.clone());
    if !stack.outputs.is_empty() {
        lines.push(String::new());
        lines.push(report::outputs(&stack.outputs));
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
            events: &[],
        }
    }

    fn of(stack: &'a Stack, events: &'a [StackEvent]) -> Self {
        Self {
            stack_name: &stack.name,
            present: true,
            stack_id: Some(&stack.id),
            status: Some(stack.status.name()),
            status_reason: stack.status_reason.as_deref(),
            outputs: &stack.outputs,
            events,
        }
    }
}
