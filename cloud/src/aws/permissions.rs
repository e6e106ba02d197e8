//! IAM over the SDK.

use async_trait::async_trait;
use aws_sdk_iam::Client;
use aws_sdk_iam::types::{
    ContextEntry, ContextKeyTypeEnum, EvaluationResult, PolicyEvaluationDecisionType,
};

use crate::{CloudError, Decision, ErrorKind, PermissionQuery, Permissions};

use super::error::failure;
use super::observed::{ObservedConfig, client_config};

const SERVICE: &str = "IAM";

/// [`Permissions`] over the SDK.
pub(super) struct AwsPermissions {
    client: Client,
}

impl AwsPermissions {
    pub(super) fn new(config: &ObservedConfig) -> Self {
        Self { client: Client::from_conf(client_config!(aws_sdk_iam, config).build()) }
    }
}

#[async_trait]
impl Permissions for AwsPermissions {
    async fn role_arn(&self, name: &str) -> Result<String, CloudError> {
        let answer = self.client.get_role().role_name(name).send().await;
        let answer = answer.map_err(|error| failure(SERVICE, "GetRole", error))?;
        Ok(answer.role.map(|role| role.arn).unwrap_or_default())
    }

    async fn policy_exists(&self, arn: &str) -> Result<bool, CloudError> {
        let answer = self.client.get_policy().policy_arn(arn).send().await;
        match answer.map_err(|error| failure(SERVICE, "GetPolicy", error)) {
            Ok(_) => Ok(true),
            Err(missing) if missing.kind == ErrorKind::NotFound => Ok(false),
            Err(refused) => Err(refused),
        }
    }

    async fn simulate(
        &self,
        principal: &str,
        query: &PermissionQuery,
    ) -> Result<Vec<Decision>, CloudError> {
        let PermissionQuery { actions, resources, context } = query;
        let call = self.client.simulate_principal_policy().policy_source_arn(principal);
        let call = call.set_action_names(Some(actions.clone()));
        let call = call.set_resource_arns((!resources.is_empty()).then(|| resources.clone()));
        let context: Vec<_> = context.iter().map(|(key, value)| entry(key, value)).collect();
        let call = call.set_context_entries((!context.is_empty()).then_some(context));
        let mut pages = call.into_paginator().send();
        let mut decisions = Vec::new();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| failure(SERVICE, "SimulatePrincipalPolicy", error))?;
            decisions
                .extend(page.evaluation_results.unwrap_or_default().into_iter().map(decision_of));
        }
        Ok(decisions)
    }
}

fn entry(key: &str, value: &str) -> ContextEntry {
    let entry = ContextEntry::builder().context_key_name(key).context_key_values(value);
    entry.context_key_type(ContextKeyTypeEnum::String).build()
}

fn decision_of(result: EvaluationResult) -> Decision {
    Decision {
        allowed: result.eval_decision == PolicyEvaluationDecisionType::Allowed,
        action: result.eval_action_name,
        unknown: result.missing_context_values.unwrap_or_default(),
    }
}
