//! `deployer down`.

use crate::session::legacy as connect;
use serde::Serialize;
use serde_json::Value;

use crate::config::{self, StackName, bad_values};
use crate::error::CommandError;
use crate::exit::Exit;
use crate::explain::{blocked, failed_operation};
use crate::health::{self, Stakes};
use crate::host::Host;
use crate::host::terminal::OutputFormat;
use crate::installation::{bucket_name, prefix};
use crate::operation::{Artifacts, Operation, remove};
use crate::plan::{Blocked, Found, Removal, Wish, plan_removal};
use crate::report;
use crate::session::GlobalArgs;
use cloud::{Bucket, Cloud, Stack, StackStatus};

/// Remove the stack and its artifacts.
///
/// Shows what will be lost and what depends on it now, asks, deletes the stack, follows it until it is gone, then removes its
/// artifacts and, when no other stack uses it, the artifact bucket. A missing stack is not an error.
#[derive(Debug, Clone, clap::Args)]
pub struct DownArgs {
    /// Name of the CloudFormation stack
    #[arg(long, value_name = "NAME", default_value = StackName::DEFAULT)]
    pub stack_name: String,
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

/// Where a stack's leftovers are.
struct Place {
    bucket: String,
    account: String,
    prefix: String,
}

/// Runs the command.
///
/// # Errors
/// When an input is faulty, something stands in the way, or the removal fails.
pub(super) async fn run(
    args: &DownArgs,
    global: &GlobalArgs,
    world: &mut Host,
) -> Result<Exit, CommandError> {
    let name = StackName::parse(&args.stack_name).map_err(|fault| bad_values(vec![fault]))?;
    let wish = wish(args)?;
    let cloud = connect::connect_anywhere(world, global).await?;
    let account = cloud.identity.caller().await?.account;
    let place =
        Place { bucket: bucket_name(&account, &cloud.region), account, prefix: prefix(&name) };
    let (mut stack, mut removal) = look(&cloud, &name, &place, &wish).await?;
    while let (true, Some(Blocked::Busy(_)), Some(busy)) =
        (args.wait_busy, &removal.blocked, &stack)
    {
        crate::session::legacy::wait(world, global, &cloud, busy).await?;
        (stack, removal) = look(&cloud, &name, &place, &wish).await?;
    }
    if let Some(reason) = &removal.blocked {
        return Err(blocked::error(reason, name.as_str(), &place.bucket));
    }
    if removal.steps.is_empty() {
        gone_already(world, global, name.as_str());
        return Ok(Exit::Done);
    }
    let stakes = match &stack {
        Some(stack) => health::stakes(&cloud, stack, (world.clock)()).await,
        None => None,
    };
    show(global, world, &removal, stakes.as_ref(), name.as_str());
    agree(args, world, &removal, name.as_str()).await?;
    let clock = world.clock;
    let mut reporter = world.reporter(global.output, true, String::new());
    let mut operation = Operation { cloud: &cloud, observer: &mut reporter, clock };
    let artifacts =
        Artifacts { bucket: &place.bucket, owner: &place.account, prefix: &place.prefix };
    remove(&mut operation, &removal, artifacts)
        .await
        .map_err(|error| failed_operation::error(error, name.as_str()))?;
    Ok(Exit::Done)
}

fn wish(args: &DownArgs) -> Result<Wish, CommandError> {
    let role_arn = config::role_arn(args.role_arn.as_deref());
    Ok(Wish {
        retain: args.retain.clone(),
        force: args.force,
        unprotect: args.unprotect,
        role_arn: role_arn.map_err(|fault| bad_values(vec![fault]))?,
    })
}

async fn look(
    cloud: &Cloud,
    name: &StackName,
    place: &Place,
    wish: &Wish,
) -> Result<(Option<Stack>, Removal), CommandError> {
    let (stack, template, bucket) = tokio::try_join!(
        cloud.stacks.describe(name.as_str()),
        cloud.stacks.template(name.as_str()),
        cloud.storage.bucket(&place.bucket, &place.account),
    )?;
    let template: Option<Value> = template.and_then(|text| serde_json::from_str(&text).ok());
    // What an interrupted `down` left: objects of this stack, or an empty bucket.
    let leftovers = stack.is_none()
        && matches!(bucket, Bucket::Present { .. })
        && (!cloud.storage.is_empty(&place.bucket, &place.account, &place.prefix).await?
            || cloud.storage.is_empty(&place.bucket, &place.account, "").await?);
    let resources = match &stack {
        Some(stack) if stack.status == StackStatus::DeleteFailed => {
            cloud.stacks.stack_resources(&stack.id).await?
        }
        _ => Vec::new(),
    };
    let found = Found {
        stack: stack.as_ref(),
        template: template.as_ref(),
        resources: &resources,
        bucket: &bucket,
        has_leftovers: leftovers,
    };
    let removal = plan_removal(found, wish);
    Ok((stack, removal))
}

fn gone_already(world: &mut Host, global: &GlobalArgs, name: &str) {
    #[derive(Serialize)]
    struct Answer<'a> {
        stack_name: &'a str,
        present: bool,
    }
    match global.output {
        OutputFormat::Text => {
            world.terminal.tell(&format!("there is no stack {name}, and nothing of it is left"));
        }
        OutputFormat::Json => {
            world.answer_object("nothing_to_remove", &Answer { stack_name: name, present: false });
        }
    }
}

/// Says what would go, and what depends on it now.
fn show(
    global: &GlobalArgs,
    world: &mut Host,
    removal: &Removal,
    stakes: Option<&Stakes>,
    name: &str,
) {
    match (global.output, stakes) {
        (OutputFormat::Text, stakes) => {
            world.terminal.tell(&report::removal(removal, name));
            if let Some(stakes) = stakes {
                world.terminal.tell(&report::stakes(stakes));
            }
        }
        (OutputFormat::Json, Some(stakes)) => {
            world.answer_object("at_stake", &AtStake { stack_name: name, stakes });
        }
        (OutputFormat::Json, None) => {}
    }
}

#[derive(Serialize)]
struct AtStake<'a> {
    stack_name: &'a str,
    #[serde(flatten)]
    stakes: &'a Stakes,
}

async fn agree(
    args: &DownArgs,
    world: &mut Host,
    removal: &Removal,
    name: &str,
) -> Result<(), CommandError> {
    let question = match removal.left.len() {
        0 => format!("Remove stack {name}?"),
        count => format!("Remove stack {name} and leave {count} resource(s) behind?"),
    };
    crate::session::legacy::ask(world, args.yes, &question, "nothing was removed").await
}
