//! Creating the clients: region, credentials, retries, timeouts, endpoint.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{AppName, BehaviorVersion, ConfigLoader, Region};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;

use crate::{Access, Cloud, ConfiguredRegion, Connect, ConnectError, Unusable};

use super::credentials::{Load, Source};
use super::drifts::AwsDrifts;
use super::endpoint::Endpoint;
use super::entries::AwsEntries;
use super::environment::Environment;
use super::executions::AwsExecutions;
use super::functions::AwsFunctions;
use super::http::Transport;
use super::identity::AwsIdentity;
use super::logs::AwsLogs;
use super::machines::AwsMachines;
use super::metrics::AwsMetrics;
use super::observed::ObservedConfig;
use super::organizations::AwsMailOrganizations;
use super::permissions::AwsPermissions;
use super::plain::plain;
use super::profiles::{Chosen, Profiles};
use super::quotas::AwsQuotas;
use super::roles::has_environment_keys;
use super::services::AwsServices;
use super::settings;
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
    environment: Environment,
    /// Replaces the credentials of profiles and environment.
    credentials: Option<Credentials>,
    attempts: Option<u32>,
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
    /// Uses the environment of this process, and the credentials that it and the profiles describe.
    #[must_use]
    pub fn new() -> Self {
        Self { environment: Environment::of_process(), credentials: None, attempts: None }
    }

    /// Uses these environment variables and no others.
    #[must_use]
    pub fn with_environment(variables: impl IntoIterator<Item = (String, String)>) -> Self {
        let environment = Environment::new(variables);
        Self { environment, credentials: None, attempts: None }
    }

    /// Uses these credentials, whatever the environment contains.
    #[must_use]
    pub fn with_credentials(access_key: &str, secret_key: &str, session: Option<&str>) -> Self {
        let session = session.map(str::to_owned);
        let credentials = Credentials::new(access_key, secret_key, session, None, "deployer");
        Self { credentials: Some(credentials), ..Self::new() }
    }

    /// Sets the maximum number of attempts of a call, at least one.
    #[must_use]
    pub fn with_attempts(self, attempts: u32) -> Self {
        Self { attempts: Some(attempts.max(1)), ..self }
    }

    async fn config(&self, access: &Access) -> Result<(ObservedConfig, Transport), ConnectError> {
        let profiles = Profiles::read(&self.environment, access).await?;
        settings::check(&self.environment, &profiles, access)?;
        let region = access.region.as_deref().unwrap_or_default();
        settings::check_region(region, "the region")?;
        let transport = Transport::read(&self.environment, &profiles)?;
        let attempts = self.attempts.or(settings::attempts(&self.environment, &profiles));
        let attempts = attempts.unwrap_or(ATTEMPTS);
        let profile = profiles.has(&profiles.name).then(|| profiles.name.clone());
        let load = {
            let (transport, region) = (transport.clone(), region.to_owned());
            let files = profiles.files.for_sdk();
            move |environment: &Environment, profile: Option<&str>| {
                let loader = loader(environment, profile, &region, &transport, attempts);
                loader.profile_files(files.clone())
            }
        };
        let mut config = load(&self.environment, profile.as_deref());
        if let Some(url) = &access.endpoint_url {
            config = config.endpoint_url(url);
        }
        let provider = match &self.credentials {
            Some(given) => SharedCredentialsProvider::new(given.clone()),
            None => {
                let load: Load = Box::new(move |environment, profile| {
                    Box::pin(load(&environment, profile.as_deref()).load())
                });
                let calls = access.calls.clone();
                let source = Source::new(profiles, self.environment.clone(), load, calls)?;
                source.fetch(&access.codes).await?;
                SharedCredentialsProvider::new(source)
            }
        };
        let sdk = config.credentials_provider(provider).load().await;
        Ok((ObservedConfig { sdk, calls: access.calls.clone() }, transport))
    }
}

fn loader(
    environment: &Environment,
    profile: Option<&str>,
    region: &str,
    transport: &Transport,
    attempts: u32,
) -> ConfigLoader {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .operation_attempt_timeout(ATTEMPT_TIMEOUT);
    // A dated version, so that the SDK's defaults change only when this line changes.
    let mut loader = aws_config::defaults(BehaviorVersion::v2026_01_12())
        .env(environment.sdk())
        .http_client(transport.client())
        .retry_config(RetryConfig::standard().with_max_attempts(attempts))
        .timeout_config(timeouts.build())
        .region(Region::new(region.to_owned()));
    if let Ok(name) = AppName::new("deployer") {
        loader = loader.app_name(name);
    }
    match profile {
        Some(profile) => loader.profile_name(profile),
        None => loader,
    }
}

