//! The HTTP client, for the services and for fetching credentials.

use std::error::Error;

use aws_smithy_http_client::tls::{Provider, TlsContext, rustls_provider::CryptoMode};
use aws_smithy_http_client::{Builder, Connector};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;

use super::environment::Environment;
use super::plain::links;
use super::profiles::Profiles;
use super::proxy::Proxy;
use super::trust;
use crate::Unusable;

/// How connections are made: the authorities that are trusted, and the proxies.
#[derive(Debug, Clone)]
pub(super) struct Transport {
    trust: TlsContext,
    http: Proxy,
    https: Proxy,
}

impl Transport {
    /// Reads the settings. Fails when a file of authorities or a proxy cannot be used.
    pub(super) fn read(environment: &Environment, profiles: &Profiles) -> Result<Self, Unusable> {
        Ok(Self {
            trust: trust::context(environment, profiles)?,
            http: Proxy::http(environment)?,
            https: Proxy::https(environment)?,
        })
    }

    /// A client with rustls and ring.
    ///
    /// The SDK's default client adds another TLS library, and its `build_https` ignores proxies.
    pub(super) fn client(&self) -> SharedHttpClient {
        let one = |proxy: &Proxy| {
            let (proxy, trust) = (proxy.config(), self.trust.clone());
            Builder::new().build_with_connector_fn(move |settings, components| {
                let mut connector = Connector::builder().proxy_config(proxy.clone());
                connector.set_connector_settings(settings.cloned());
                connector.set_sleep_impl(components.and_then(RuntimeComponents::sleep_impl));
                let connector = connector.tls_provider(Provider::Rustls(CryptoMode::Ring));
                connector.tls_context(trust.clone()).build()
            })
        };
        SharedHttpClient::new(ByScheme {
            http: Route { client: one(&self.http), proxy: self.http.shown.clone() },
            https: Route { client: one(&self.https), proxy: self.https.shown.clone() },
        })
    }

    /// The same for requests to HTTPS or HTTP without an SDK client; the caller sets the timeout.
    pub(super) fn connector(&self, url: &str) -> SharedHttpConnector {
        let proxy = if url.starts_with("https:") { &self.https } else { &self.http };
        let connector = Connector::builder().proxy_config(proxy.config());
        let connector = connector.tls_provider(Provider::Rustls(CryptoMode::Ring));
        let connector = connector.tls_context(self.trust.clone()).build();
        let (connector, proxy) = (SharedHttpConnector::new(connector), proxy.shown.clone());
        SharedHttpConnector::new(Explained { connector, proxy })
    }
}

/// A connector whose failures say what they mean.
#[derive(Debug)]
struct Explained {
    connector: SharedHttpConnector,
    proxy: Option<String>,
}

impl HttpConnector for Explained {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let (answer, proxy) = (self.connector.call(request), self.proxy.clone());
        HttpConnectorFuture::new(
            async move { answer.await.map_err(|error| explained(error, proxy)) },
        )
    }
}

/// A client for each scheme of URLs, because each can have another proxy.
#[derive(Debug, Clone)]
struct ByScheme {
    http: Route,
    https: Route,
}

#[derive(Debug, Clone)]
struct Route {
    client: SharedHttpClient,
    proxy: Option<String>,
}

impl HttpClient for ByScheme {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let (settings, components) = (settings.clone(), components.clone());
        SharedHttpConnector::new(Choice { routes: self.clone(), settings, components })
    }
}

/// Chooses the client when the URL is known; its connectors live as long as the client.
#[derive(Debug)]
struct Choice {
    routes: ByScheme,
    settings: HttpConnectorSettings,
    components: RuntimeComponents,
}

impl HttpConnector for Choice {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let is_https = request.uri().starts_with("https:");
        let route = if is_https { &self.routes.https } else { &self.routes.http };
        let connector = route.client.http_connector(&self.settings, &self.components);
        Explained { connector, proxy: route.proxy.clone() }.call(request)
    }
}

/// What a failed connection means for the next attempt and for a person.
fn explained(error: ConnectorError, proxy: Option<String>) -> ConnectorError {
    if is_untrusted(&error) {
        // The next attempt would meet the same certificate.
        return ConnectorError::user(Untrusted { source: error.into() }.into());
    }
    match proxy {
        Some(proxy) if !error.is_timeout() || proxy_refused(&error) => {
            let timeout = error.is_timeout();
            let source = ThroughProxy { proxy, source: error.into() }.into();
            if timeout { ConnectorError::timeout(source) } else { ConnectorError::io(source) }
        }
        _ => error,
    }
}

fn is_untrusted(error: &ConnectorError) -> bool {
    links(error).any(|link| link.to_string().contains("invalid peer certificate"))
}

fn proxy_refused(error: &ConnectorError) -> bool {
    links(error).any(|link| link.to_string().contains("tunnel"))
}

/// The certificate of the other side is not trusted.
#[derive(Debug, thiserror::Error)]
#[error("the certificate of the server is not trusted")]
pub(super) struct Untrusted {
    source: Box<dyn Error + Send + Sync>,
}

/// A request that goes through a proxy got no response.
#[derive(Debug, thiserror::Error)]
#[error("the request goes through the proxy {proxy}")]
pub(super) struct ThroughProxy {
    pub(super) proxy: String,
    source: Box<dyn Error + Send + Sync>,
}
