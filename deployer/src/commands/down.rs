//! `deployer down`.

use serde_json::Value;

use crate::config::{self, StackName, bad_values};
use crate::error::CommandError;
use crate::exit::Exit;
use crate::explain::blocked;
use crate::installation::ArtifactPlace;
use crate::operation::remove;
use crate::options::stack::StackArgs;
use crate::plan::survey::check_account;
use crate::plan::{Blocked, ExistingParts, Removal, RemovalOptions, plan_removal};
use crate::report::answers::{AtStake, NothingToRemove};
use crate::session::Session;
use crate::{health, report};
use cloud::{Bucket, Cloud, Stack, StackStatus};

/// Remove the stack and its artifacts.
///
/// Shows what will be lost and what depends on it now, asks, deletes the stack, follows it until it is gone, then removes its
/// artifacts and, when no other stack uses it, the artifact bucket. A missing stack is not an error.
#[derive(Debug, Clone, clap::Args)]
pub struct DownArgs {
    /// Which stack.
    #[command(flatten)]
    pub stack: StackArgs,
    /// Remove without asking
    #[arg(long, short = 'y')]
    pub yes: bool,
    /// Leave a resource behind that refuses to go; only after a deletion failed; may be repeated
    #[arg(long, value_name = "LOGICAL_ID", conflicts_with = "force")]
    pub retain: Vec<String>,
    /// Remove the stack although resources refuse to go, and leave them behind; only after a deletion failed
    #[arg(long)]
    pub force: bool,
    /// Switch termination protection off first
    #[arg(long)]
    pub unprotect: bool,
    /// Role for CloudFormation to act with [default: the one it was given before, or your own rights]
    #[arg(long, value_name = "ARN")]
    pub role_arn: Option<String>,
    /// Wait until an operation that is going on has ended, instead of refusing
    #[arg(long)]
    pub wait_busy: bool,
}

/// Fails when an input is faulty, something blocks the removal, or the removal fails.
pub async fn run(args: &DownArgs, session: &mut Session<'_>) -> Result<Exit, CommandError> {
    let name = args.stack.name()?;
    let options = options(args)?;
    let cloud = session.connect().await?;
    let account = cloud.identity.caller().await?.account;
    if let Some(organizations) = session.organizations()?
        && organizations.account() != account
    {
        // The stack of the organization is elsewhere, and would not be found.
        check_account(&cloud, organizations.account()).await?;
    }
    let place = ArtifactPlace::new(account, &cloud.region, &name);
    let (mut stack, mut removal) = look(&cloud, &name, &place, &options).await?;
    while let (true, Some(Blocked::Busy(_)), Some(busy)) =
        (args.wait_busy, &removal.blocked, &stack)
    {
        session.wait_until_idle(&cloud, busy).await?;
        (stack, removal) = look(&cloud, &name, &place, &options).await?;
    }
    let name = name.as_str();
    if let Some(reason) = &removal.blocked {
        return Err(blocked::error(reason, name, &place.bucket, &session.next));
    }
    if removal.steps.is_empty() {
        session.answer(&NothingToRemove::of(name, &place.owner, &cloud.region));
        return Ok(Exit::Done);
    }
    show(session, &cloud, &removal, stack.as_ref(), name).await;
    let question = match removal.left.len() {
        0 => format!("Remove stack {name}?"),
        1 => format!("Remove stack {name} and leave 1 resource behind?"),
        count => format!("Remove stack {name} and leave {count} resources behind?"),
    };
    session.confirm(args.yes, &question, "nothing was removed").await?;
    session.operate(&cloud, async |op| remove(op, &removal, &place).await).await?;
    Ok(Exit::Done)
}

fn options(args: &DownArgs) -> Result<RemovalOptions, CommandError> {
    let role_arn = config::role_arn(args.role_arn.as_deref());
    Ok(RemovalOptions {
        retain: args.retain.clone(),
        force: args.force,
        unprotect: args.unprotect,
        role_arn: role_arn.map_err(|fault| bad_values(vec![fault]))?,
    })
}

async fn look(
    cloud: &Cloud,
    name: &StackName,
    place: &ArtifactPlace,
    options: &RemovalOptions,
) -> Result<(Option<Stack>, Removal), CommandError> {
    let ArtifactPlace { bucket: bucket_name, owner, prefix } = place;
    let (stack, template, bucket) = tokio::try_join!(
        cloud.stacks.describe(name.as_str()),
        cloud.stacks.template(name.as_str()),
        cloud.storage.bucket(bucket_name, owner),
    )?;
    let template: Option<Value> = template.and_then(|text| serde_json::from_str(&text).ok());
    // An interrupted `down` leaves objects of this stack, or an empty bucket.
    let leftovers = stack.is_none()
        && matches!(bucket, Bucket::Present { .. })
        && (!cloud.storage.is_empty(bucket_name, owner, prefix).await?
            || cloud.storage.is_empty(bucket_name, owner, "").await?);
    let resources = match &stack {
        Some(stack) if stack.status == StackStatus::DeleteFailed => {
            cloud.stacks.stack_resources(&stack.id).await?
        }
        _ => Vec::new(),
    };
    let existing = ExistingParts {
        stack: stack.as_ref(),
        template: template.as_ref(),
        resources: &resources,
        bucket: &bucket,
        has_leftovers: leftovers,
    };
    let removal = plan_removal(existing, options);
    Ok((stack, removal))
}

/// Prints what would be removed, and what depends on it now.
async fn show(
    session: &mut Session<'_>,
    cloud: &Cloud,
    removal: &Removal,
    stack: Option<&Stack>,
    name: &str,
) {
    let usage = match stack {
        Some(stack) => health::usage(cloud, stack, session.now()).await,
        None => None,
    };
    session.remark(&report::removal(removal, name));
    if let Some(usage) = &usage {
        session.answer(&AtStake { stack_name: name, usage });
    }
}
