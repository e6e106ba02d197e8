//! `deployer up`.

use std::path::PathBuf;

use crate::config::{self, Config, FlowArgs, StackOptionsArgs, bad_values};
use crate::error::{CommandError, Sentence};
use crate::exit::Exit;
use crate::explain::{self, blocked, failed_operation, other_code, stale_plan};
use crate::next_command::NextCommand;
use crate::operation::{Event, Observer, Operation, OperationOutcome, apply, is_reverted};
use crate::options::adoption::AdoptionArgs;
use crate::options::deny_warnings::DenyWarningsArgs;
use crate::options::on_drift::OnDriftArgs;
use crate::options::plan_file::{self, Options};
use crate::plan::inputs::Inputs;
use crate::plan::survey::survey;
use crate::plan::{
    Action, ApplyOptions, Blocked, Desired, DriftResolution, Observed, Plan, ReviewedPlan,
    deployed_rule, express_remark, plan,
};
use crate::report;
use crate::report::answers::{ChangeSetCreated, Outputs};
use crate::session::Session;
use cloud::{Cloud, Output};

/// Create or update the stack of a message flow.
///
/// Renders the template, uploads the handler if it is not in the bucket yet, creates a change set,
/// shows it, asks for confirmation, and executes it. Follows the stack until the operation ends,
/// and prints the outputs and the steps in the WorkMail console. A second `up` without a change
/// writes nothing. A definition that was changed outside the stack is not overwritten unless you
/// ask for it.
#[derive(Debug, Clone, clap::Args)]
pub struct UpArgs {
    /// What describes the flow.
    #[command(flatten)]
    pub flow: FlowArgs,
    /// How CloudFormation carries it out.
    #[command(flatten)]
    pub stack_options: StackOptionsArgs,
    /// Create the change set, but do not execute it
    #[arg(long, conflicts_with = "protect")]
    pub no_execute: bool,
    /// Name of the change set [default: deployer-up-, the time, and random digits]
    #[arg(long, value_name = "NAME")]
    pub change_set_name: Option<String>,
    /// Execute the change set without asking
    #[arg(long, short = 'y')]
    pub yes: bool,
    /// Reset settings that an earlier `up` set, and that this one does not set, to their defaults
    #[arg(long)]
    pub reset_settings: bool,
    /// What to do about drift.
    #[command(flatten)]
    pub drift: OnDriftArgs,
    /// Whose stack it may be.
    #[command(flatten)]
    pub adoption: AdoptionArgs,
    /// Execute exactly the plan that `plan --out FILE` wrote, without asking; refused if anything
    /// changed
    #[arg(long, value_name = "FILE", conflicts_with_all = ["FlowArgs", "OnDriftArgs", "AdoptionArgs"])]
    pub plan: Option<PathBuf>,
    /// Whether warnings stop it.
    #[command(flatten)]
    pub deny: DenyWarningsArgs,
    /// Wait until an operation in progress ends, instead of failing
    #[arg(long)]
    pub wait_busy: bool,
}

