//! CloudFormation over the SDK: change sets.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_cloudformation::types::{
    self, Capability, DeploymentConfig, DeploymentConfigMode, DeploymentMode, ExecutionStatus,
    RequiresRecreation, ResourceAttribute, ResourceTargetDefinition, Tag,
};

use crate::{
    ChangeAction, ChangeSet, ChangeSetId, ChangeSetRequest, ChangeSetStatus, ChangeSetType,
    CloudError, ErrorKind, OnFailure, OnStackFailure, PropertyChange, Replacement, ResourceChange,
    TemplateSource,
};

use super::endpoint::object_url;
use super::error::failure;
use super::stacks::{AwsStacks, SERVICE, non_empty};

/// Parts of the reason that CloudFormation gives for a change set that failed because nothing
/// changes. There is no status for it.
const NO_CHANGES: [&str; 2] = ["didn't contain changes", "No updates are to be performed"];

pub(super) async fn create(
    stacks: &AwsStacks,
    request: &ChangeSetRequest,
) -> Result<ChangeSetId, CloudError> {
    let kind = match request.kind {
        ChangeSetType::Create => types::ChangeSetType::Create,
        ChangeSetType::Update => types::ChangeSetType::Update,
    };
    let capabilities = request.capabilities.iter();
    let capabilities = capabilities.map(|name| Capability::from(name.as_str())).collect();
    let tags = request.tags.iter();
    let tags = tags.map(|(key, value)| Tag::builder().key(key).value(value).build()).collect();
    let call = stacks
        .client
        .create_change_set()
        .stack_name(&request.stack_name)
        .change_set_name(&request.name)
        .change_set_type(kind)
        .client_token(&request.token)
        .set_capabilities(Some(capabilities))
        .set_tags(Some(tags))
        .set_role_arn(request.stack_options.role_arn.clone())
        .set_notification_arns(request.stack_options.notification_arns.clone())
        // Without one, a failed creation is rolled back and stays visible with its events, which
        // explain the failure.
        .set_on_stack_failure(request.stack_options.on_stack_failure.map(on_stack_failure))
        .set_deployment_config(request.stack_options.express.then(express));
    // Set only if requested: older endpoints do not support it.
    let mode = request.revert_drift.then_some(DeploymentMode::RevertDrift);
    let call = call.set_deployment_mode(mode);
    let call = match &request.template {
        TemplateSource::Body(body) => call.template_body(body),
        TemplateSource::Object { bucket, key } => {
            let endpoint = stacks.endpoint.as_ref();
            call.template_url(object_url(endpoint, &stacks.region, bucket, key))
        }
    };
    let answer = call.send().await;
    let answer = answer.map_err(|error| failure(SERVICE, "CreateChangeSet", error))?;
    Ok(ChangeSetId {
        id: answer.id.unwrap_or_default(),
        stack_id: answer.stack_id.unwrap_or_default(),
    })
}

fn on_stack_failure(desired: OnStackFailure) -> types::OnStackFailure {
    match desired {
        OnStackFailure::Rollback => types::OnStackFailure::Rollback,
        OnStackFailure::Delete => types::OnStackFailure::Delete,
        OnStackFailure::DoNothing => types::OnStackFailure::DoNothing,
    }
}

/// Express mode with rollback, which is explicit because the user guide and the API reference
/// disagree about the default.
fn express() -> DeploymentConfig {
    let mode = DeploymentConfigMode::Express;
    DeploymentConfig::builder().mode(mode).disable_rollback(false).build()
}

pub(super) async fn describe(
    stacks: &AwsStacks,
    id: &ChangeSetId,
) -> Result<ChangeSet, CloudError> {
    let call = stacks.client.describe_change_set();
    let call = call.change_set_name(&id.id).stack_name(&id.stack_id).include_property_values(true);
    let mut pages = call.into_paginator().send();
    let mut status = ChangeSetStatus::Pending;
    let mut changes = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.map_err(|error| failure(SERVICE, "DescribeChangeSet", error))?;
        let reason = page.status_reason.as_deref().unwrap_or_default();
        status = status_of(page.status.as_ref(), page.execution_status.as_ref(), reason);
        let resources = page.changes.unwrap_or_default().into_iter();
        changes.extend(resources.filter_map(|change| change.resource_change).map(change_of));
    }
    Ok(ChangeSet { status, changes })
}

