//! CloudFormation over the SDK: stacks. Change sets, events, failures, and recovery have their own
//! files.

use async_trait::async_trait;
use aws_sdk_cloudformation::types::TemplateStage;
use aws_sdk_cloudformation::{Client, types};

use crate::{
    ChangeSet, ChangeSetId, ChangeSetRequest, CloudError, Continuation, Deletion, ErrorKind,
    Failure, FailureScope, OnFailure, Output, Stack, StackEvent, StackOperation, StackResource,
    StackStatus, Stacks,
};

use super::endpoint::Endpoint;
use super::error::failure;
use super::observed::{ObservedConfig, client_config};
use super::time::timestamp;
use super::{change_sets, events, failures, recovery};

pub(super) const SERVICE: &str = "CloudFormation";

/// [`Stacks`] over the SDK.
pub(super) struct AwsStacks {
    pub(super) client: Client,
    pub(super) region: String,
    pub(super) endpoint: Option<Endpoint>,
}

impl AwsStacks {
    pub(super) fn new(config: &ObservedConfig, region: &str, endpoint: Option<Endpoint>) -> Self {
        Self {
            client: Client::from_conf(client_config!(aws_sdk_cloudformation, config).build()),
            region: region.to_owned(),
            endpoint,
        }
    }

    async fn template_at(
        &self,
        stage: TemplateStage,
        name_or_id: &str,
    ) -> Result<Option<String>, CloudError> {
        let request = self.client.get_template().stack_name(name_or_id);
        let answer = request.template_stage(stage).send().await;
        match answer.map_err(|error| failure(SERVICE, "GetTemplate", error)) {
            // A stack whose first change set was not executed yet has an empty template.
            Ok(answer) => Ok(answer.template_body.filter(|body| !matches!(body.trim(), "" | "{}"))),
            Err(missing) if missing.kind == ErrorKind::NotFound => Ok(None),
            Err(refused) => Err(refused),
        }
    }
}

#[async_trait]
impl Stacks for AwsStacks {
    async fn describe(&self, name_or_id: &str) -> Result<Option<Stack>, CloudError> {
        let answer = self.client.describe_stacks().stack_name(name_or_id).send().await;
        match answer.map_err(|error| failure(SERVICE, "DescribeStacks", error)) {
            Ok(answer) => Ok(answer.stacks.unwrap_or_default().into_iter().next().map(stack_of)),
            Err(missing) if missing.kind == ErrorKind::NotFound => Ok(None),
            Err(refused) => Err(refused),
        }
    }

