//! Creating the clients: region, credentials, retries, timeouts, endpoint.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use aws_config::environment::region::EnvironmentVariableRegionProvider;
use aws_config::meta::region::ProvideRegion;
use aws_config::profile::{ProfileFileCredentialsProvider, ProfileFileRegionProvider};
use aws_config::provider_config::ProviderConfig;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{AppName, BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_sdk_sts::config::SharedHttpClient;

use crate::{Access, Cloud, CloudError, ConfiguredRegion, Connect, ErrorKind};

use super::drifts::AwsDrifts;
use super::endpoint::Endpoint;
use super::entries::AwsEntries;
use super::executions::AwsExecutions;
use super::functions::AwsFunctions;
use super::http;
use super::identity::AwsIdentity;
use super::logs::AwsLogs;
use super::machines::AwsMachines;
use super::metrics::AwsMetrics;
use super::organizations::AwsMailOrganizations;
use super::permissions::AwsPermissions;
use super::quotas::AwsQuotas;
use super::services::AwsServices;
use super::stacks::AwsStacks;
use super::storage::AwsStorage;
use super::tables::AwsTables;
use super::task_tokens::AwsTaskTokens;

/// The maximum number of attempts of a call. The SDK waits between them, longer each time.
const ATTEMPTS: u32 = 5;
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(30);

/// Connects to AWS, or to the endpoint of an [`Access`].
#[derive(Clone)]
pub struct AwsConnect {
    /// Replaces the SDK's default provider chain.
    credentials: Option<Credentials>,
    attempts: u32,
}

impl fmt::Debug for AwsConnect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // No part of the credentials belongs in a log.
        f.debug_struct("AwsConnect").finish_non_exhaustive()
    }
}

impl Default for AwsConnect {
    fn default() -> Self {
        Self::new()
    }
}

impl AwsConnect {
    /// Uses the credentials that the SDK's default provider chain finds.
    #[must_use]
    pub fn new() -> Self {
        Self { credentials: None, attempts: ATTEMPTS }
    }

    /// Uses these credentials, whatever the environment contains.
    #[must_use]
    pub fn with_credentials(access_key: &str, secret_key: &str, session: Option<&str>) -> Self {
        let session = session.map(str::to_owned);
        let credentials = Credentials::new(access_key, secret_key, session, None, "deployer");
        Self { credentials: Some(credentials), attempts: ATTEMPTS }
    }

    /// Sets the maximum number of attempts of a call, at least one.
    #[must_use]
    pub fn with_attempts(self, attempts: u32) -> Self {
        Self { attempts: attempts.max(1), ..self }
    }

    async fn load(&self, access: &Access) -> SdkConfig {
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .operation_attempt_timeout(ATTEMPT_TIMEOUT);
        let http = http::client();
        // A dated version, so that the SDK's defaults change only when this line changes.
        let mut loader = aws_config::defaults(BehaviorVersion::v2026_01_12())
            .http_client(http.clone())
            .retry_config(RetryConfig::standard().with_max_attempts(self.attempts))
            .timeout_config(timeouts.build());
        if let Ok(name) = AppName::new("deployer") {
            loader = loader.app_name(name);
        }
        if let Some(region) = &access.region {
            loader = loader.region(Region::new(region.clone()));
        }
        if let Some(profile) = &access.profile {
            loader = loader.profile_name(profile);
        }
        if let Some(url) = &access.endpoint_url {
            loader = loader.endpoint_url(url);
        }
        match (&self.credentials, &access.profile) {
            (Some(given), _) => loader = loader.credentials_provider(given.clone()),
            (None, Some(profile)) => {
                loader = loader.credentials_provider(credentials_of(profile, access, http));
            }
            (None, None) => {}
        }
        loader.load().await
    }
}

/// The credentials of a profile and no others. The SDK's default chain would prefer keys from the
/// environment even over a profile that was given by name, and so deploy to another account.
fn credentials_of(
    profile: &str,
    access: &Access,
    http: SharedHttpClient,
) -> ProfileFileCredentialsProvider {
    // Single sign-on and assumed roles make their own calls.
    let config = ProviderConfig::empty()
        .with_http_client(http)
        .with_region(access.region.clone().map(Region::new));
    ProfileFileCredentialsProvider::builder().configure(&config).profile_name(profile).build()
}

#[async_trait]
impl Connect for AwsConnect {
    async fn configured_region(&self, access: &Access) -> Option<ConfiguredRegion> {
        // The SDK's default chain would also query the instance metadata service, over the network.
        let mut profile = ProfileFileRegionProvider::builder();
        if let Some(name) = &access.profile {
            profile = profile.profile_name(name);
        }
        let configured = |region: Region, origin: &str| ConfiguredRegion {
            region: region.to_string(),
            origin: origin.to_owned(),
        };
        if let Some(region) = EnvironmentVariableRegionProvider::new().region().await {
            return Some(configured(region, "AWS_REGION or AWS_DEFAULT_REGION"));
        }
        profile.build().region().await.map(|region| configured(region, "the AWS profile"))
    }

    async fn connect(&self, access: &Access) -> Result<Cloud, CloudError> {
        let config = self.load(access).await;
        let Some(region) = config.region().map(ToString::to_string) else {
            return Err(no_region());
        };
        let explicit = access.endpoint_url.is_some();
        let endpoint = config.endpoint_url().map(|url| Endpoint::new(url, explicit));
        Ok(Cloud {
            identity: Arc::new(AwsIdentity::new(&config)),
            stacks: Arc::new(AwsStacks::new(&config, &region, endpoint.clone())),
            storage: Arc::new(AwsStorage::new(&config, &region, endpoint.as_ref())),
            functions: Arc::new(AwsFunctions::new(&config)),
            machines: Arc::new(AwsMachines::new(&config)),
            drifts: Arc::new(AwsDrifts::new(&config)),
            executions: Arc::new(AwsExecutions::new(&config)),
            task_tokens: Arc::new(AwsTaskTokens::new(&config)),
            entries: Arc::new(AwsEntries::new(&config)),
            tables: Arc::new(AwsTables::new(&config)),
            logs: Arc::new(AwsLogs::new(&config)),
            metrics: Arc::new(AwsMetrics::new(&config)),
            permissions: Arc::new(AwsPermissions::new(&config)),
            organizations: Arc::new(AwsMailOrganizations::new(
                &config,
                access.workmail_endpoint_url.as_deref(),
            )),
            quotas: Arc::new(AwsQuotas::new(&config)),
            services: Arc::new(AwsServices::new(&config)),
            region,
        })
    }
}

fn no_region() -> CloudError {
    CloudError {
        service: "AWS",
        operation: "configuration",
        kind: ErrorKind::Invalid,
        code: None,
        message: "no region is configured".to_owned(),
        request_id: None,
        source: None,
    }
}
