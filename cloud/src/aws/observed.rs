//! Passes every call that the SDK makes to a [`CallObserver`].
//!
//! The SDK's configuration for all services takes no interceptors, but the configuration of each
//! service does. So every adapter creates its client with [`client_config`].

use std::ops::Deref;

use aws_config::SdkConfig;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::{
    BeforeSerializationInterceptorContextRef, FinalizerInterceptorContextRef,
};
use aws_smithy_runtime_api::client::interceptors::{Intercept, SharedInterceptor};
use aws_smithy_runtime_api::client::orchestrator::{HttpResponse, Metadata};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::{ConfigBag, Storable, StoreReplace};
use tokio::time::Instant;

use super::services::{element, refusal};
use crate::{CallObserver, CallOutcome, FinishedCall};

/// A configuration of the SDK, and the observer of its calls.
#[derive(Debug, Clone)]
pub(super) struct ObservedConfig {
    pub(super) sdk: SdkConfig,
    pub(super) calls: CallObserver,
}

impl Deref for ObservedConfig {
    type Target = SdkConfig;

    fn deref(&self) -> &SdkConfig {
        &self.sdk
    }
}

impl ObservedConfig {
    /// The interceptor for a client, if calls are observed.
    pub(super) fn interceptor(&self) -> Option<SharedInterceptor> {
        self.calls.is_on().then(|| SharedInterceptor::new(Watch { calls: self.calls.clone() }))
    }
}

/// Creates the configuration of a service's client, as a builder:
/// `client_config!(aws_sdk_s3, config)`. The types differ between the services and have no trait in
/// common.
macro_rules! client_config {
    ($sdk:ident, $config:expr) => {{
        let config: &$crate::aws::observed::ObservedConfig = $config;
        let mut builder = $sdk::config::Builder::from(&config.sdk);
        if let Some(interceptor) = config.interceptor() {
            builder.push_interceptor(interceptor);
        }
        builder
    }};
}
pub(super) use client_config;

/// Measures each call.
#[derive(Debug)]
struct Watch {
    calls: CallObserver,
}

/// What is known of a call while it is made.
#[derive(Debug, Clone)]
struct Underway {
    since: Instant,
    attempts: u32,
}

impl Storable for Underway {
    type Storer = StoreReplace<Self>;
}

impl Intercept for Watch {
    fn name(&self) -> &'static str {
        "Watch"
    }

    fn read_before_execution(
        &self,
        _context: &BeforeSerializationInterceptorContextRef<'_>,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let underway = Underway { since: Instant::now(), attempts: 0 };
        config.interceptor_state().store_put(underway);
        Ok(())
    }

    fn read_after_attempt(
        &self,
        _context: &FinalizerInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let Some(mut underway) = config.load::<Underway>().cloned() {
            underway.attempts += 1;
            config.interceptor_state().store_put(underway);
        }
        Ok(())
    }

    fn read_after_execution(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let (Some(underway), Some(called)) = (config.load::<Underway>(), config.load::<Metadata>())
        else {
            return Ok(());
        };
        let accepted = matches!(context.output_or_error(), Some(Ok(_)));
        self.calls.observe(&FinishedCall {
            service: called.service().to_owned(),
            operation: called.name().to_owned(),
            duration: underway.since.elapsed(),
            attempts: underway.attempts,
            outcome: outcome(accepted, context.response()),
            request_id: context.response().and_then(request_id),
        });
        Ok(())
    }
}

/// How a call ended that the deployer signed itself.
pub(super) fn outcome_of(status: Option<u16>, code: Option<String>) -> CallOutcome {
    match status {
        Some(status) if status < 300 => CallOutcome::Accepted(Some(status)),
        Some(status) => CallOutcome::Refused { status, code },
        None => CallOutcome::Unanswered,
    }
}

fn outcome(accepted: bool, response: Option<&HttpResponse>) -> CallOutcome {
    let status = response.map(|response| response.status().as_u16());
    match (accepted, response, status) {
        (true, _, status) => CallOutcome::Accepted(status),
        (false, Some(response), Some(status)) if status >= 300 => {
            CallOutcome::Refused { status, code: error_code(response) }
        }
        // A response that is incomplete or cannot be read.
        (false, _, _) => CallOutcome::Unanswered,
    }
}

const REQUEST_IDS: [&str; 2] = ["x-amzn-requestid", "x-amz-request-id"];

fn request_id(response: &HttpResponse) -> Option<String> {
    REQUEST_IDS.iter().find_map(|name| response.headers().get(name)).map(str::to_owned)
}

/// The code of an error: in a header, in JSON, or in XML. The name of the API may precede it, and a
/// URL may follow.
fn error_code(response: &HttpResponse) -> Option<String> {
    let plain = |code: &str| {
        let code = code.split(':').next().unwrap_or_default();
        code.rsplit('#').next().unwrap_or_default().to_owned()
    };
    if let Some(code) = response.headers().get("x-amzn-errortype") {
        return Some(plain(code));
    }
    let body = String::from_utf8_lossy(response.body().bytes()?);
    let code = element(&body, "Code").or_else(|| refusal(&body).0)?;
    Some(plain(&code))
}
