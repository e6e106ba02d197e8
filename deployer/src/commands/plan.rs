//! `deployer plan`.

use std::path::PathBuf;

use crate::config::{Config, FlowArgs};
use crate::error::CommandError;
use crate::exit::Exit;
use crate::explain::{self, blocked, other_code};
use crate::options::adoption::AdoptionArgs;
use crate::options::deny_warnings::DenyWarningsArgs;
use crate::options::on_drift::OnDriftArgs;
use crate::options::plan_file::{self, Options};
use crate::plan::survey::survey;
use crate::plan::{Action, ApplyOptions, DesiredStack, plan};
use crate::report::answers::PlannedChanges;
use crate::session::Session;

/// Show what `up` would do, and write nothing.
///
/// Compares the desired state with the deployed one. Shows the uploads, what happens to each
/// resource and to which of its properties, what is lost, whose permissions grow or shrink, and
/// what was changed outside the stack. Not even a change set is created; `up` shows
/// CloudFormation's own view before it asks.
#[derive(Debug, Clone, clap::Args)]
pub struct PlanArgs {
    /// What describes the flow.
    #[command(flatten)]
    pub flow: FlowArgs,
    /// What to do about drift.
    #[command(flatten)]
    pub drift: OnDriftArgs,
    /// Whose stack it may be.
    #[command(flatten)]
    pub adoption: AdoptionArgs,
    /// Whether warnings stop it.
    #[command(flatten)]
    pub deny: DenyWarningsArgs,
    /// Exit with 3 if there are pending changes or drift, and with 0 only if there is neither
    #[arg(long)]
    pub detailed_exitcode: bool,
    /// Save the plan to a file, for `up --plan FILE`
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// Fails when an input is invalid, AWS refuses a read, or something blocks `up`.
pub async fn run(args: &PlanArgs, session: &mut Session<'_>) -> Result<Exit, CommandError> {
    let PlanArgs { flow, drift, adoption, .. } = args.clone();
    let options = Options { flow, drift, adoption, environment: session.environment().cloned() };
    let (adopt, on_drift) = (options.adoption.adopt, (&options.drift).into());
    let config = Config::from_args(&options.flow)?;
    session.announce_flow(&config.flow);
    let inputs = session.inputs(config).await?;
    let desired = inputs.desired(ApplyOptions { adopt, on_drift, ..ApplyOptions::default() })?;
    let cloud = session.connect_for(&inputs.config.organizations).await?;
    let (mut inputs, desired, observed) = survey(&cloud, inputs, desired).await?;
    let other_code = observed.other_code.iter();
    inputs.warnings.extend(other_code.map(|other| other_code::finding(other, &session.next)));
    let plan = plan(&desired, &observed);
    if let Action::Blocked(reason) = &plan.action {
        let DesiredStack { name, artifacts, .. } = &desired.stack;
        return Err(blocked::error(reason, name.as_str(), &artifacts.bucket, &session.next));
    }
    if let Some(path) = &args.out {
        let now = session.now();
        plan_file::write(path, &plan_file::current(&options, now, &desired, &observed, &plan))?;
    }
    let forgotten = session.forgotten(&inputs.config.flow, &desired, &observed);
    if session.is_text() {
        session.warn(&inputs.warnings);
        session.warn(&explain::forgotten::warnings(&forgotten));
    }
    args.deny.check(&inputs.warnings)?;
    let file = args.out.as_deref();
    session.answer(&PlannedChanges::of(&plan, &desired, &inputs.warnings, &forgotten, file));
    let work = plan.action != Action::Nothing || plan.drift.is_some();
    Ok(if args.detailed_exitcode && work { Exit::Work } else { Exit::Done })
}