pub(super) async fn list(
    stacks: &AwsStacks,
    stack_id: &str,
) -> Result<Vec<ChangeSetId>, CloudError> {
    use types::ChangeSetStatus as SdkStatus;
    let call = stacks.client.list_change_sets().stack_name(stack_id);
    let mut pages = call.into_paginator().send();
    let mut open = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.map_err(|error| failure(SERVICE, "ListChangeSets", error))?;
        let sets = page.summaries.unwrap_or_default().into_iter().filter(|set| {
            let is_open = !matches!(
                set.status,
                Some(
                    SdkStatus::Failed
                        | SdkStatus::DeletePending
                        | SdkStatus::DeleteInProgress
                        | SdkStatus::DeleteComplete
                )
            );
            let is_spent = matches!(
                set.execution_status,
                Some(ExecutionStatus::ExecuteComplete | ExecutionStatus::Obsolete)
            );
            is_open && !is_spent
        });
        open.extend(sets.map(|set| ChangeSetId {
            id: set.change_set_id.unwrap_or_default(),
            stack_id: set.stack_id.unwrap_or_else(|| stack_id.to_owned()),
        }));
    }
    Ok(open)
}

pub(super) async fn template(
    stacks: &AwsStacks,
    id: &ChangeSetId,
) -> Result<Option<String>, CloudError> {
    let call = stacks.client.get_template();
    let call = call.change_set_name(&id.id).stack_name(&id.stack_id);
    let answer = call.template_stage(types::TemplateStage::Original).send().await;
    match answer.map_err(|error| failure(SERVICE, "GetTemplate", error)) {
        Ok(answer) => Ok(answer.template_body),
        Err(missing) if missing.kind == ErrorKind::NotFound => Ok(None),
        Err(refused) => Err(refused),
    }
}

pub(super) async fn delete(stacks: &AwsStacks, id: &ChangeSetId) -> Result<(), CloudError> {
    let call = stacks.client.delete_change_set();
    let call = call.change_set_name(&id.id).stack_name(&id.stack_id);
    match call.send().await.map_err(|error| failure(SERVICE, "DeleteChangeSet", error)) {
        Ok(_) => Ok(()),
        Err(missing) if missing.kind == ErrorKind::NotFound => Ok(()),
        Err(refused) => Err(refused),
    }
}

pub(super) async fn execute(
    stacks: &AwsStacks,
    id: &ChangeSetId,
    token: &str,
    on_failure: OnFailure,
) -> Result<(), CloudError> {
    let call = stacks.client.execute_change_set();
    let call = call.change_set_name(&id.id).stack_name(&id.stack_id);
    // The API reference names both values as the default, in different places.
    let disable_rollback = (on_failure == OnFailure::RollBack).then_some(false);
    let call = call.set_disable_rollback(disable_rollback).client_request_token(token);
    let answer = call.send().await;
    answer.map_err(|error| failure(SERVICE, "ExecuteChangeSet", error))?;
    Ok(())
}

fn status_of(
    status: Option<&types::ChangeSetStatus>,
    execution: Option<&ExecutionStatus>,
    reason: &str,
) -> ChangeSetStatus {
    use types::ChangeSetStatus as SdkStatus;
    match (status, execution) {
        (None | Some(SdkStatus::CreatePending | SdkStatus::CreateInProgress), _) => {
            ChangeSetStatus::Pending
        }
        (Some(SdkStatus::CreateComplete), Some(ExecutionStatus::Available)) => {
            ChangeSetStatus::Ready
        }
        // Complete, but not available yet: CloudFormation is still working on it.
        (Some(SdkStatus::CreateComplete), None | Some(ExecutionStatus::Unavailable)) => {
            ChangeSetStatus::Pending
        }
        (Some(SdkStatus::Failed), _) if NO_CHANGES.iter().any(|text| reason.contains(text)) => {
            ChangeSetStatus::Empty
        }
        (Some(_), _) if !reason.is_empty() => ChangeSetStatus::Failed(reason.to_owned()),
        (Some(status), execution) => {
            let execution = execution.map(ExecutionStatus::as_str).unwrap_or_default();
            ChangeSetStatus::Failed(format!("{} {execution}", status.as_str()).trim().to_owned())
        }
    }
}

