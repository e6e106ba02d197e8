//! `deployer up`.

use crate::explain;
use crate::installation;
use crate::operation::Prepared;
use crate::operation::is_reverted;
use crate::plan::survey;
use crate::session::legacy as connect;
use std::path::PathBuf;

use serde::Serialize;

use crate::config::{self, Config, bad_values};
use crate::config::{FlowArgs, HandlingArgs};
use crate::error::{CommandError, Sentence};
use crate::exit::Exit;
use crate::explain::{blocked, failed_operation};
use crate::host::Host;
use crate::host::terminal::OutputFormat;
use crate::operation::{Event, Observer, Operation, OperationOutcome, apply};
use crate::options::adoption::AdoptionArgs;
use crate::options::on_drift::OutsideArgs;
use crate::options::plan_file;
use crate::options::plan_file::Options;
use crate::plan::inputs;
use crate::plan::inputs::Wanted;
use crate::plan::{
    Action, Blocked, Desired, Fate, Observed, Plan, ReviewedPlan, express_remark, plan,
};
use crate::report;
use crate::session::GlobalArgs;
use cloud::{Cloud, Output, Stack};

/// Create or update the stack of a message flow.
///
/// Renders the template, uploads the handler if it is not there yet, makes a change set, shows it, asks,
/// executes it, follows the stack until it settles, and prints the outputs and the steps in the WorkMail
/// console. A second `up` without a change writes nothing. A definition that was changed outside the stack
/// is not overwritten unless that is asked for.
#[derive(Debug, Clone, clap::Args)]
pub struct UpArgs {
    /// What describes the flow.
    #[command(flatten)]
    pub flow: FlowArgs,
    /// How CloudFormation carries it out.
    #[command(flatten)]
    pub handling: HandlingArgs,
    /// Make the change set, and leave it for somebody else to execute
    #[arg(long, conflicts_with = "protect")]
    pub no_execute: bool,
    /// Name of the change set [default: deployer-up- and the time]
    #[arg(long, value_name = "NAME")]
    pub change_set_name: Option<String>,
    /// Execute the change set without asking
    #[arg(long, short = 'y')]
    pub yes: bool,
    /// What to do about drift.
    #[command(flatten)]
    pub drift: OutsideArgs,
    /// Whose stack it may be.
    #[command(flatten)]
    pub adoption: AdoptionArgs,
    /// Execute exactly the plan that `plan --out FILE` wrote, without asking; refused if anything moved
    #[arg(long, value_name = "FILE", conflicts_with_all = ["FlowArgs", "OutsideArgs", "AdoptionArgs"])]
    pub plan: Option<PathBuf>,
    /// Wait until an operation that is going on has ended, instead of refusing
    #[arg(long)]
    pub wait_busy: bool,
}

/// Runs the command.
///
/// # Errors
/// When an input is faulty, something stands in the way, or the operation fails.
pub(super) async fn run(
    args: &UpArgs,
    global: &GlobalArgs,
    world: &mut Host,
) -> Result<Exit, CommandError> {
    let handling = config::handling(&args.handling).map_err(bad_values)?;
    let name = args.change_set_name.as_deref();
    let change_set_name = config::change_set_name(name).map_err(|fault| bad_values(vec![fault]))?;
    let (reviewed, options) = options(args)?;
    let mut wanted = inputs::wanted_of_stack(&options.flow)?;
    let (protect, execute) = (args.handling.protect, !args.no_execute);
    let AdoptionArgs { adopt } = options.adoption;
    wanted.desired =
        Desired { handling, protect, execute, adopt, change_set_name, ..wanted.desired };
    let cloud = connect::reach(world, global, &wanted.config.organizations).await?;
    let (wanted, observed) = free(args, global, world, &cloud, wanted, &options.drift).await?;
    for line in report::warnings(&wanted.warnings) {
        world.terminal.tell(&line);
    }
    let desired = wanted.desired;
    let plan = plan(&desired, &observed);
    stop(world, global, reviewed.as_ref(), &options, &desired, &observed, &plan)?;
    if plan.action == Action::Nothing {
        tell_drift(world, global, &plan);
        return Ok(unchanged(world, global, &wanted.config, &desired, observed.stack));
    }
    if let Some(remark) = express_remark(&plan.action, &desired) {
        world.terminal.tell(&report::warnings(&[remark]).join("\n"));
    }
    let agreed = args.yes || reviewed.is_some();
    // Neither a protection that was asked for nor a change set that is only made is a question.
    let asks = desired.execute && plan.action != Action::Protect;
    if asks && !agreed && !world.terminal.is_interactive() {
        return Err(needs_confirmation(world, global, &plan, &desired));
    }
    if global.output == OutputFormat::Text {
        world.terminal.tell(&report::preparations(&plan, &desired));
    }
    tell_drift(world, global, &plan);
    let clock = world.clock;
    let question = format!("Execute this change set on stack {}?", desired.stack_name);
    let mut reporter = world.reporter(global.output, agreed, question);
    // Nobody looks at what is agreed to in advance; a stack that is taken over must lose nothing by that.
    let unseen = args.yes && plan.action == Action::Adopt;
    reporter.reviewed = (unseen || reviewed.is_some()).then(|| plan.changes.clone());
    let mut operation = Operation { cloud: &cloud, observer: &mut reporter, clock };
    let applied = apply(&mut operation, &plan, &desired)
        .await
        .map_err(|error| failed_operation::error(error, desired.stack_name.as_str()))?;
    if applied.outcome == OperationOutcome::Declined {
        return Err(declined(&reporter.beyond));
    }
    if let Some(prepared) = &applied.prepared {
        change_set_created(world, global, prepared, &desired);
        return Ok(Exit::Done);
    }
    if let Some(drift) = plan.drift.filter(|drift| drift.fate == Fate::Reverted) {
        is_reverted(&cloud, &desired, &drift.machine).await?;
    }
    let outputs = applied.stack.map(|stack| stack.outputs).unwrap_or_default();
    match plan.action {
        Action::Adopt => taken_over(world, global, &outputs),
        _ => finish(world, global, &wanted.config, &outputs),
    }
    Ok(Exit::Done)
}

