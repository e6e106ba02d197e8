//! What `up`, `plan` and `render` share: from arguments to what is wanted and what is there.

use crate::artifact::{Artifact, ArtifactError};
use crate::cli::{FlowArgs, GlobalArgs};
use crate::commands::outside::OutsideArgs;
use crate::config::{Config, Organizations, bad_values};
use crate::error::{CommandError, Sentence};
use crate::finding::Finding;
use crate::flow::{Belongings, Flow, FlowError, Home, Stack};
use crate::plan::{Desired, Inherited, Observed, adoption_remarks};
use crate::template::RenderError;
use crate::world::World;
use cloud::{Access, Cloud, ErrorKind};

/// What is wanted, and what is worth saying about it.
pub(super) struct Wanted {
    pub(super) config: Config,
    pub(super) desired: Desired,
    pub(super) warnings: Vec<Finding>,
    artifact: Artifact,
    /// What the flow brings along, whichever definition its state machine keeps.
    belongings: Belongings,
    /// Why the built-in flow does not do, unless the stack turns out to keep another definition.
    unfit: Option<CommandError>,
}

/// Reads and validates every input. No network.
pub(super) fn wanted(args: &FlowArgs) -> Result<Wanted, CommandError> {
    let wanted = wanted_of_stack(args)?;
    wanted.unfit.map_or(Ok(Wanted { unfit: None, ..wanted }), Err)
}

/// The same, except that the built-in flow need not fit where the stack may have a definition to keep.
pub(super) fn wanted_of_stack(args: &FlowArgs) -> Result<Wanted, CommandError> {
    let config = Config::from_args(args)?;
    let (flow, unfit) = match (flow(&config), config.names_a_flow()) {
        (Ok(flow), _) => (flow, None),
        (Err(unfit), true) => return Err(flow_error(unfit)),
        (Err(unfit), false) => {
            let flow = Flow::built_in(stack(&config), &[], None).map_err(flow_error)?;
            (flow, Some(flow_error(unfit)))
        }
    };
    let artifact = artifact(&config).map_err(CommandError::usage)?;
    let desired = Desired::new(&config, &flow, &artifact).map_err(render_error)?;
    let Flow { warnings, belongings, .. } = flow;
    Ok(Wanted { config, desired, warnings, artifact, belongings, unfit })
}

/// Looks at what is there, and takes what is kept of it: the live definition where that is asked for, and
/// more of a stack of the original application.
pub(super) async fn look(
    cloud: &Cloud,
    mut wanted: Wanted,
    drift: &OutsideArgs,
) -> Result<(Wanted, Observed), CommandError> {
    wanted.desired.revert_drift = drift.revert_drift;
    let observed = observe(cloud, &wanted).await?;
    if let Some(kept) = Inherited::of(&observed, &wanted.desired) {
        let wanted = inheriting(wanted, &observed, drift, &kept)?;
        let observed = observed.held_against(cloud, &wanted.desired).await?;
        return Ok((wanted, observed));
    }
    let live = observed.machine.as_ref().and_then(|machine| machine.definition.as_deref());
    let Some(live) = live.filter(|_| drift.keep_live_definition) else {
        return wanted.unfit.map_or(Ok((Wanted { unfit: None, ..wanted }, observed)), Err);
    };
    let Wanted { config, artifact, .. } = &wanted;
    let belongings = wanted.belongings.clone();
    let flow = Flow::live(live, stack(config).home, output_state(config), belongings);
    let flow = flow.map_err(flow_error)?;
    let desired = Desired::new(config, &flow, artifact).map_err(render_error)?;
    let wanted = wanting(wanted, desired, flow.warnings);
    let observed = observed.held_against(cloud, &wanted.desired).await?;
    Ok((wanted, observed))
}

/// What is wanted of a stack that is or was taken over: what no option says stays as it is there.
fn inheriting(
    wanted: Wanted,
    observed: &Observed,
    drift: &OutsideArgs,
    kept: &Inherited,
) -> Result<Wanted, CommandError> {
    let (tuning, mut warnings) = kept.complete(wanted.config.tuning.clone());
    let config = Config { tuning, ..wanted.config.clone() };
    let definition = match (config.names_a_flow(), drift) {
        (_, OutsideArgs { keep_live_definition: true, .. }) => kept.definition.as_deref(),
        (true, _) => None,
        (false, OutsideArgs { revert_drift: true, .. }) => kept.deployed_definition.as_deref(),
        (false, _) => kept.definition.as_deref(),
    };
    let flow = match definition {
        Some(kept) => {
            let belongings = wanted.belongings.clone();
            Flow::live(kept, stack(&config).home, output_state(&config), belongings)
        }
        None => flow(&config),
    };
    let flow = flow.map_err(flow_error)?;
    let desired = Desired::taken_over(&kept.function_name, &config, &flow, &wanted.artifact);
    let wanted = wanting(wanted, desired.map_err(render_error)?, flow.warnings);
    if observed.is_original() {
        warnings.extend(adoption_remarks(observed, &wanted.desired, &flow.functions));
    }
    warnings.extend(wanted.warnings);
    Ok(Wanted { warnings, ..wanted })
}