const REGION_VARIABLES: [&str; 2] = ["AWS_REGION", "AWS_DEFAULT_REGION"];

#[async_trait]
impl Connect for AwsConnect {
    async fn configured_region(
        &self,
        access: &Access,
    ) -> Result<Option<ConfiguredRegion>, Unusable> {
        let profiles = Profiles::read(&self.environment, access).await?;
        let of_environment = self.environment.first(&REGION_VARIABLES);
        let found = match of_environment {
            Some((name, region)) => Some((region, name.to_owned())),
            None => profiles.chosen_value("region").map(|region| {
                let (name, file) = (plain(&profiles.name), plain(&profiles.file));
                (region, format!("region of profile `{name}` in {file}"))
            }),
        };
        let Some((region, origin)) = found else { return Ok(None) };
        let region = region.trim();
        settings::check_region(region, &origin)?;
        Ok(Some(ConfiguredRegion { region: region.to_owned(), origin }))
    }

    async fn remarks(&self, access: &Access) -> Vec<String> {
        let Ok(profiles) = Profiles::read(&self.environment, access).await else {
            return Vec::new();
        };
        match profiles.chosen {
            Chosen::Variable(name) if has_environment_keys(&self.environment) => {
                let profile = plain(&profiles.name);
                vec![format!(
                    "the credentials of profile `{profile}` ({name}) are ignored, because \
                     AWS_ACCESS_KEY_ID is set; --profile {profile} uses them"
                )]
            }
            _ => Vec::new(),
        }
    }

    async fn connect(&self, access: &Access) -> Result<Cloud, ConnectError> {
        let (config, transport) = self.config(access).await?;
        let region = access.region.clone().unwrap_or_default();
        Ok(cloud(&config, transport, access, region))
    }

    async fn connect_to(
        &self,
        access: &Access,
        regions: &[String],
    ) -> Result<Vec<Cloud>, ConnectError> {
        for region in regions {
            settings::check_region(region, "the region")?;
        }
        let (config, transport) = self.config(access).await?;
        let clouds = regions.iter().map(|region| {
            let sdk = config.to_builder().region(Region::new(region.clone())).build();
            let config = ObservedConfig { sdk, calls: config.calls.clone() };
            cloud(&config, transport.clone(), access, region.clone())
        });
        Ok(clouds.collect())
    }
}

/// The clients for a region.
fn cloud(config: &ObservedConfig, transport: Transport, access: &Access, region: String) -> Cloud {
    let explicit = access.endpoint_url.is_some();
    let endpoint = config.endpoint_url().map(|url| Endpoint::new(url, explicit));
    Cloud {
        identity: Arc::new(AwsIdentity::new(config)),
        stacks: Arc::new(AwsStacks::new(config, &region, endpoint.clone())),
        parts: Arc::new(AwsStorage::new(config, &region, endpoint.as_ref())),
        storage: Arc::new(AwsStorage::new(config, &region, endpoint.as_ref())),
        functions: Arc::new(AwsFunctions::new(config)),
        machines: Arc::new(AwsMachines::new(config)),
        drifts: Arc::new(AwsDrifts::new(config)),
        executions: Arc::new(AwsExecutions::new(config)),
        task_tokens: Arc::new(AwsTaskTokens::new(config)),
        entries: Arc::new(AwsEntries::new(config)),
        tables: Arc::new(AwsTables::new(config)),
        logs: Arc::new(AwsLogs::new(config)),
        metrics: Arc::new(AwsMetrics::new(config)),
        permissions: Arc::new(AwsPermissions::new(config)),
        organizations: Arc::new(AwsMailOrganizations::new(
            config,
            access.workmail_endpoint_url.as_deref(),
        )),
        quotas: Arc::new(AwsQuotas::new(config)),
        keys: Arc::new(AwsServices::new(config, transport.clone())),
        topics: Arc::new(AwsServices::new(config, transport.clone())),
        services: Arc::new(AwsServices::new(config, transport)),
        region,
    }
}
