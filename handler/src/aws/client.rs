//! The AWS clients, created once during init and shared by all invocations of a process.
//!
//! The environment of a Lambda function has everything that a client needs, so there is no search
//! for profiles, roles or metadata services. Their crates would double the size of the binary and
//! the time of a cold start.

use std::time::Duration;

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_dynamodb::config::{
    BehaviorVersion, IdentityCache, SharedAsyncSleep, SharedHttpClient,
    StalledStreamProtectionConfig,
};
use aws_smithy_async::rt::sleep::TokioSleep;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use aws_types::SdkConfig;
use aws_types::region::Region;

use crate::aws::bounces::SesBounces;
use crate::aws::{http, trust};
use crate::settings::{AwsSettings, SettingFault};

/// Attempts per request, including the first. If all attempts of a claim, a start and a poll reach
/// [`ATTEMPT_TIMEOUT`], they exceed the time of an invocation, and its own deadline ends it.
pub(super) const ATTEMPTS: u32 = 3;

/// The pause before the second attempt. It doubles for each further attempt, with jitter.
const FIRST_BACKOFF: Duration = Duration::from_millis(100);

/// The longest pause between two attempts.
const LONGEST_BACKOFF: Duration = Duration::from_secs(1);

/// The timeout of an attempt. AWS usually answers the requests of the protocol within tens of
/// milliseconds.
/// The latency is not documented.
pub(super) const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(3);

/// The clients of all services.
#[derive(Debug, Clone)]
pub struct Clients {
    /// DynamoDB.
    pub dynamodb: aws_sdk_dynamodb::Client,
    /// Step Functions.
    pub sfn: aws_sdk_sfn::Client,
    /// Bounces of SES.
    pub bounces: SesBounces,
}

impl Clients {
    /// Creates all clients over one HTTP client. Sends nothing.
    ///
    /// # Errors
    ///
    /// If the file of trusted certificates is unusable.
    pub fn new(settings: &AwsSettings) -> Result<Self, SettingFault> {
        let hyper = http::hyper(trust::roots(settings.ca_bundle.as_ref())?);
        let credentials = credentials(settings);
        let bounces = SesBounces::new(settings, hyper.clone(), credentials.clone());
        let shared = shared_config(settings, http::client(hyper), credentials);
        let mut dynamodb = aws_sdk_dynamodb::config::Builder::from(&shared);
        dynamodb.set_endpoint_url(settings.ledger_endpoint.clone());
        let mut sfn = aws_sdk_sfn::config::Builder::from(&shared);
        sfn.set_endpoint_url(settings.executions_endpoint.clone());
        Ok(Self {
            dynamodb: aws_sdk_dynamodb::Client::from_conf(dynamodb.build()),
            sfn: aws_sdk_sfn::Client::from_conf(sfn.build()),
            bounces,
        })
    }
}

fn credentials(settings: &AwsSettings) -> Credentials {
    Credentials::new(
        settings.access_key_id.clone(),
        settings.secret_access_key.clone(),
        settings.session_token.clone(),
        None,
        "the environment of the function",
    )
}

fn shared_config(
    settings: &AwsSettings,
    http: SharedHttpClient,
    credentials: Credentials,
) -> SdkConfig {
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .region(Region::new(settings.region.clone()))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        // The credentials are static, and the answers are short: there is nothing to cache, and no
        // stream to monitor.
        .identity_cache(IdentityCache::no_cache())
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        .http_client(http)
        .sleep_impl(SharedAsyncSleep::new(TokioSleep::new()))
        .retry_config(
            RetryConfig::standard()
                .with_max_attempts(ATTEMPTS)
                .with_initial_backoff(FIRST_BACKOFF)
                .with_max_backoff(LONGEST_BACKOFF),
        )
        .timeout_config(TimeoutConfig::builder().operation_attempt_timeout(ATTEMPT_TIMEOUT).build())
        .build()
}