/// The same wishes about how something else is carried out.
fn wanting(wanted: Wanted, desired: Desired, warnings: Vec<Finding>) -> Wanted {
    let Desired { handling, protect, execute, change_set_name, adopt, revert_drift, .. } =
        wanted.desired;
    let wishes = Desired { handling, protect, execute, change_set_name, ..desired };
    let desired = Desired { adopt, revert_drift, ..wishes };
    Wanted { desired, warnings, unfit: None, ..wanted }
}

/// Looks at what is there, in the organization's account and in no other.
///
/// The ARN of a stack names its account, so whose the credentials are is asked only where there is no
/// stack to tell it.
async fn observe(cloud: &Cloud, wanted: &Wanted) -> Result<Observed, CommandError> {
    let organizations = &wanted.config.organizations;
    let seen = Observed::stack(cloud, wanted.desired.stack_name.as_str()).await;
    let told = match &seen {
        Ok(Observed { stack: Some(stack), .. }) => stack.account() == Some(organizations.account()),
        Ok(_) => false,
        Err(refused) => refused.kind != ErrorKind::Denied,
    };
    if !told {
        in_its_account(cloud, organizations).await?;
    }
    Ok(seen?.rest(cloud, &wanted.desired).await?)
}

/// Makes sure that the credentials are for the organization's account.
pub(super) async fn in_its_account(
    cloud: &Cloud,
    organizations: &Organizations,
) -> Result<(), CommandError> {
    let caller = cloud.identity.caller().await?;
    if caller.account == organizations.account() {
        return Ok(());
    }
    Err(CommandError::usage(Sentence(format!(
        "the credentials are for account {}, but the organization belongs to account {}",
        caller.account,
        organizations.account()
    )))
    .hint(format!("you are {}; --profile NAME chooses other credentials", caller.arn)))
}

/// The flow that is meant.
pub(super) fn flow(config: &Config) -> Result<Flow, FlowError> {
    let (stack, output_state) = (stack(config), output_state(config));
    match (&config.state_machine, &config.flow) {
        (Some(path), _) => Flow::from_file(path, stack.home, output_state),
        (None, Some(name)) => Flow::named(name, stack, &config.parameters, output_state),
        (None, None) => Flow::built_in(stack, &config.parameters, output_state),
    }
}

fn stack(config: &Config) -> Stack<'_> {
    let organizations = &config.organizations;
    let home = Home { region: organizations.region(), account: organizations.account() };
    Stack { name: config.stack_name.as_str(), home }
}

fn output_state(config: &Config) -> Option<&str> {
    config.tuning.output_state.as_ref().map(|state| state.as_str())
}

pub(super) fn flow_error(error: FlowError) -> CommandError {
    match error {
        FlowError::Faulty { name, findings } => {
            CommandError::usage(FlowError::Faulty { name, findings: Vec::new() }).findings(findings)
        }
        FlowError::Definition(error) => CommandError::usage(error),
    }
}

/// The handler that is meant.
pub(super) fn artifact(config: &Config) -> Result<Artifact, ArtifactError> {
    match &config.handler {
        Some(path) => Artifact::from_file(path),
        None => Artifact::embedded(),
    }
}

/// A template that cannot be used for its size is the input's fault; everything else would be ours.
pub(super) fn render_error(error: RenderError) -> CommandError {
    match error {
        RenderError::Faulty(findings) => {
            CommandError::usage(RenderError::Faulty(Vec::new())).findings(findings)
        }
        other => CommandError::new(crate::exit::Exit::Bug, other)
            .hint("this is a bug in deployer; please report it with the command line"),
    }
}

/// Connects to the organization's region. That it is the organization's account, too, [`look`] makes sure.
pub(super) async fn reach(
    world: &World,
    global: &GlobalArgs,
    organizations: &Organizations,
) -> Result<Cloud, CommandError> {
    let region = organizations.region();
    let mut access = access(global);
    if let Some(configured) = configured_region(world, &access).await
        && configured != region
    {
        return Err(bad_values(vec![Finding::error(
            "region",
            "--region",
            format!(
                "the region is `{configured}`, but the organization is in `{region}`; the flow has to \
                 live in the organization's region: use --region {region}"
            ),
        )]));
    }
    access.region = Some(region.to_owned());
    Ok(world.connect.connect(&access).await?)
}

/// The region of the command line, else the one of environment or profile.
pub(super) async fn configured_region(world: &World, access: &Access) -> Option<String> {
    match &access.region {
        Some(region) => Some(region.clone()),
        None => world.connect.configured_region(access).await,
    }
}

/// How to reach AWS, as far as the command line says.
pub(super) fn access(global: &GlobalArgs) -> Access {
    Access {
        region: global.region.clone(),
        profile: global.profile.clone(),
        endpoint_url: global.endpoint_url.clone(),
        workmail_endpoint_url: None,
    }
}

/// Connects to the region that was given or configured, for commands without an organization.
pub(super) async fn connect_anywhere(
    world: &World,
    global: &GlobalArgs,
) -> Result<Cloud, CommandError> {
    let mut access = access(global);
    let Some(region) = configured_region(world, &access).await else {
        return Err(bad_values(vec![Finding::error(
            "region",
            "--region",
            "no region is given, and neither environment nor profile has one",
        )]));
    };
    access.region = Some(region);
    Ok(world.connect.connect(&access).await?)
}
