//! The one HTTP client, for the services and for whatever fetches credentials.

use aws_sdk_sts::config::SharedHttpClient;
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use aws_smithy_http_client::{Builder, Connector};

/// A client on rustls with ring that goes through the proxy that HTTPS_PROXY and its like name.
///
/// The plain `build_https` would ignore a proxy; only the SDK's default client, which we do not have
/// because it brings another TLS library along, looks for one by itself.
pub(super) fn client() -> SharedHttpClient {
    Builder::new().build_with_connector_fn(|settings, components| {
        let mut connector = Connector::builder().proxy_config(ProxyConfig::from_env());
        connector.set_connector_settings(settings.cloned());
        connector.set_sleep_impl(components.and_then(|components| components.sleep_impl()));
        connector.tls_provider(Provider::Rustls(CryptoMode::Ring)).build()
    })
}

/// The same for requests that no client of the SDK makes; whoever sends one says how long it may take.
pub(super) fn connector() -> Connector {
    let connector = Connector::builder().proxy_config(ProxyConfig::from_env());
    connector.tls_provider(Provider::Rustls(CryptoMode::Ring)).build()
}
