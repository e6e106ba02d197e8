//! `deployer down`.

use serde_json::Value;

use crate::config::{self, BucketName, StackName, Tags, bad_values};
use crate::error::CommandError;
use crate::exit::Exit;
use crate::explain::blocked;
use crate::finding::Finding;
use crate::installation::ArtifactPlace;
use crate::operation::remove;
use crate::options::stack::StackArgs;
use crate::plan::survey::check_account;
use crate::plan::{
    AdoptionLeft, Blocked, ExistingParts, Removal, RemovalOptions, plan_removal, unlike_original,
};
use crate::report::answers::{AtStake, NothingToRemove};
use crate::session::Session;
use crate::{health, report};
use cloud::{Bucket, Cloud, CloudError, Stack, StackStatus};

/// Remove the stack and its artifacts.
///
/// Shows what will be lost and what depends on it now, asks, deletes the stack, and waits until it
/// is gone. Then removes its artifacts and, if no other stack uses it, the artifact bucket. In your
/// own bucket, it deletes only the artifacts of the stack. A missing stack is not an error. Of the
/// original application's stack, it removes only what an unfinished `up --adopt` left, never the
/// stack.
#[derive(Debug, Clone, clap::Args)]
pub struct DownArgs {
    /// Which stack.
    #[command(flatten)]
    pub stack: StackArgs,
    /// Remove without asking
    #[arg(long, short = 'y')]
    pub yes: bool,
    /// Leave behind a resource that cannot be deleted; only after a failed deletion; may be
    /// repeated
    #[arg(long, value_name = "LOGICAL_ID", conflicts_with = "force")]
    pub retain: Vec<String>,
    /// Remove the stack, and leave behind the resources that cannot be deleted; only after a failed
    /// deletion
    #[arg(long)]
    pub force: bool,
    /// Turn off termination protection first
    #[arg(long)]
    pub unprotect: bool,
    /// Role that CloudFormation assumes [default: the one it was given before, or your credentials]
    #[arg(long, value_name = "ARN")]
    pub role_arn: Option<String>,
    /// Your own bucket that may have artifacts of the stack [default: the one that the stack uses]
    #[arg(long, value_name = "NAME")]
    pub artifact_bucket: Option<String>,
    /// Wait until an operation in progress ends, instead of failing
    #[arg(long)]
    pub wait_busy: bool,
}

/// Fails when an input is invalid, something blocks the removal, or the removal fails.
pub async fn run(args: &DownArgs, session: &mut Session<'_>) -> Result<Exit, CommandError> {
    let name = args.stack.name()?;
    let options = options(args)?;
    let bucket = args.artifact_bucket.as_deref();
    let bucket = bucket.map(|name| BucketName::parse(name, "artifact-bucket")).transpose();
    let bucket = bucket.map_err(|fault| bad_values(vec![fault]))?;
    let cloud = session.connect().await?;
    let account = cloud.identity.caller().await?.account;
    if let Some(organizations) = session.organizations()?
        && organizations.account() != account
    {
        // The stack of the organization is elsewhere, and would not be found.
        check_account(&cloud, organizations.account()).await?;
    }
    let place = ArtifactPlace::new(account.clone(), &cloud.region, &name, None);
    let given = ArtifactPlace::new(account, &cloud.region, &name, bucket.as_ref());
    let (mut stack, mut removal) = look(&cloud, &name, [&place, &given], &options).await?;
    while let (true, Some(Blocked::Busy(_)), Some(busy)) =
        (args.wait_busy, &removal.blocked, &stack)
    {
        session.wait_until_idle(&cloud, busy).await?;
        (stack, removal) = look(&cloud, &name, [&place, &given], &options).await?;
    }
    let stack_name = &name;
    let name = name.as_str();
    session.warn(&removal.unseen);
    if let Some(reason) = &removal.blocked {
        return Err(blocked::error(reason, name, &place.bucket, &session.next));
    }
    if removal.steps.is_empty() {
        session.answer(&NothingToRemove::of(name, &place.owner, &cloud.region));
        return Ok(Exit::Done);
    }
    let shown = stack.as_ref().filter(|_| !removal.keeps_stack);
    show(session, &cloud, &removal, shown, name).await;
    let question = match removal.left.len() {
        0 if removal.keeps_stack => format!("Remove what the adoption of stack {name} left?"),
        0 => format!("Remove stack {name}?"),
        1 => format!("Remove stack {name} and leave 1 resource behind?"),
        count => format!("Remove stack {name} and leave {count} resources behind?"),
    };
    session.confirm(args.yes, &question, "nothing was removed").await?;
    session.operate(&cloud, async |op| remove(op, &removal, &place, stack_name).await).await?;
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
    [own, given]: [&ArtifactPlace; 2],
    options: &RemovalOptions,
) -> Result<(Option<Stack>, Removal), CommandError> {
    let ArtifactPlace { bucket: bucket_name, owner, .. } = own;
    let (stack, template, bucket) = tokio::try_join!(
        cloud.stacks.describe(name.as_str()),
        cloud.stacks.template(name.as_str()),
        cloud.storage.bucket(bucket_name, owner),
    )?;
    let template: Option<Value> = template.and_then(|text| serde_json::from_str(&text).ok());
    let (given, unseen) = given_places(cloud, stack.as_ref(), template.as_ref(), given).await?;
    let adoption = match &stack {
        Some(stack) => adoption_left(cloud, stack, own, &bucket, &given).await?,
        None => None,
    };
    // An interrupted `down` leaves objects of this stack, or an empty bucket.
    let leftovers = stack.is_none()
        && matches!(bucket, Bucket::Present { .. })
        && has_leftovers(cloud, own).await?;
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
        adoption,
        given: &given,
        unseen,
    };
    let removal = plan_removal(existing, options);
    Ok((stack, removal))
}

