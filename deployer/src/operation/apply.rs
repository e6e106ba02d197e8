//! Applies the plan of `up`.

use std::time::Duration;

use tokio::time::sleep;

use super::change_set::{Executed, Prepared, apply_change_set};
use super::heartbeat::Heartbeat;
use super::remove::delete_whole_stack;
use super::retire::retire;
use super::retryable::tolerate;
use super::undo::undo_preparations;
use super::upload::upload;
use super::{Event, Operation, OperationError, OperationOutcome};
use crate::config::{StackName, Tags};
use crate::installation::ArtifactPlace;
use crate::plan::{Action, Desired, DesiredStack, OtherCode, Plan, Step, Upload};
use cloud::{BucketSettings, ErrorKind, Function, Stack};

/// Days for which the bucket keeps noncurrent versions: longer than it takes to notice that an
/// update must be undone.
const NONCURRENT_DAYS: i32 = 30;
const ABORT_UPLOAD_DAYS: i32 = 7;
/// Lambda makes a function of this size invocable within seconds of CloudFormation's
/// CREATE_COMPLETE.
/// The time is not documented.
const FUNCTION_TIMEOUT: Duration = Duration::from_secs(120);

/// The result of applying a plan.
#[derive(Debug)]
pub struct Applied {
    pub outcome: OperationOutcome,
    /// The stack, unless the user declined.
    pub stack: Option<Stack>,
    /// The change set, if it was created but not executed.
    pub prepared: Option<Prepared>,
}

/// Runs the plan's steps in order.
/// Fails at the first step that fails. Completed steps are kept, and the next `up` continues from there; but if
/// CloudFormation refuses the template, what this run uploaded is removed.
pub async fn apply(
    operation: &mut Operation<'_>,
    plan: &Plan,
    desired: &Desired,
) -> Result<Applied, OperationError> {
    let applied = run_steps(operation, plan, desired).await;
    let (outcome, outputs) = match &applied {
        Ok(applied) => {
            let outputs = applied.stack.as_ref().map(|stack| stack.outputs.clone());
            (applied.outcome, outputs.unwrap_or_default())
        }
        Err(_) => (OperationOutcome::Failed, Vec::new()),
    };
    operation.observer.on_event(&Event::Finished { outcome, outputs });
    applied
}

async fn run_steps(
    operation: &mut Operation<'_>,
    plan: &Plan,
    desired: &Desired,
) -> Result<Applied, OperationError> {
    let done = match plan.action {
        Action::Create | Action::Recreate(_) => OperationOutcome::Created,
        Action::Update | Action::Adopt | Action::Protect => OperationOutcome::Updated,
        Action::Nothing | Action::Blocked(_) => OperationOutcome::Unchanged,
    };
    let mut applied = Applied { outcome: done, stack: None, prepared: None };
    let mut desired = desired.clone();
    let mut made = Vec::new();
    for step in &plan.steps {
        match step {
            Step::CreateBucket => create_bucket(operation, &desired.stack).await?,
            Step::ConfigureBucket => configure_bucket(operation, &desired.stack).await?,
            Step::Upload(index) | Step::Replace(index) => {
                let replaces = matches!(step, Step::Replace(_));
                made.extend(upload(operation, &mut desired.stack, *index, replaces).await?);
            }
            Step::DeleteFailedStack { stack_id } => {
                delete_whole_stack(operation, stack_id).await?;
            }
            Step::ChangeSet(kind) => {
                let executed = apply_change_set(operation, plan, &desired, *kind).await;
                if executed.as_ref().is_err_and(OperationError::is_refusal) {
                    // The refusal is more informative than a failure of the cleanup.
                    let _ = undo_preparations(operation, plan, &desired.stack, &made).await;
                }
                match executed? {
                    Executed::Done(stack) => applied.stack = Some(*stack),
                    Executed::Empty => {
                        applied.outcome = OperationOutcome::Unchanged;
                        applied.stack =
                            operation.cloud.stacks.describe(desired.stack.name.as_str()).await?;
                    }
                    Executed::Prepared(prepared) => {
                        applied.outcome = OperationOutcome::Prepared;
                        applied.prepared = Some(prepared);
                    }
                    Executed::Declined => {
                        undo_preparations(operation, plan, &desired.stack, &made).await?;
                        operation.observer.on_event(&Event::Withdrawn);
                        return Ok(Applied { outcome: OperationOutcome::Declined, ..applied });
                    }
                }
            }
            Step::Protect => {
                protect(operation, &desired.stack.name, &mut applied).await?;
            }
            Step::AwaitFunction => {
                await_functions(operation, &desired.stack).await.map_err(unfinished)?;
            }
            Step::RetireArtifacts => {
                let DesiredStack { artifacts, name, uploads, .. } = &desired.stack;
                retire_artifacts(operation, artifacts, name, uploads).await.map_err(unfinished)?;
            }
            Step::LeaveArtifacts(place) => {
                leave_artifacts(operation, place, &desired.stack.name).await.map_err(unfinished)?;
            }
        }
    }
    Ok(applied)
}

async fn protect(
    operation: &mut Operation<'_>,
    name: &StackName,
    applied: &mut Applied,
) -> Result<(), OperationError> {
    let protected = operation.cloud.stacks.protect(name.as_str(), true).await;
    protected.map_err(OperationError::from).map_err(unfinished)?;
    operation.observer.on_event(&Event::ProtectionSwitched { on: true });
    if applied.stack.is_none() {
        applied.stack = operation.cloud.stacks.describe(name.as_str()).await?;
    }
    Ok(())
}