fn change_of(change: types::ResourceChange) -> ResourceChange {
    let details = change.details.unwrap_or_default();
    let targets: Vec<_> = details.iter().filter_map(|detail| detail.target()).collect();
    let properties: BTreeSet<String> =
        targets.iter().filter_map(|target| property_of(target)).collect();
    ResourceChange {
        action: match change.action {
            Some(types::ChangeAction::Add) => ChangeAction::Add,
            Some(types::ChangeAction::Modify) => ChangeAction::Modify,
            Some(types::ChangeAction::Remove) => ChangeAction::Remove,
            Some(other) => ChangeAction::Other(other.as_str().to_owned()),
            None => ChangeAction::Other(String::new()),
        },
        logical_id: change.logical_resource_id.unwrap_or_default(),
        physical_id: non_empty(change.physical_resource_id),
        resource_type: change.resource_type.unwrap_or_default(),
        replacement: match change.replacement {
            Some(types::Replacement::True) => Replacement::Always,
            Some(types::Replacement::Conditional) => Replacement::Conditional,
            // Additions and removals have no value.
            _ => Replacement::Never,
        },
        policy_action: change.policy_action.map(|action| action.as_str().to_owned()),
        drift: change.resource_drift_status.map(|status| status.as_str().to_owned()),
        properties: properties.into_iter().collect(),
        values: values_of(&targets),
    }
}

/// One entry per path: CloudFormation returns a detail for every reason to change it.
fn values_of(targets: &[&ResourceTargetDefinition]) -> Vec<PropertyChange> {
    let mut values: BTreeMap<String, PropertyChange> = BTreeMap::new();
    for target in targets {
        let Some(path) = target.path().filter(|path| !path.is_empty()) else { continue };
        let (before, after) = (target.before_value.clone(), target.after_value.clone());
        let replacement = match target.requires_recreation {
            Some(RequiresRecreation::Always) => Replacement::Always,
            Some(RequiresRecreation::Conditionally) => Replacement::Conditional,
            _ => Replacement::Never,
        };
        let value = values.entry(path.to_owned()).or_insert_with(|| PropertyChange {
            path: path.to_owned(),
            before: None,
            after: None,
            replacement,
        });
        value.before = value.before.take().or(before);
        value.after = value.after.take().or(after);
    }
    values.into_values().collect()
}

/// The name of the property, or of the attribute if the change is not to a property.
fn property_of(target: &ResourceTargetDefinition) -> Option<String> {
    match target.attribute()? {
        ResourceAttribute::Properties => target.name().map(str::to_owned),
        attribute => Some(attribute.as_str().to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use types::ChangeSetStatus as SdkStatus;

    #[test]
    fn a_change_set_is_ready_only_when_it_can_be_executed() {
        let of = |status: SdkStatus, execution: ExecutionStatus, reason: &str| {
            status_of(Some(&status), Some(&execution), reason)
        };
        let unavailable = ExecutionStatus::Unavailable;
        assert_eq!(
            of(SdkStatus::CreateComplete, ExecutionStatus::Available, ""),
            ChangeSetStatus::Ready
        );
        assert_eq!(
            of(SdkStatus::CreateInProgress, unavailable.clone(), ""),
            ChangeSetStatus::Pending
        );
        assert_eq!(
            of(SdkStatus::CreateComplete, ExecutionStatus::Obsolete, ""),
            ChangeSetStatus::Failed("CREATE_COMPLETE OBSOLETE".to_owned())
        );
        for reason in NO_CHANGES {
            assert_eq!(of(SdkStatus::Failed, unavailable.clone(), reason), ChangeSetStatus::Empty);
        }
        let failed = of(SdkStatus::Failed, unavailable, "no such thing");
        assert_eq!(failed, ChangeSetStatus::Failed("no such thing".to_owned()));
    }
}
