//! `deployer drift`.

use crate::session::legacy as connect;
use serde::Serialize;
use serde_json::Value;

use crate::config::{StackName, bad_values};
use crate::error::{CommandError, Sentence};
use crate::exit::Exit;
use crate::host::Host;
use crate::host::terminal::OutputFormat;
use crate::installation::logical_ids::MACHINE;
use crate::installation::machine_arn;
use crate::operation::{Compared, Operation, detect_drift};
use crate::plan::edited;
use crate::report;
use crate::session::GlobalArgs;
use cloud::{Cloud, ResourceDrift, Stack};

/// Show what was changed outside the stack.
///
/// Has CloudFormation compare every resource that it can read with the template, which takes some seconds,
/// and compares the state machine's definition itself. Exits with 0 where everything is as it was
/// deployed, with 3 where something was changed or deleted, or where there is no stack. Writes nothing.
#[derive(Debug, Clone, clap::Args)]
pub struct DriftArgs {
    /// Name of the CloudFormation stack
    #[arg(long, value_name = "NAME", default_value = StackName::DEFAULT)]
    pub stack_name: String,
}

/// Runs the command.
///
/// # Errors
/// When the name is faulty, there is no stack, an operation goes on, or AWS refuses a read.
pub(super) async fn run(
    args: &DriftArgs,
    global: &GlobalArgs,
    world: &mut Host,
) -> Result<Exit, CommandError> {
    let name = StackName::parse(&args.stack_name).map_err(|fault| bad_values(vec![fault]))?;
    let cloud = connect::connect_anywhere(world, global).await?;
    let stack = at_rest(&cloud, name.as_str()).await?;
    let clock = world.clock;
    let mut reporter = world.reporter(global.output, true, String::new());
    let mut operation = Operation { cloud: &cloud, observer: &mut reporter, clock };
    let mut compared = detect_drift(&mut operation, &stack.id).await?;
    look_at_the_machine(&cloud, &stack, &mut compared.resources).await?;
    let drifted = compared.resources.iter().any(ResourceDrift::is_changed);
    match global.output {
        OutputFormat::Text => world.answer(&report::drift(name.as_str(), &compared)),
        OutputFormat::Json => world.answer_object("drift", &Answer::of(&stack, &compared, drifted)),
    }
    Ok(if drifted { Exit::Work } else { Exit::Done })
}

/// The stack, which no operation changes at the moment.
async fn at_rest(cloud: &Cloud, name: &str) -> Result<Stack, CommandError> {
    let Some(stack) = cloud.stacks.describe(name).await? else {
        let sentence = format!("there is no stack {name} in region {}", cloud.region);
        return Err(CommandError::new(Exit::Work, Sentence(sentence)));
    };
    if stack.status.is_busy() {
        let sentence = format!("stack {name} is {}: it is being changed", stack.status);
        return Err(CommandError::failed(sentence)
            .hint(format!("`deployer watch --stack-name {name}` follows it to its end")));
    }
    Ok(stack)
}

/// CloudFormation looks only into what it knows how to read; an edit of the definition, which matters
/// most, must not depend on that.
async fn look_at_the_machine(
    cloud: &Cloud,
    stack: &Stack,
    resources: &mut Vec<ResourceDrift>,
) -> Result<(), CommandError> {
    let known = |drift: &ResourceDrift| drift.logical_id == MACHINE && drift.is_changed();
    let Some(arn) = machine_arn(stack).filter(|_| !resources.iter().any(known)) else {
        return Ok(());
    };
    let template = cloud.stacks.template(&stack.id).await?;
    let template: Value =
        template.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
    let live = cloud.machines.definition(arn).await?;
    if let Some(values) = edited(&template, live.as_deref()) {
        resources.retain(|drift| drift.logical_id != MACHINE);
        resources.push(ResourceDrift {
            logical_id: MACHINE.to_owned(),
            physical_id: Some(arn.to_owned()),
            resource_type: "AWS::StepFunctions::StateMachine".to_owned(),
            status: if live.is_some() { "MODIFIED" } else { "DELETED" }.to_owned(),
            values,
        });
    }
    Ok(())
}

#[derive(Serialize)]
struct Answer<'a> {
    stack_name: &'a str,
    stack_id: &'a str,
    drifted: bool,
    resources: &'a [ResourceDrift],
    incomplete: Option<&'a str>,
}

impl<'a> Answer<'a> {
    fn of(stack: &'a Stack, compared: &'a Compared, drifted: bool) -> Self {
        Self {
            stack_name: &stack.name,
            stack_id: &stack.id,
            drifted,
            resources: &compared.resources,
            incomplete: compared.incomplete.as_deref(),
        }
    }
}