/// What an unfinished `up --adopt` left; `None` for every other stack.
async fn adoption_left(
    cloud: &Cloud,
    stack: &Stack,
    own: &ArtifactPlace,
    bucket: &Bucket,
    given: &[ArtifactPlace],
) -> Result<Option<AdoptionLeft>, CommandError> {
    if stack.status == StackStatus::ReviewInProgress || Tags::mark_as_own(&stack.tags) {
        return Ok(None);
    }
    let template = cloud.stacks.processed_template(&stack.id).await?;
    let template: Option<Value> = template.and_then(|text| serde_json::from_str(&text).ok());
    if !unlike_original(template.as_ref()).is_empty() {
        return Ok(None);
    }
    let in_own = match bucket {
        Bucket::Present { tags } if tags.is_empty() || Tags::mark_as_own(tags) => {
            has_leftovers(cloud, own).await?
        }
        _ => false,
    };
    let mut left = AdoptionLeft { artifacts: in_own || !given.is_empty(), change_sets: Vec::new() };
    for change_set in cloud.stacks.change_sets(&stack.id).await? {
        let template = cloud.stacks.change_set_template(&change_set).await?.unwrap_or_default();
        let names = |place: &ArtifactPlace| template.contains(&place.prefix);
        if names(own) || given.iter().any(names) {
            left.change_sets.push(change_set.name().to_owned());
        }
    }
    Ok(Some(left))
}

/// Whether the deployer's bucket has objects of a stack, or nothing. Not if another command removes
/// it in the meantime.
async fn has_leftovers(cloud: &Cloud, place: &ArtifactPlace) -> Result<bool, CloudError> {
    let ArtifactPlace { bucket, owner, prefix, .. } = place;
    let looked = async {
        Ok::<_, CloudError>(
            !cloud.storage.is_empty(bucket, owner, prefix).await?
                || cloud.storage.is_empty(bucket, owner, "").await?,
        )
    };
    match looked.await {
        Err(gone) if gone.code.as_deref() == Some("NoSuchBucket") => Ok(false),
        looked => looked,
    }
}

/// The places in given buckets that have artifacts: the one that the stack uses, and the one that is set.
async fn given_places(
    cloud: &Cloud,
    stack: Option<&Stack>,
    template: Option<&Value>,
    set: &ArtifactPlace,
) -> Result<(Vec<ArtifactPlace>, Vec<Finding>), CommandError> {
    let stack = stack.filter(|stack| Tags::mark_as_own(&stack.tags));
    let used = stack.zip(template).and_then(|(stack, template)| {
        ArtifactPlace::deployed(&set.owner, &cloud.region, &stack.name, template)
    });
    let mut places: Vec<ArtifactPlace> = used.into_iter().map(|(place, _)| place).collect();
    if !places.contains(set) {
        places.push(set.clone());
    }
    let (mut found, mut unseen) = (Vec::new(), Vec::new());
    for place in places.into_iter().filter(|place| place.is_given) {
        let ArtifactPlace { bucket, owner, prefix, .. } = &place;
        // A bucket that does not exist has no artifacts. One in another region never had any.
        match cloud.storage.unmanaged_bucket(bucket, owner).await? {
            Bucket::Present { .. } => {
                let keys = match cloud.storage.list_objects(bucket, owner, prefix).await {
                    Err(gone) if gone.code.as_deref() == Some("NoSuchBucket") => Vec::new(),
                    keys => keys?,
                };
                found.extend(keys.iter().any(|key| place.has(key)).then_some(place));
            }
            Bucket::Foreign => unseen.push(unseen_artifacts(&place)),
            Bucket::Absent | Bucket::Elsewhere { .. } => {}
        }
    }
    Ok((found, unseen))
}

fn unseen_artifacts(place: &ArtifactPlace) -> Finding {
    let ArtifactPlace { bucket, prefix, .. } = place;
    let sentence = format!(
        "your credentials cannot read bucket {bucket}; artifacts below {prefix} remain there, if \
         there are any"
    );
    Finding::warning("artifact-bucket", "--artifact-bucket", sentence)
        .fix("delete them yourself, or use credentials with s3:ListBucket and s3:DeleteObject")
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