    async fn list(&self) -> Result<Vec<Stack>, CloudError> {
        let mut pages = self.client.describe_stacks().into_paginator().send();
        let mut stacks = Vec::new();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| failure(SERVICE, "DescribeStacks", error))?;
            stacks.extend(page.stacks.unwrap_or_default().into_iter().map(stack_of));
        }
        Ok(stacks)
    }

    async fn template(&self, name_or_id: &str) -> Result<Option<String>, CloudError> {
        self.template_at(TemplateStage::Original, name_or_id).await
    }

    async fn processed_template(&self, name_or_id: &str) -> Result<Option<String>, CloudError> {
        self.template_at(TemplateStage::Processed, name_or_id).await
    }

    async fn validate(&self, body: &str) -> Result<Option<String>, CloudError> {
        let answer = self.client.validate_template().template_body(body).send().await;
        match answer.map_err(|error| failure(SERVICE, "ValidateTemplate", error)) {
            Ok(_) => Ok(None),
            Err(faulty) if faulty.code.as_deref() == Some("ValidationError") => {
                Ok(Some(faulty.message))
            }
            Err(refused) => Err(refused),
        }
    }

    async fn create_change_set(
        &self,
        request: &ChangeSetRequest,
    ) -> Result<ChangeSetId, CloudError> {
        change_sets::create(self, request).await
    }

    async fn change_set(&self, id: &ChangeSetId) -> Result<ChangeSet, CloudError> {
        change_sets::describe(self, id).await
    }

    async fn change_sets(&self, stack_id: &str) -> Result<Vec<ChangeSetId>, CloudError> {
        change_sets::list(self, stack_id).await
    }

    async fn change_set_template(&self, id: &ChangeSetId) -> Result<Option<String>, CloudError> {
        change_sets::template(self, id).await
    }

    async fn delete_change_set(&self, id: &ChangeSetId) -> Result<(), CloudError> {
        change_sets::delete(self, id).await
    }

    async fn execute_change_set(
        &self,
        id: &ChangeSetId,
        token: &str,
        on_failure: OnFailure,
    ) -> Result<(), CloudError> {
        change_sets::execute(self, id, token, on_failure).await
    }

    async fn delete(&self, stack_id: &str, deletion: &Deletion) -> Result<(), CloudError> {
        recovery::delete(self, stack_id, deletion).await
    }

    async fn stack_resources(&self, stack_id: &str) -> Result<Vec<StackResource>, CloudError> {
        recovery::resources(self, stack_id).await
    }

    async fn continue_rollback(
        &self,
        stack_id: &str,
        continuation: &Continuation,
    ) -> Result<(), CloudError> {
        recovery::continue_rollback(self, stack_id, continuation).await
    }

    async fn protect(&self, stack_id: &str, on: bool) -> Result<(), CloudError> {
        let request = self.client.update_termination_protection().stack_name(stack_id);
        let answer = request.enable_termination_protection(on).send().await;
        answer.map_err(|error| failure(SERVICE, "UpdateTerminationProtection", error))?;
        Ok(())
    }

    async fn cancel_update(&self, stack_id: &str, token: &str) -> Result<(), CloudError> {
        let request = self.client.cancel_update_stack().stack_name(stack_id);
        let answer = request.client_request_token(token).send().await;
        answer.map_err(|error| failure(SERVICE, "CancelUpdateStack", error))?;
        Ok(())
    }

    async fn events(
        &self,
        stack_id: &str,
        until: Option<&str>,
        limit: usize,
    ) -> Result<Vec<StackEvent>, CloudError> {
        events::events(self, stack_id, until, limit).await
    }

    async fn failures(&self, of: FailureScope<'_>) -> Result<Vec<Failure>, CloudError> {
        failures::failures(self, of).await
    }
}

fn stack_of(stack: types::Stack) -> Stack {
    let status = stack.stack_status().map(types::StackStatus::as_str);
    let status = StackStatus::from_name(status.unwrap_or_default());
    let created = stack.creation_time().and_then(timestamp);
    let updated = stack.last_updated_time().and_then(timestamp);
    let tags = stack.tags.unwrap_or_default().into_iter();
    let operations = stack.last_operations.unwrap_or_default().into_iter();
    Stack {
        status,
        id: stack.stack_id.unwrap_or_default(),
        name: stack.stack_name.unwrap_or_default(),
        status_reason: non_empty(stack.stack_status_reason),
        outputs: stack.outputs.unwrap_or_default().into_iter().map(output_of).collect(),
        tags: tags
            .map(|tag| (tag.key.unwrap_or_default(), tag.value.unwrap_or_default()))
            .collect(),
        notification_arns: stack.notification_arns.unwrap_or_default(),
        termination_protection: stack.enable_termination_protection.unwrap_or_default(),
        created,
        updated,
        operations: operations.filter_map(operation_of).collect(),
    }
}

fn operation_of(operation: types::OperationEntry) -> Option<StackOperation> {
    let kind = operation.operation_type.map(|kind| kind.as_str().to_owned());
    Some(StackOperation { id: operation.operation_id?, kind: kind.unwrap_or_default() })
}

fn output_of(output: types::Output) -> Output {
    Output {
        key: output.output_key.unwrap_or_default(),
        value: output.output_value.unwrap_or_default(),
        description: non_empty(output.description),
    }
}

/// Treats an empty text as none: some endpoints send one for every optional field.
pub(super) fn non_empty(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}
