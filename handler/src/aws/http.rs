//! The HTTP client of all AWS clients: HTTP/1.1 over rustls, with connection reuse.
//!
//! The SDK's own client can read root certificates only from the system or from PEM text. It reads
//! them once for every AWS client and again for the first request, which takes longer than the rest
//! of init. The SDK's trait for HTTP clients is small, so this module implements it over hyper.

use std::sync::Arc;
use std::time::Duration;

use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpClient, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector as TcpConnector;
use hyper_util::rt::TokioExecutor;
use rustls::{ClientConfig, RootCertStore};

/// The timeout for connections. A connection within a region takes milliseconds, so one that takes
/// this long fails.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);

/// Creates a connector that trusts `roots`. Clones share its connections.
pub(super) fn hyper(roots: RootCertStore) -> Hyper {
    Hyper(Client::builder(TokioExecutor::new()).build(https(roots)))
}

/// Creates the SDK's client over a connector.
pub(super) fn client(hyper: Hyper) -> SharedHttpClient {
    let connector = SharedHttpConnector::new(hyper);
    // The SDK's connector settings contain only timeouts, and this connector has its own.
    http_client_fn(move |_, _| connector.clone())
}

fn https(roots: RootCertStore) -> HttpsConnector<TcpConnector> {
    let mut tcp = TcpConnector::new();
    tcp.set_connect_timeout(Some(CONNECT_TIMEOUT));
    tcp.set_nodelay(true);
    tcp.enforce_http(false);
    let tls =
        ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("ring has cipher suites for the default versions")
            .with_root_certificates(roots)
            .with_no_client_auth();
    HttpsConnectorBuilder::new()
        .with_tls_config(tls)
        .https_or_http()
        .enable_http1()
        .wrap_connector(tcp)
}

/// The connector.
#[derive(Debug, Clone)]
pub(super) struct Hyper(Client<HttpsConnector<TcpConnector>, SdkBody>);

impl HttpConnector for Hyper {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let sent = request.try_into_http1x().map(|request| self.0.request(request));
        HttpConnectorFuture::new(async move {
            let sent = sent.map_err(|fault| ConnectorError::user(fault.into()))?;
            // The request bodies are in memory, so only the network can fail here. The SDK retries
            // such requests.
            let response = sent.await.map_err(|fault| ConnectorError::io(fault.into()))?;
            HttpResponse::try_from(response.map(SdkBody::from_body_1_x))
                .map_err(|fault| ConnectorError::other(fault.into(), None))
        })
    }
}
