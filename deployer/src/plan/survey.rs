//! What is there, in the account of the organization.

use super::{Desired, Inherited, Observed, adoption_remarks};
use crate::config::{Config, Organizations};
use crate::error::{CommandError, Sentence};
use crate::explain::inputs::{flow_error, render_error};
use crate::finding::Finding;
use crate::flow::Flow;
use crate::flow::source::{flow, output_state, stack};
use crate::options::on_drift::OutsideArgs;
use crate::plan::inputs::Wanted;
use cloud::{Cloud, ErrorKind};

/// Looks at what is there, and takes what is kept of it: the live definition where that is asked for, and
/// more of a stack of the original application.
pub async fn look(
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
pub async fn in_its_account(
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
