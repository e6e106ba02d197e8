//! A proxy for every AWS endpoint: it records the requested name, speaks TLS as that name, and
//! forwards everything to the emulator.

use std::collections::BTreeSet;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls::crypto::ring::default_provider;
use rustls::pki_types::PrivatePkcs8KeyDer;
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

use crate::emulator::Trouble;

/// A running proxy. It ends when it is dropped.
pub(crate) struct Gateway {
    /// The value of `HTTPS_PROXY`.
    pub(crate) proxy: String,
    /// The file with the certificate of its authority, the value of `SSL_CERT_FILE`.
    pub(crate) authority: PathBuf,
    shared: Arc<Shared>,
    serving: JoinHandle<()>,
}

/// What every connection needs.
struct Shared {
    issuer: CertifiedIssuer<'static, KeyPair>,
    emulator: SocketAddr,
    names: Mutex<BTreeSet<String>>,
}

impl Gateway {
    /// Starts a proxy in front of an emulator. The authority's certificate is written into
    /// `folder`.
    pub(crate) async fn before(endpoint: &str, folder: &Path) -> Result<Self, Trouble> {
        let emulator = endpoint.trim_start_matches("http://").parse();
        let emulator = emulator.map_err(|cause| Trouble::of(endpoint, cause))?;
        let issuer = authority().map_err(|cause| Trouble::of("no authority", cause))?;
        let authority = folder.join("authority.pem");
        std::fs::write(&authority, issuer.pem())
            .map_err(|cause| Trouble::of("cannot write the certificate", cause))?;
        let trouble = |cause: io::Error| Trouble::of("cannot listen", cause);
        let listener = TcpListener::bind("127.0.0.1:0").await.map_err(trouble)?;
        let proxy = format!("http://{}", listener.local_addr().map_err(trouble)?);
        let shared = Arc::new(Shared { issuer, emulator, names: Mutex::default() });
        let behind = Arc::clone(&shared);
        let serving = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let shared = Arc::clone(&behind);
                // The deployer reports a broken connection.
                tokio::spawn(async move { shared.serve(client).await });
            }
        });
        Ok(Self { proxy, authority, shared, serving })
    }

    /// The names that were requested since the last call.
    pub(crate) fn names(&self) -> BTreeSet<String> {
        std::mem::take(&mut *self.shared.names.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Shared {
    async fn serve(&self, mut client: TcpStream) -> io::Result<()> {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            if client.read_buf(&mut head).await? == 0 {
                return Ok(());
            }
        }
        let head = String::from_utf8_lossy(&head);
        let mut words = head.split_whitespace();
        let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let name = target.trim_start_matches("http://").split(['/', ':']).next();
        let name = name.unwrap_or_default().to_owned();
        self.names.lock().unwrap_or_else(PoisonError::into_inner).insert(name.clone());
        if method != "CONNECT" {
            // A request without TLS is recorded and refused.
            return client
                .write_all(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
                .await;
        }
        client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await?;
        let config = self.tls_config_for(&name).map_err(io::Error::other)?;
        let mut client = TlsAcceptor::from(Arc::new(config)).accept(client).await?;
        let mut server = TcpStream::connect(self.emulator).await?;
        copy_bidirectional(&mut client, &mut server).await?;
        Ok(())
    }

    fn tls_config_for(
        &self,
        name: &str,
    ) -> Result<ServerConfig, Box<dyn std::error::Error + Send + Sync>> {
        let key = KeyPair::generate()?;
        let params = CertificateParams::new([name.to_owned()])?;
        let certificate = params.signed_by(&key, &self.issuer)?;
        let key = PrivatePkcs8KeyDer::from(key.serialize_der());
        let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key.into())?;
        Ok(config)
    }
}

fn authority() -> Result<CertifiedIssuer<'static, KeyPair>, rcgen::Error> {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate()?)
}
