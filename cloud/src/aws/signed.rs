//! A signed request to a service without an SDK client here. A client would be large, and would
//! parse and rebuild what is only passed on.

use std::sync::OnceLock;
use std::time::Duration;

use aws_credential_types::provider::ProvideCredentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4::SigningParams;
use aws_smithy_runtime_api::client::http::{HttpConnector, SharedHttpConnector};
use aws_smithy_runtime_api::client::identity::Identity;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;
use tokio::time::timeout;

use super::http::Transport;
use super::observed::ObservedConfig;
use crate::CallObserver;

/// The timeout of a response.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Why there was no response; the caller adds to which request.
pub(super) type RequestError = Box<dyn std::error::Error + Send + Sync>;

/// The response of a service.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) request_id: Option<String>,
    pub(super) body: String,
}

/// Sends signed requests with the credentials, region, and endpoint of a configuration.
pub(super) struct SignedClient {
    config: ObservedConfig,
    transport: Transport,
    /// Created for the first request, because it reads the trusted root certificates.
    connector: OnceLock<SharedHttpConnector>,
}

impl SignedClient {
    pub(super) fn new(config: &ObservedConfig, transport: Transport) -> Self {
        Self { config: config.clone(), transport, connector: OnceLock::new() }
    }

    /// The observer of calls.
    pub(super) fn calls(&self) -> &CallObserver {
        &self.config.calls
    }

    /// Posts a body to a service.
    pub(super) async fn post(
        &self,
        service: &str,
        headers: &[(&'static str, String)],
        body: String,
    ) -> Result<Answer, RequestError> {
        let request = self.request(service, headers, body).await?;
        let connector = || self.transport.connector(request.uri());
        let connector = self.connector.get_or_init(connector);
        let answer = connector.call(request);
        let answer = timeout(TIMEOUT, answer).await??;
        let request_id = answer.headers().get("x-amzn-requestid").map(str::to_owned);
        let status = answer.status().as_u16();
        let body = timeout(TIMEOUT, ByteStream::new(answer.into_body()).collect()).await??;
        let body = String::from_utf8_lossy(&body.into_bytes()).into_owned();
        Ok(Answer { status, request_id, body })
    }

    async fn request(
        &self,
        service: &str,
        headers: &[(&'static str, String)],
        body: String,
    ) -> Result<HttpRequest, RequestError> {
        let region = self.config.region().ok_or("no region is configured")?;
        let url = match self.config.endpoint_url() {
            Some(url) => format!("{}/", url.trim_end_matches('/')),
            None => format!("https://{service}.{region}.amazonaws.com/"),
        };
        let provider = self.config.credentials_provider().ok_or("there are no credentials")?;
        let identity: Identity = provider.provide_credentials().await?.into();
        let time = self.config.time_source().ok_or("there is no clock")?.now();
        let signing = SigningParams::builder()
            .identity(&identity)
            .region(region.as_ref())
            .name(service)
            .time(time)
            .settings(SigningSettings::default())
            .build()?
            .into();
        let pairs = headers.iter().map(|(name, value)| (*name, value.as_str()));
        let signable =
            SignableRequest::new("POST", &url, pairs, SignableBody::Bytes(body.as_bytes()))?;
        let (signature, _) = sign(signable, &signing)?.into_parts();
        let mut request = HttpRequest::new(SdkBody::from(body));
        request.set_method("POST")?;
        request.set_uri(url)?;
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.clone());
        }
        for header in signature.into_parts().0 {
            request.headers_mut().insert(header.name(), header.value().to_owned());
        }
        Ok(request)
    }
}
