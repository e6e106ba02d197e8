//! `deployer up`.

use serde::Serialize;

use crate::cli::{FlowArgs, GlobalArgs, HandlingArgs, OutputFormat};
use crate::cloud::{Cloud, CloudError, Output, Stack, StackStatus};
use crate::commands::{blocked, busy, prepare};
use crate::config::{self, Config, bad_values};
use crate::error::{CommandError, Sentence};
use crate::exit::Exit;
use crate::operation::{Audience, Event, Operation, OperationError, Outcome, Prepared, apply};
use crate::plan::{Action, Blocked, Desired, Observed, Plan, express_remark, plan};
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
    /// How CloudFormation carries it out.
    #[command(flatten)]
    pub handling: HandlingArgs,
    /// Execute the change set without asking
    #[arg(long, short = 'y')]
    pub yes: bool,
    /// Wait until an operation that is going on has ended, instead of refusing
    #[arg(long)]
    pub wait_busy: bool,
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
    let handling = config::handling(&args.handling).map_err(bad_values)?;
    let wanted = prepare::wanted(&args.flow)?;
    let HandlingArgs { protect, no_execute, .. } = args.handling;
    let desired = Desired { handling, protect, execute: !no_execute, ..wanted.desired };
    for line in report::warnings(&wanted.warnings) {
        world.terminal.tell(&line);
    }
    let cloud = prepare::connect(world, global, &wanted.config.organizations).await?;
    let (observed, plan) = free(args, global, world, &cloud, &desired).await?;
    match &plan.action {
        Action::Blocked(reason) => {
            return Err(blocked::error(reason, desired.stack_name.as_str(), &desired.bucket));
        }
        Action::Nothing => {
            return Ok(unchanged(world, global, &wanted.config, &desired, observed.stack));
        }
        Action::Create | Action::Recreate(_) | Action::Update | Action::Protect => {}
    }
    if let Some(warning) = express_remark(&plan.action, &desired) {
        world.terminal.tell(&report::warnings(&[warning]).join("\n"));
    }
    // Neither a protection that was asked for nor a change set that is only made is a question.
    let asks = desired.execute && plan.action != Action::Protect;
    if asks && !args.yes && !world.terminal.is_interactive() {
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
        .map_err(|error| failed(error, desired.stack_name.as_str()))?;
    if applied.outcome == Outcome::Declined {
        return Err(CommandError::new(
            Exit::NeedsConfirmation,
            Sentence("the change set was not agreed to".to_owned()),
        ));
    }
    if let Some(prepared) = &applied.prepared {
        leave(world, global, &desired, prepared);
        return Ok(Exit::Done);
    }
    let outputs = applied.stack.map(|stack| stack.outputs).unwrap_or_default();
    finish(world, global, &wanted.config, &outputs);
    Ok(Exit::Done)
}

/// The answer of `up --no-execute`: the change set, and the ways on.
fn leave(world: &mut World, global: &GlobalArgs, desired: &Desired, prepared: &Prepared) {
    match global.output {
        OutputFormat::Text => world.answer(&report::prepared(prepared, desired)),
        OutputFormat::Json => world.answer_object(
            "change_set",
            &ChangeSetLeft {
                name: &prepared.name,
                change_set_id: &prepared.id.id,
                stack_id: &prepared.id.stack_id,
            },
        ),
    }
}

#[derive(Serialize)]
struct ChangeSetLeft<'a> {
    name: &'a str,
    change_set_id: &'a str,
    stack_id: &'a str,
}

/// What is there and what has to be done, once no other operation is in the way.
async fn free(
    args: &UpArgs,
    global: &GlobalArgs,
    world: &mut World,
    cloud: &Cloud,
    desired: &Desired,
) -> Result<(Observed, Plan), CommandError> {
    loop {
        let observed = Observed::read(cloud, desired).await?;
        let plan = plan(desired, &observed);
        match (&plan.action, &observed.stack) {
            (Action::Blocked(Blocked::Busy(_)), Some(stack)) if args.wait_busy => {
                busy::wait(world, global, cloud, stack).await?;
            }
            _ => return Ok((observed, plan)),
        }
    }
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

/// What to do after a failed operation.
pub(super) fn failed(error: OperationError, stack_name: &str) -> CommandError {
    match error {
        OperationError::Cloud(error) if moved(&error) => CommandError::from(*error)
            .hint("another operation changed the stack meanwhile: run `deployer up` again"),
        OperationError::Cloud(error) => (*error).into(),
        OperationError::LostSight(_) => CommandError::new(Exit::Detached, error)
            .hint(format!("`deployer watch --stack-name {stack_name}` follows it again")),
        OperationError::Stack { ref status, .. } => {
            let next = if *status == StackStatus::DeleteComplete {
                "nothing is left of the stack: mend the cause and run `deployer up` again"
            } else if status.never_created() {
                "mend the cause and run `deployer up` again: it removes what is left and starts anew"
            } else if status.is_stable() {
                "the stack is as it was before: mend the cause and run `deployer up` again"
            } else if *status == StackStatus::UpdateRollbackFailed {
                "`deployer recover` says what could not be put back, and goes on with the rollback"
            } else {
                "`deployer status` shows the stack's last events"
            };
            CommandError::new(Exit::Failed, error).hint(next)
        }
        OperationError::ChangeSet { .. } => CommandError::new(Exit::Failed, error)
            .hint("nothing was changed; `deployer render` prints the template that was refused"),
        OperationError::Function { .. } => CommandError::new(Exit::Failed, error)
            .hint("the stack is complete; look at the function in the Lambda console"),
    }
}

/// Executing a change set removes all others of the stack, and every operation makes them obsolete.
/// Source: CloudFormation API reference, `ExecuteChangeSet`, errors.
fn moved(error: &CloudError) -> bool {
    matches!(
        error.code.as_deref(),
        Some("ChangeSetNotFound" | "ChangeSetNotFoundException" | "InvalidChangeSetStatus")
    )
}
