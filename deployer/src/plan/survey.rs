//! What exists in the account of the organization, and what of it the desired stack keeps.

use super::inputs::Inputs;
use super::lost_artifact::{lost_artifacts, wrong_artifacts};
use super::{AdoptedSettings, ApplyOptions, Desired, Observed, OnDrift, adoption_remarks};
use crate::error::{CommandError, Sentence};
use crate::flow::source::flow;
use cloud::{Cloud, ErrorKind};

/// Reads what exists, and merges what is kept into the desired stack: the live definition if the
/// options ask for that, and more of a stack that is or was adopted. Only then is the desired stack
/// built again.
/// Fails when AWS refuses a read, the credentials are for another account, or what is kept cannot
/// be used.
pub async fn survey(
    cloud: &Cloud,
    inputs: Inputs,
    mut desired: Desired,
) -> Result<(Inputs, Desired, Observed), CommandError> {
    let observed = observe(cloud, &mut desired).await?;
    let keeps_live = desired.options.on_drift == OnDrift::KeepLive;
    let adopted = AdoptedSettings::of(&observed, desired.options.adopt);
    let live = observed.live_definition().filter(|_| keeps_live);
    let (inputs, mut desired) = match (adopted, live) {
        (Some(settings), _) => adopt(inputs, desired.options, &settings, &observed)?,
        (None, Some(live)) => {
            let inputs = inputs.with_definition(live)?;
            let desired = inputs.desired(desired.options)?;
            (inputs, desired)
        }
        (None, None) => {
            let inputs = remarked(inputs.fit()?, &desired, &observed);
            return Ok((inputs, desired, observed));
        }
    };
    let observed = observed.compared_with(cloud, &mut desired).await?;
    Ok((remarked(inputs, &desired, &observed), desired, observed))
}

/// The inputs, with a warning for each invariant that an overlay breaks, if a rollback would not find the deployed
/// handler, and if objects have the wrong content.
fn remarked(mut inputs: Inputs, desired: &Desired, observed: &Observed) -> Inputs {
    // A second survey finds the same.
    let broken = desired.stack.template.warnings().iter();
    let new: Vec<_> =
        broken.filter(|warning| !inputs.warnings.contains(warning)).cloned().collect();
    inputs.warnings.extend(new);
    inputs.warnings.extend(lost_artifacts(observed));
    inputs.warnings.extend(wrong_artifacts(observed));
    inputs
}

/// The inputs and the desired state for a stack that is or was adopted: settings that no option sets stay.
fn adopt(
    mut inputs: Inputs,
    options: ApplyOptions,
    settings: &AdoptedSettings,
    observed: &Observed,
) -> Result<(Inputs, Desired), CommandError> {
    let (tuning, mut warnings) = settings.complete(inputs.config.tuning.clone());
    inputs.config.tuning = tuning;
    inputs.adopted = Some(settings.kept.clone());
    let mut inputs = match settings.definition(inputs.config.names_a_flow(), options.on_drift) {
        Some(definition) => inputs.with_definition(definition)?,
        None => {
            let flow = flow(&inputs.config)?;
            inputs.with_flow(flow)
        }
    };
    let desired = inputs.desired(options)?;
    if observed.is_original() {
        warnings.extend(adoption_remarks(observed, &desired.stack, &inputs.flow.functions));
    }
    warnings.append(&mut inputs.warnings);
    inputs.warnings = warnings;
    Ok((inputs, desired))
}

/// Reads what exists, in the organization's account and in no other.
///
/// The ARN of a stack names its account, so `GetCallerIdentity` is called only if no stack reveals it.
async fn observe(cloud: &Cloud, desired: &mut Desired) -> Result<Observed, CommandError> {
    let account = desired.stack.account.clone();
    let account = account.as_str();
    let read = Observed::read_stack(cloud, desired.stack.name.as_str()).await;
    let is_checked = match &read {
        Ok(Observed { stack: Some(stack), .. }) => stack.account() == Some(account),
        Ok(_) => false,
        Err(error) => error.kind != ErrorKind::Denied,
    };
    if !is_checked {
        check_account(cloud, account).await?;
    }
    Ok(read?.read_rest(cloud, desired).await?)
}

/// Makes sure that the credentials are for the organization's account.
/// Fails when they are for another one, or AWS does not say.
pub async fn check_account(cloud: &Cloud, account: &str) -> Result<(), CommandError> {
    let caller = cloud.identity.caller().await?;
    if caller.account == account {
        return Ok(());
    }
    Err(CommandError::usage(Sentence(format!(
        "the credentials are for account {}, but the organization belongs to account {account}",
        caller.account,
    )))
    .hint(format!("you are {}; --profile NAME chooses other credentials", caller.arn)))
}