/// What is wanted and what is there, once no other operation is in the way.
async fn free(
    args: &UpArgs,
    global: &GlobalArgs,
    world: &mut Host,
    cloud: &Cloud,
    mut wanted: Wanted,
    drift: &OutsideArgs,
) -> Result<(Wanted, Observed), CommandError> {
    loop {
        let (seen, observed) = survey::look(cloud, wanted, drift).await?;
        let busy = match plan(&seen.desired, &observed).action {
            Action::Blocked(Blocked::Busy(_)) if args.wait_busy => observed.stack.as_ref(),
            _ => None,
        };
        let Some(stack) = busy else { return Ok((seen, observed)) };
        crate::session::legacy::wait(world, global, cloud, stack).await?;
        wanted = seen;
    }
}

/// Stops before anything is written where something stands in the way, the present is not what was
/// reviewed, or a change that was made outside would be overwritten.
fn stop(
    world: &mut Host,
    global: &GlobalArgs,
    reviewed: Option<&ReviewedPlan>,
    options: &Options,
    desired: &Desired,
    observed: &Observed,
    plan: &Plan,
) -> Result<(), CommandError> {
    if let Action::Blocked(reason) = &plan.action {
        return Err(blocked::error(reason, desired.stack_name.as_str(), &desired.bucket));
    }
    if let Some(reviewed) = reviewed {
        let now = plan_file::now(world, options, desired, observed, plan);
        explain::stale_plan::compare(reviewed, &now)?;
    }
    if plan.drift.as_ref().is_some_and(|drift| drift.fate == Fate::Overwritten) {
        tell_drift(world, global, plan);
        return Err(explain::drift::refusal(desired.stack_name.as_str()));
    }
    Ok(())
}

/// What to do: as it was reviewed, or as it was typed.
fn options(args: &UpArgs) -> Result<(Option<ReviewedPlan>, Options), CommandError> {
    match &args.plan {
        Some(path) => plan_file::read(path).map(|(plan, options)| (Some(plan), options)),
        None => {
            let UpArgs { flow, drift, adoption, .. } = args.clone();
            Ok((None, Options { flow, drift, adoption }))
        }
    }
}

fn tell_drift(world: &mut Host, global: &GlobalArgs, plan: &Plan) {
    if let Some(drift) = &plan.drift {
        let mut reporter = world.reporter(global.output, true, String::new());
        reporter.on_event(&Event::DriftFound(drift.clone()));
    }
}

fn declined(beyond: &[String]) -> CommandError {
    if beyond.is_empty() {
        let sentence = Sentence("the change set was not agreed to".to_owned());
        return CommandError::new(Exit::NeedsConfirmation, sentence);
    }
    explain::stale_plan::beyond(beyond)
}

fn unchanged(
    world: &mut Host,
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
                Event::Finished { outcome: OperationOutcome::Unchanged, outputs: outputs.clone() };
            world.reporter(global.output, true, String::new()).on_event(&finished);
        }
    }
    finish(world, global, config, &outputs);
    Exit::Done
}

/// The answer of `up`: the outputs and what is left to do by hand.
fn finish(world: &mut Host, global: &GlobalArgs, config: &Config, outputs: &[Output]) {
    let function_arn = outputs
        .iter()
        .find(|output| output.key == installation::FUNCTION_ARN)
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

/// The answer of an `up` that took a stack over: the rule is there already.
fn taken_over(world: &mut Host, global: &GlobalArgs, outputs: &[Output]) {
    match global.output {
        OutputFormat::Text => {
            world.answer(&report::outputs(outputs));
            world.answer(&format!("\n{}", report::after_adoption()));
        }
        OutputFormat::Json => world.answer_object("outputs", &Answer { outputs }),
    }
}

#[derive(Serialize)]
struct Answer<'a> {
    outputs: &'a [Output],
}

fn needs_confirmation(
    world: &mut Host,
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

/// Tells its name, how it is executed and how it is deleted.
fn change_set_created(world: &mut Host, global: &GlobalArgs, left: &Prepared, desired: &Desired) {
    match global.output {
        OutputFormat::Text => world.answer(&report::prepared(left, desired)),
        OutputFormat::Json => world.answer_object(
            "change_set",
            &ChangeSetAnswer {
                name: &left.name,
                change_set_id: &left.id.id,
                stack_id: &left.id.stack_id,
            },
        ),
    }
}

#[derive(Serialize)]
struct ChangeSetAnswer<'a> {
    name: &'a str,
    change_set_id: &'a str,
    stack_id: &'a str,
}