/// Removes all artifacts of the stack from a bucket that it does not use any more.
async fn leave_artifacts(
    operation: &mut Operation<'_>,
    place: &ArtifactPlace,
    name: &StackName,
) -> Result<(), OperationError> {
    match retire_artifacts(operation, place, name, &[]).await {
        // The bucket was removed, and everything in it.
        Err(OperationError::Cloud(gone)) if gone.kind == ErrorKind::NotFound => Ok(()),
        retired => retired,
    }
}

/// A call that failed after the stack was up to date.
fn unfinished(error: OperationError) -> OperationError {
    match error {
        OperationError::Cloud(error) => OperationError::Unfinished(error),
        other => other,
    }
}

async fn create_bucket(
    operation: &mut Operation<'_>,
    desired: &DesiredStack,
) -> Result<(), OperationError> {
    let bucket = &desired.artifacts.bucket;
    operation.cloud.storage.create_bucket(bucket).await?;
    operation.observer.on_event(&Event::BucketCreated { bucket: bucket.clone() });
    Ok(())
}

async fn configure_bucket(
    operation: &mut Operation<'_>,
    desired: &DesiredStack,
) -> Result<(), OperationError> {
    let settings = BucketSettings {
        noncurrent_days: NONCURRENT_DAYS,
        abort_upload_days: ABORT_UPLOAD_DAYS,
        kms_key: desired.kms_key.clone(),
        tags: Tags::of_bucket(desired.kms_key.as_deref()),
    };
    let ArtifactPlace { bucket, owner, .. } = &desired.artifacts;
    operation.cloud.storage.configure_bucket(bucket, owner, &settings).await?;
    operation.observer.on_event(&Event::BucketConfigured { bucket: bucket.clone() });
    Ok(())
}

async fn await_functions(
    operation: &mut Operation<'_>,
    desired: &DesiredStack,
) -> Result<(), OperationError> {
    for code in desired.code() {
        for function_id in &code.code_of {
            await_function(operation, desired, code, function_id).await?;
        }
    }
    Ok(())
}

/// Waits until a function can be invoked, and makes sure that it runs this code.
async fn await_function(
    operation: &mut Operation<'_>,
    desired: &DesiredStack,
    code: &Upload,
    function_id: &str,
) -> Result<(), OperationError> {
    let name = desired.name_of(function_id);
    let mut heartbeat = Heartbeat::new();
    let mut interval = Duration::from_millis(200);
    loop {
        let in_time = heartbeat.waited() <= FUNCTION_TIMEOUT;
        match operation.wait_for(operation.cloud.functions.function(name)).await {
            Ok(Some(function)) if is_ready(&function) => {
                if let Some(running) = function.code_sha256.filter(|it| *it != code.sha256) {
                    let other = OtherCode {
                        function_id: function_id.to_owned(),
                        function: function.arn,
                        recorded: code.sha256.clone(),
                        running,
                        place: desired.artifacts.clone(),
                        key: code.key.clone(),
                    };
                    return Err(OperationError::OtherCode(Box::new(other)));
                }
                operation.observer.on_event(&Event::FunctionReady { arn: function.arn });
                return Ok(());
            }
            Ok(function) if !in_time || function.as_ref().is_some_and(has_failed) => {
                return Err(unready(function));
            }
            Ok(_) => heartbeat.beat(operation, "creating the function"),
            Err(error) => tolerate(operation, error, in_time)?,
        }
        operation.wait_for(sleep(interval)).await;
        interval = (interval * 2).min(Duration::from_secs(5));
    }
}

/// An inactive function becomes active with its next invocation, so it is also ready.
fn is_ready(function: &Function) -> bool {
    matches!(function.state.as_str(), "Active" | "Inactive") && function.last_update == "Successful"
}

fn has_failed(function: &Function) -> bool {
    function.state == "Failed" || function.last_update == "Failed"
}

fn unready(function: Option<Function>) -> OperationError {
    let none = "Lambda gives no reason".to_owned();
    match function {
        Some(function) => OperationError::Function {
            state: format!("{}, last update {}", function.state, function.last_update),
            reason: function.state_reason.or(function.last_update_reason).unwrap_or(none),
        },
        None => OperationError::Function {
            state: "missing".to_owned(),
            reason: "the stack is complete, but Lambda does not know the function".to_owned(),
        },
    }
}

/// Hides the artifacts in a place, except for those in use.
async fn retire_artifacts(
    operation: &mut Operation<'_>,
    place: &ArtifactPlace,
    name: &StackName,
    in_use: &[Upload],
) -> Result<(), OperationError> {
    let ArtifactPlace { bucket, owner, prefix, .. } = place;
    let mut keys = operation.cloud.storage.list_objects(bucket, owner, prefix).await?;
    keys.retain(|key| place.has(key) && !in_use.iter().any(|upload| upload.key == *key));
    let retired = retire(operation, place, name.as_str(), keys).await?;
    let keys: Vec<_> = retired.hidden.into_iter().map(|hidden| hidden.key).collect();
    if !keys.is_empty() {
        operation.observer.on_event(&Event::ArtifactsRetired { keys });
    }
    Ok(())
}
