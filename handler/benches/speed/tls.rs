//! A temporary certificate authority, for realistic TLS.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls::crypto::ring::default_provider;
use rustls::pki_types::PrivatePkcs8KeyDer;

/// The name in the server's certificate. It is a name and not an address, because AWS has names,
/// and to resolve a name takes time.
pub(crate) const HOST: &str = "localhost";

/// The authority that signs the certificate of the test doubles.
pub(crate) struct Authority {
    /// The file with the certificate that the handler trusts.
    pub(crate) bundle: PathBuf,
    pub(crate) server: Arc<ServerConfig>,
}

impl Authority {
    /// Creates an authority and writes its certificate to `folder`.
    pub(crate) fn new(folder: &Path) -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let bundle = folder.join("authority.pem");
        fs::write(&bundle, issuer.pem()).unwrap();

        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new([HOST.to_owned()]).unwrap();
        let certificate = params.signed_by(&key, &issuer).unwrap();
        let server = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(
                vec![certificate.der().clone()],
                PrivatePkcs8KeyDer::from(key.serialize_der()).into(),
            )
            .unwrap();
        Self { bundle, server: Arc::new(server) }
    }
}