/// Fails when an input is invalid, something blocks the plan, or the operation fails.
pub async fn run(args: &UpArgs, session: &mut Session<'_>) -> Result<Exit, CommandError> {
    let (options, reviewed, apply_options) = options(args, session)?;
    let config = config_of(session, &options, reviewed.is_some())?;
    let inputs = session.inputs(config).await?;
    let desired = inputs.desired(apply_options)?;
    let cloud = session.connect_for(&inputs.config.organizations).await?;
    let (inputs, desired, observed) = survey_idle(args, session, &cloud, inputs, desired).await?;
    session.warn(&inputs.warnings);
    args.deny.check(&inputs.warnings)?;
    let plan = plan(&desired, &observed);
    refuse(session, reviewed.as_ref(), &options, &desired, &observed, &plan)?;
    if plan.action == Action::Nothing {
        let outputs = observed.stack.map(|stack| stack.outputs).unwrap_or_default();
        report_unchanged(session, &desired, &plan, &outputs);
        return Ok(Exit::Done);
    }
    session.warn(express_remark(&plan.action, &desired.options).as_slice());
    let confirmed = args.yes || reviewed.is_some();
    if !confirmed && !can_be_confirmed(session, &plan, &desired) {
        return Err(needs_confirmation(session, &plan, &desired));
    }
    if reviewed.is_none() {
        keep_settings(args, session, &inputs, &desired, &observed)?;
    }
    session.remark(&report::preparations(&plan, &desired.stack));
    report_drift(session, &plan);
    let rule_before = observed.template.as_ref().map(deployed_rule);
    let question = format!("Execute this change set on stack {}?", desired.stack.name);
    let (clock, new_id, next) = (session.host.clock, session.host.new_id, session.next.clone());
    let mut reporter = session.reporter_asking(confirmed, question);
    // Confirming in advance means not seeing the change set; an adopted stack must not lose anything by that.
    let unseen = args.yes && plan.action == Action::Adopt;
    reporter.reviewed = (unseen || reviewed.is_some()).then(|| plan.changes.clone());
    let mut operation = Operation { cloud: &cloud, observer: &mut reporter, clock, new_id };
    let applied = apply(&mut operation, &plan, &desired).await;
    let applied = applied.map_err(|error| failed_operation::error(error, &next))?;
    if applied.outcome == OperationOutcome::Declined {
        return Err(declined(&reporter.unreviewed, &next));
    }
    if let Some(prepared) = &applied.prepared {
        session.answer(&ChangeSetCreated::of(prepared, &desired.stack));
        return Ok(Exit::Done);
    }
    if let Some(drift) = plan.drift.filter(|d| d.resolution == DriftResolution::Reverted) {
        is_reverted(&cloud, &desired.stack, &drift.machine).await?;
    }
    let outputs = applied.stack.map(|stack| stack.outputs).unwrap_or_default();
    let rule = deployed_rule(desired.stack.template.document());
    // If the kind of rule changes, only a person can change the rule.
    let needs_rule = match plan.action {
        Action::Create | Action::Recreate(_) => true,
        _ => rule_before.is_some_and(|before| before != rule),
    };
    session.answer(&match plan.action {
        Action::Adopt => Outputs::after_adoption(&outputs),
        _ if needs_rule => {
            Outputs::with_console_steps(&outputs, rule, &inputs.config.organizations)
        }
        _ => Outputs::after_update(&outputs),
    });
    Ok(Exit::Done)
}

/// The configuration, after the flow was announced.
fn config_of(
    session: &mut Session<'_>,
    options: &Options,
    is_reviewed: bool,
) -> Result<Config, CommandError> {
    name_planned(session, options, is_reviewed);
    let config = Config::from_args(&options.flow)?;
    if !is_reviewed {
        session.announce_flow(&config.flow);
    }
    Ok(config)
}

/// Whether the plan can be confirmed, or needs no confirmation.
fn can_be_confirmed(session: &Session<'_>, plan: &Plan, desired: &Desired) -> bool {
    // Neither switching protection on nor only creating a change set needs a confirmation.
    let asks = !desired.options.prepare_only && plan.action != Action::Protect;
    !asks || session.host.terminal.is_interactive()
}

/// What to do, as it was typed or as it was reviewed, and how.
fn options(
    args: &UpArgs,
    session: &mut Session<'_>,
) -> Result<(Options, Option<ReviewedPlan>, ApplyOptions), CommandError> {
    let stack_options = config::stack_options(&args.stack_options).map_err(bad_values)?;
    let name = args.change_set_name.as_deref();
    let change_set_name = config::change_set_name(name).map_err(|fault| bad_values(vec![fault]))?;
    let (options, reviewed) = match &args.plan {
        Some(path) => {
            let (reviewed, options) = plan_file::read(path, &session.next)?;
            session.use_environment_of_plan(options.environment.as_ref())?;
            (options, Some(reviewed))
        }
        None => {
            let UpArgs { flow, drift, adoption, .. } = args.clone();
            let environment = session.environment().cloned();
            (Options { flow, drift, adoption, environment }, None)
        }
    };
    let apply_options = ApplyOptions {
        adopt: options.adoption.adopt,
        on_drift: (&options.drift).into(),
        stack_options,
        protect: args.stack_options.protect,
        prepare_only: args.no_execute,
        change_set_name,
    };
    Ok((options, reviewed, apply_options))
}

/// Lets printed commands name the flow of a reviewed plan, which was not typed now.
fn name_planned(session: &mut Session<'_>, options: &Options, reviewed: bool) {
    if !reviewed {
        return;
    }
    let FlowArgs { org_arn, stack_name, flow, parameter, state_machine, .. } = &options.flow;
    let machine = state_machine.iter().map(|path| path.display().to_string());
    let next = session.next.clone();
    let next = next.with("org-arn", org_arn).with("stack-name", std::slice::from_ref(stack_name));
    let next = next.with("flow", flow.as_slice()).with("parameter", parameter);
    session.next = next.with("state-machine", &machine.collect::<Vec<_>>());
}

