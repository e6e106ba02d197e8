//! `deployer up`.

use serde::Serialize;

use crate::cli::{FlowArgs, GlobalArgs, OutputFormat};
use crate::cloud::{Output, Stack};
use crate::commands::{blocked, failed, prepare};
use crate::config::Config;
use crate::error::{CommandError, Sentence};
use crate::exit::Exit;
use crate::operation::{Audience, Event, Operation, Outcome, apply};
use crate::plan::{Action, Desired, Observed, Plan, plan};
use crate::report;
use crate::world::World;

/// Create or update the stack of a message flow.
///
/// Renders the template, uploads the handler if it is not there yet, makes a change set, shows it, asks,
/// executes it, follows the stack until it settles, and prints the outputs and the steps in the WorkMail
/// console. A second `up` without a change writes nothing.
#[derive(Debug, Clone, clap::Args)]
pub struct UpArgs {
    /// What describes the flow.
    #[command(flatten)]
    pub flow: FlowArgs,
    /// Execute the change set without asking
    #[arg(long, short = 'y')]
    pub yes: bool,
}

/// Runs the command.
///
/// # Errors
/// When an input is faulty, something stands in the way, or the operation fails.
pub async fn run(
    args: &UpArgs,
    global: &GlobalArgs,
    world: &mut World,
) -> Result<Exit, CommandError> {
    let wanted = prepare::wanted(&args.flow)?;
    let desired = wanted.desired;
    for line in report::warnings(&wanted.warnings) {
        world.terminal.tell(&line);
    }
    let cloud = prepare::connect(world, global, &wanted.config.organizations).await?;
    let observed = Observed::read(&cloud, &desired).await?;
    let plan = plan(&desired, &observed);
    match &plan.action {
        Action::Blocked(reason) => {
            return Err(blocked::error(reason, desired.stack_name.as_str(), &desired.bucket));
        }
        Action::Nothing => {
            return Ok(unchanged(world, global, &wanted.config, &desired, observed.stack));
        }
        Action::Create | Action::Recreate(_) | Action::Update => {}
    }
    if !args.yes && !world.terminal.is_interactive() {
        return Err(needs_confirmation(world, global, &plan, &desired));
    }
    if global.output == OutputFormat::Text {
        world.terminal.tell(&report::preparations(&plan, &desired));
    }
    let clock = world.clock;
    let question = format!("Execute this change set on stack {}?", desired.stack_name);
    let mut reporter = world.reporter(global.output, args.yes, question);
    let mut operation = Operation { cloud: &cloud, audience: &mut reporter, clock };
    let applied = apply(&mut operation, &plan, &desired)
        .await
        .map_err(|error| failed::error(error, desired.stack_name.as_str()))?;
    if applied.outcome == Outcome::Declined {
        return Err(CommandError::new(
            Exit::NeedsConfirmation,
            Sentence("the change set was not agreed to".to_owned()),
        ));
    }
    let outputs = applied.stack.map(|stack| stack.outputs).unwrap_or_default();
    finish(world, global, &wanted.config, &outputs);
    Ok(Exit::Done)
}

fn unchanged(
    world: &mut World,
    global: &GlobalArgs,
    config: &Config,
    desired: &Desired,
    stack: Option<Stack>,
) -> Exit {
    let outputs = stack.map(|stack| stack.outputs).unwrap_or_default();
    match global.output {
        OutputFormat::Text => world.terminal.tell(&format!(
            "no changes: stack {} is as wanted; nothing was written",
            desired.stack_name
        )),
        OutputFormat::Json => {
            let finished =
                Event::Finished { outcome: Outcome::Unchanged, outputs: outputs.clone() };
            world.reporter(global.output, true, String::new()).event(&finished);
        }
    }
    finish(world, global, config, &outputs);
    Exit::Done
}

/// The answer of `up`: the outputs and what is left to do by hand.
fn finish(world: &mut World, global: &GlobalArgs, config: &Config, outputs: &[Output]) {
    let function_arn = outputs
        .iter()
        .find(|output| output.key == "MfsmFunctionArn")
        .map_or("", |output| output.value.as_str());
    let organizations = config.organizations.arns();
    let names: Vec<String> = organizations.iter().map(|arn| format!("m-{}", arn.hex())).collect();
    match global.output {
        OutputFormat::Text => {
            world.answer(&report::outputs(outputs));
            let region = config.organizations.region();
            let steps = report::console_steps(function_arn, region, &names, (world.clock)());
            world.answer(&format!("\n{steps}"));
        }
        OutputFormat::Json => world.answer_object("outputs", &Answer { outputs }),
    }
}

#[derive(Serialize)]
struct Answer<'a> {
    outputs: &'a [Output],
}

fn needs_confirmation(
    world: &mut World,
    global: &GlobalArgs,
    plan: &Plan,
    desired: &Desired,
) -> CommandError {
    if global.output == OutputFormat::Text {
        world.answer(&report::plan(plan, desired));
    }
    CommandError::new(
        Exit::NeedsConfirmation,
        Sentence("there is no terminal to ask on; nothing was written".to_owned()),
    )
    .hint("--yes executes the change set without asking; `deployer plan` shows what it would do")
}
