//! `deployer drift`.

use serde_json::{Map, Value};

use crate::error::CommandError;
use crate::exit::Exit;
use crate::explain::other_code::finding;
use crate::installation::logical_ids::MACHINE;
use crate::installation::{lookup, machine_arn};
use crate::next_command::NextCommand;
use crate::operation::detect_drift;
use crate::options::stack::StackArgs;
use crate::plan::{OtherCode, edited, other_codes};
use crate::report::answers::Drift;
use crate::session::Session;
use cloud::{Cloud, PropertyChange, Replacement, ResourceDrift, Stack};

/// Show what was changed outside the stack.
///
/// CloudFormation compares every resource that it can read with the template, which can take some
/// minutes. `drift` itself compares the state machine's definition and the functions' code. Exits
/// with 0 if everything is as deployed, and with 3 if something was changed or deleted, or if there
/// is no stack. Writes nothing.
#[derive(Debug, Clone, clap::Args)]
pub struct DriftArgs {
    /// Which stack.
    #[command(flatten)]
    pub stack: StackArgs,
}

/// Fails when the name is invalid, there is no stack, an operation is in progress, or AWS refuses a
/// read.
pub async fn run(args: &DriftArgs, session: &mut Session<'_>) -> Result<Exit, CommandError> {
    let name = args.stack.name()?;
    let cloud = session.connect().await?;
    let stack = idle_stack(&cloud, name.as_str(), &session.next).await?;
    let detect = session.attempt(&cloud, async |op| detect_drift(op, &stack.id).await);
    let mut compared = detect.await?;
    let template = lookup::template(&cloud, &stack).await?;
    compare_machine(&cloud, &stack, &template, &mut compared.resources).await?;
    compare_code(session, &cloud, &stack, &template, &mut compared.resources).await?;
    let not_compared = not_compared(&template, &compared.resources);
    let drifted = compared.resources.iter().any(ResourceDrift::is_changed);
    session.answer(&Drift::of(&stack, &compared, &not_compared, drifted));
    Ok(if drifted { Exit::Work } else { Exit::Done })
}

/// The stack, with no operation in progress.
async fn idle_stack(cloud: &Cloud, name: &str, next: &NextCommand) -> Result<Stack, CommandError> {
    let stack = lookup::stack(cloud, name).await?;
    if stack.status.is_busy() {
        let sentence = format!("stack {name} is {}: an operation is in progress", stack.status);
        return Err(CommandError::failed(sentence)
            .hint(format!("{} follows it to its end", next.code(&["watch"]))));
    }
    Ok(stack)
}

/// The template's resources that no detection reported on. CloudFormation compares only some types.
/// Source: CloudFormation user guide, "Resource type support".
fn not_compared(template: &Value, compared: &[ResourceDrift]) -> Vec<String> {
    let ids = template["Resources"].as_object().into_iter().flat_map(Map::keys);
    let is_compared = |id: &String| compared.iter().any(|drift| drift.logical_id == *id);
    ids.filter(|id| !is_compared(id)).cloned().collect()
}

/// CloudFormation compares only what it can read. An edit of the definition matters most and must not depend on
/// that, so the definition is compared here.
async fn compare_machine(
    cloud: &Cloud,
    stack: &Stack,
    template: &Value,
    resources: &mut Vec<ResourceDrift>,
) -> Result<(), CommandError> {
    let known = |drift: &ResourceDrift| drift.logical_id == MACHINE && drift.is_changed();
    let Some(arn) = machine_arn(stack).filter(|_| !resources.iter().any(known)) else {
        return Ok(());
    };
    let live = cloud.machines.definition(arn).await?;
    if let Some(values) = edited(template, live.as_deref()) {
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

/// CloudFormation does not compare the code of functions, which decides every verdict: Lambda reports its digest.
async fn compare_code(
    session: &mut Session<'_>,
    cloud: &Cloud,
    stack: &Stack,
    template: &Value,
    resources: &mut Vec<ResourceDrift>,
) -> Result<(), CommandError> {
    for other in other_codes(cloud, stack, template).await? {
        if session.is_text() {
            session.warn(&[finding(&other, &session.next)]);
        }
        add(other, resources);
    }
    Ok(())
}

fn add(other: OtherCode, resources: &mut Vec<ResourceDrift>) {
    let OtherCode { function_id, function, recorded, running, .. } = other;
    let at = resources.iter().position(|drift| drift.logical_id == function_id);
    let mut drift = at.map(|at| resources.remove(at)).unwrap_or_else(|| ResourceDrift {
        logical_id: function_id,
        physical_id: function.rsplit(':').next().map(str::to_owned),
        resource_type: "AWS::Lambda::Function".to_owned(),
        status: String::new(),
        values: Vec::new(),
    });
    "MODIFIED".clone_into(&mut drift.status);
    drift.values.push(PropertyChange {
        path: "/Properties/Code".to_owned(),
        before: Some(format!("sha256 {recorded}")),
        after: Some(format!("sha256 {running}")),
        replacement: Replacement::Never,
    });
    resources.push(drift);
}