/// Surveys the stack; with `--wait-busy`, again when the operation in progress has ended.
async fn survey_idle(
    args: &UpArgs,
    session: &mut Session<'_>,
    cloud: &Cloud,
    mut inputs: Inputs,
    mut desired: Desired,
) -> Result<(Inputs, Desired, Observed), CommandError> {
    loop {
        let observed;
        (inputs, desired, observed) = survey(cloud, inputs, desired).await?;
        let is_busy = matches!(plan(&desired, &observed).action, Action::Blocked(Blocked::Busy(_)));
        match &observed.stack {
            Some(stack) if is_busy && args.wait_busy => {
                session.wait_until_idle(cloud, stack).await?;
            }
            _ => {
                let others = observed.other_code.iter();
                let findings = others.map(|other| other_code::finding(other, &session.next));
                inputs.warnings.extend(findings);
                return Ok((inputs, desired, observed));
            }
        }
    }
}

/// Stops before anything is written if something blocks the plan, the plan is not the reviewed one, or it
/// would overwrite a change that was made outside.
fn refuse(
    session: &mut Session<'_>,
    reviewed: Option<&ReviewedPlan>,
    options: &Options,
    desired: &Desired,
    observed: &Observed,
    plan: &Plan,
) -> Result<(), CommandError> {
    let name = desired.stack.name.as_str();
    if let Action::Blocked(reason) = &plan.action {
        return Err(blocked::error(reason, name, &desired.stack.artifacts.bucket, &session.next));
    }
    if let Some(reviewed) = reviewed {
        let current = plan_file::current(options, session.now(), desired, observed, plan);
        stale_plan::compare(reviewed, &current, &session.next)?;
    }
    let overwritten = DriftResolution::Overwritten;
    if plan.drift.as_ref().is_some_and(|drift| drift.resolution == overwritten) {
        report_drift(session, plan);
        return Err(explain::drift::refusal(&session.next));
    }
    Ok(())
}

/// Shows the settings that an earlier `up` gave the stack and that this one does not.
/// Fails when there are some, and no one sees that before it happens.
fn keep_settings(
    args: &UpArgs,
    session: &mut Session<'_>,
    inputs: &Inputs,
    desired: &Desired,
    observed: &Observed,
) -> Result<(), CommandError> {
    let forgotten = session.forgotten(&inputs.config.flow, desired, observed);
    let is_seen = !args.yes && session.host.terminal.is_interactive();
    if !forgotten.is_empty() && !is_seen && !args.reset_settings && !args.no_execute {
        return Err(explain::forgotten::refusal(&forgotten));
    }
    session.warn(&explain::forgotten::warnings(&forgotten));
    Ok(())
}

fn report_drift(session: &mut Session<'_>, plan: &Plan) {
    if let Some(drift) = &plan.drift {
        session.reporter().on_event(&Event::DriftFound(drift.clone()));
    }
}

fn report_unchanged(session: &mut Session<'_>, desired: &Desired, plan: &Plan, outputs: &[Output]) {
    report_drift(session, plan);
    if session.is_text() {
        let name = &desired.stack.name;
        session.log(&match plan.drift.is_some() {
            true => format!("no changes to deploy: stack {name} drifted; nothing was written"),
            false => format!("no changes: stack {name} is up to date; nothing was written"),
        });
    } else {
        let (outcome, outputs) = (OperationOutcome::Unchanged, outputs.to_vec());
        session.reporter().on_event(&Event::Finished { outcome, outputs });
    }
    session.answer(&Outputs::after_update(outputs));
}

fn needs_confirmation(session: &mut Session<'_>, plan: &Plan, desired: &Desired) -> CommandError {
    if session.is_text() {
        session.print(&report::plan(plan, desired, &session.next));
    }
    CommandError::new(
        Exit::NeedsConfirmation,
        Sentence("cannot prompt: stdin is not a terminal; nothing was written".to_owned()),
    )
    .hint(format!(
        "--yes executes the change set without asking; {} shows what it would do",
        session.next.code(&["plan"])
    ))
}

fn declined(unreviewed: &[String], next: &NextCommand) -> CommandError {
    if unreviewed.is_empty() {
        let sentence = "not confirmed: the change set was deleted, and nothing was changed";
        return CommandError::new(Exit::NeedsConfirmation, Sentence(sentence.to_owned()));
    }
    stale_plan::unreviewed(unreviewed, next)
}
