//! The stub over TLS, with a certificate of an unknown authority.

use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::crypto::ring::default_provider;
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::Stub;

/// How to reach the stub over TLS.
pub(crate) struct Tls {
    pub(crate) endpoint: String,
    /// The file with the authority's certificate.
    pub(crate) bundle: PathBuf,
}

impl Stub {
    /// Listens on an additional port.
    pub(crate) fn listen_with_tls(&self) -> Tls {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let config = Arc::new(server(&issuer));
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let bundle = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{port}.pem"));
        std::fs::write(&bundle, issuer.pem()).unwrap();
        let serving = self.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (serving, config) = (serving.clone(), config.clone());
                let connection = ServerConnection::new(config).unwrap();
                let stream = StreamOwned::new(connection, stream.unwrap());
                std::thread::spawn(move || serving.serve(stream));
            }
        });
        Tls { endpoint: format!("https://localhost:{port}"), bundle }
    }
}

fn server(issuer: &CertifiedIssuer<'_, KeyPair>) -> ServerConfig {
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(["localhost".to_owned()]).unwrap();
    let certificate = params.signed_by(&key, issuer).unwrap();
    let key = PrivatePkcs8KeyDer::from(key.serialize_der());
    ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key.into())
        .unwrap()
}
