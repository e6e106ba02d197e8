//! `deployer down`.

use serde::Serialize;
use serde_json::Value;

use crate::cli::{GlobalArgs, OutputFormat};
use crate::cloud::{Bucket, Cloud};
use crate::commands::{blocked, failed, prepare};
use crate::config::{StackName, bad_values};
use crate::error::{CommandError, Sentence};
use crate::exit::Exit;
use crate::operation::{Artifacts, Operation, remove};
use crate::plan::{Removal, bucket_name, plan_removal, prefix};
use crate::report;
use crate::world::World;

/// Remove the stack and its artifacts.
///
/// Shows what will be lost, asks, deletes the stack, follows it until it is gone, then removes its
/// artifacts and, when no other stack uses it, the artifact bucket. A missing stack is not an error.
#[derive(Debug, Clone, clap::Args)]
pub struct DownArgs {
    /// Name of the CloudFormation stack
    #[arg(long, value_name = "NAME", default_value = StackName::DEFAULT)]
    pub stack_name: String,
    /// Remove without asking
    #[arg(long, short = 'y')]
    pub yes: bool,
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
pub async fn run(
    args: &DownArgs,
    global: &GlobalArgs,
    world: &mut World,
) -> Result<Exit, CommandError> {
    let name = StackName::parse(&args.stack_name).map_err(|fault| bad_values(vec![fault]))?;
    let cloud = prepare::connect_anywhere(world, global).await?;
    let account = cloud.identity.caller().await?.account;
    let place =
        Place { bucket: bucket_name(&account, &cloud.region), account, prefix: prefix(&name) };
    let removal = look(&cloud, &name, &place).await?;
    if let Some(reason) = &removal.blocked {
        return Err(blocked::error(reason, name.as_str(), &place.bucket));
    }
    if removal.steps.is_empty() {
        gone_already(world, global, name.as_str());
        return Ok(Exit::Done);
    }
    agree(args, global, world, &removal, name.as_str()).await?;
    let clock = world.clock;
    let mut reporter = world.reporter(global.output, true, String::new());
    let mut operation = Operation { cloud: &cloud, audience: &mut reporter, clock };
    let artifacts =
        Artifacts { bucket: &place.bucket, owner: &place.account, prefix: &place.prefix };
    remove(&mut operation, &removal, artifacts)
        .await
        .map_err(|error| failed::error(error, name.as_str()))?;
    Ok(Exit::Done)
}

async fn look(cloud: &Cloud, name: &StackName, place: &Place) -> Result<Removal, CommandError> {
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
    Ok(plan_removal(stack.as_ref(), template.as_ref(), &bucket, leftovers))
}

fn gone_already(world: &mut World, global: &GlobalArgs, name: &str) {
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

async fn agree(
    args: &DownArgs,
    global: &GlobalArgs,
    world: &mut World,
    removal: &Removal,
    name: &str,
) -> Result<(), CommandError> {
    if global.output == OutputFormat::Text {
        world.terminal.tell(&report::removal(removal, name));
    }
    if args.yes {
        return Ok(());
    }
    let sentence = if !world.terminal.is_interactive() {
        "there is no terminal to ask on; nothing was removed"
    } else if world.terminal.confirm(&format!("Remove stack {name}?")).await {
        return Ok(());
    } else {
        "the removal was not agreed to; nothing was removed"
    };
    Err(CommandError::new(Exit::NeedsConfirmation, Sentence(sentence.to_owned()))
        .hint("--yes removes without asking"))
}
