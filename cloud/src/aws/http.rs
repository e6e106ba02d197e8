//! The HTTP client, for the services and for fetching credentials.

use aws_sdk_sts::config::SharedHttpClient;
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use aws_smithy_http_client::{Builder, Connector};

/// A client with rustls and ring that uses the proxy that HTTPS_PROXY or a similar variable names.
///
/// The plain `build_https` would ignore a proxy. Only the SDK's default client looks for one by
/// itself, and this crate does not use that client because it adds another TLS library.
pub(super) fn client() -> SharedHttpClient {
    Builder::new().build_with_connector_fn(|settings, components| {
        let mut connector = Connector::builder().proxy_config(ProxyConfig::from_env());
        connector.set_connector_settings(settings.cloned());
        connector.set_sleep_impl(components.and_then(|components| components.sleep_impl()));
        connector.tls_provider(Provider::Rustls(CryptoMode::Ring)).build()
    })
}

/// The same for requests without an SDK client; the caller sets the timeout.
pub(super) fn connector() -> Connector {
    let connector = Connector::builder().proxy_config(ProxyConfig::from_env());
    connector.tls_provider(Provider::Rustls(CryptoMode::Ring)).build()
}
