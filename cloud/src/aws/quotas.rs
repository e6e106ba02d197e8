//! Service Quotas over the SDK.

use async_trait::async_trait;
use aws_sdk_servicequotas::Client;
use aws_sdk_servicequotas::types::ServiceQuota;

use crate::{CloudError, Quota, Quotas};

use super::error::failure;
use super::observed::{ObservedConfig, client_config};

/// [`Quotas`] over the SDK.
pub(super) struct AwsQuotas {
    client: Client,
}

impl AwsQuotas {
    pub(super) fn new(config: &ObservedConfig) -> Self {
        Self { client: Client::from_conf(client_config!(aws_sdk_servicequotas, config).build()) }
    }
}

#[async_trait]
impl Quotas for AwsQuotas {
    async fn quotas(&self, service: &str) -> Result<Vec<Quota>, CloudError> {
        let call = self.client.list_service_quotas().service_code(service);
        let mut pages = call.into_paginator().send();
        let mut quotas = Vec::new();
        while let Some(page) = pages.next().await {
            let page =
                page.map_err(|error| failure("Service Quotas", "ListServiceQuotas", error))?;
            quotas.extend(page.quotas.unwrap_or_default().into_iter().filter_map(quota_of));
        }
        Ok(quotas)
    }
}

fn quota_of(quota: ServiceQuota) -> Option<Quota> {
    Some(Quota { name: quota.quota_name?, value: quota.value? })
}
