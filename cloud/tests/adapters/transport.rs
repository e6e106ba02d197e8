//! How connections are made: the certificate authorities that are trusted, and the proxy.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use cloud::aws::AwsConnect;
use cloud::{Access, Cause, CloudError, Connect, ErrorKind};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

const ANSWER: &str = "<GetCallerIdentityResponse><GetCallerIdentityResult><Account>123456789012</Account>\
                      <Arn>a</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>";

/// A TLS server whose certificate an authority of its own has signed.
struct SecureStub {
    url: String,
    /// The certificate of the authority.
    authority: PathBuf,
    connections: Arc<AtomicUsize>,
}

impl SecureStub {
    fn start(name: &str) -> Self {
        let mut params = CertificateParams::new([]).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let authority = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.pem"));
        std::fs::write(&authority, issuer.pem()).unwrap();
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(["localhost".to_owned()]).unwrap();
        let certificate = params.signed_by(&key, &issuer).unwrap().der().clone();
        let key = PrivatePkcs8KeyDer::from(key.serialize_der()).into();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider);
        let config = config.with_safe_default_protocol_versions().unwrap().with_no_client_auth();
        let config = Arc::new(config.with_single_cert(vec![certificate], key).unwrap());
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("https://localhost:{}", listener.local_addr().unwrap().port());
        let connections = Arc::new(AtomicUsize::new(0));
        let seen = Arc::clone(&connections);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                seen.fetch_add(1, Ordering::Relaxed);
                let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
                // The client reports a broken connection.
                let _ = answer(StreamOwned::new(connection, stream.unwrap()));
            }
        });
        Self { url, authority, connections }
    }
}

fn answer(mut stream: impl Read + Write) -> std::io::Result<()> {
    let mut request = Vec::new();
    let mut part = [0; 4096];
    while !request.windows(4).any(|end| end == b"\r\n\r\n") {
        let count = stream.read(&mut part)?;
        if count == 0 {
            return Ok(());
        }
        request.extend_from_slice(&part[..count]);
    }
    let length = ANSWER.len();
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n");
    stream.write_all(&[head.as_bytes(), ANSWER.as_bytes()].concat())?;
    stream.flush()
}

async fn caller(variables: &[(&str, &str)]) -> Result<String, CloudError> {
    let all = [
        ("AWS_ACCESS_KEY_ID", "x"),
        ("AWS_SECRET_ACCESS_KEY", "y"),
        ("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent"),
    ];
    let all = all.iter().chain(variables);
    let owned = all.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let connect = AwsConnect::with_environment(owned.collect::<Vec<_>>()).with_attempts(3);
    let access = Access { region: Some("us-east-1".to_owned()), ..Access::default() };
    let cloud = connect.connect(&access).await.unwrap();
    cloud.identity.caller().await.map(|caller| caller.account)
}

fn hints(error: &CloudError) -> String {
    let cause = error.source.as_ref().and_then(|source| source.downcast_ref::<Cause>());
    cause.map(|cause| cause.hints.join("; ")).unwrap_or_default()
}

#[tokio::test]
async fn the_authorities_of_a_file_are_trusted() {
    let stub = SecureStub::start("trusted");
    let authority = stub.authority.to_str().unwrap();
    let url = ("AWS_ENDPOINT_URL", stub.url.as_str());
    for variable in ["AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"] {
        assert_eq!(
            caller(&[url, (variable, authority)]).await.unwrap(),
            "123456789012",
            "{variable}"
        );
    }
    let config = stub.authority.with_extension("config");
    std::fs::write(&config, format!("[default]\nca_bundle = {authority}\n")).unwrap();
    let config = ("AWS_CONFIG_FILE", config.to_str().unwrap());
    assert_eq!(caller(&[url, config]).await.unwrap(), "123456789012");
}

#[tokio::test]
async fn a_certificate_that_is_not_trusted_is_not_tried_again() {
    let stub = SecureStub::start("untrusted");
    // The authority of another server replaces those of the system.
    let other = SecureStub::start("untrusted-other");
    let variables = [
        ("AWS_ENDPOINT_URL", stub.url.as_str()),
        ("AWS_CA_BUNDLE", other.authority.to_str().unwrap()),
    ];
    let error = caller(&variables).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unreachable);
    assert!(hints(&error).contains("AWS_CA_BUNDLE"), "{error:?}");
    assert_eq!(stub.connections.load(Ordering::Relaxed), 1);
}

/// A proxy that refuses every request; returns its address.
fn refusing_proxy() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream: TcpStream = stream.unwrap();
            let mut part = [0; 4096];
            let _ = stream.read(&mut part);
            let refusal =
                "HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
            let _ = stream.write_all(refusal.as_bytes());
        }
    });
    address
}

#[tokio::test]
async fn a_proxy_that_refuses_is_named_without_its_password() {
    let stub = SecureStub::start("proxied");
    let proxy = refusing_proxy();
    let proxy_url = format!("http://me:secret@{proxy}");
    let authority = stub.authority.to_str().unwrap();
    let variables = [
        ("AWS_ENDPOINT_URL", stub.url.as_str()),
        ("AWS_CA_BUNDLE", authority),
        ("HTTPS_PROXY", proxy_url.as_str()),
    ];
    let error = caller(&variables).await.unwrap_err();
    let hints = hints(&error);
    assert!(hints.contains(&format!("http://…@{proxy} (HTTPS_PROXY)")), "{error:?}");
    assert!(!format!("{error:?}").contains("secret"), "{error:?}");
    assert_eq!(stub.connections.load(Ordering::Relaxed), 0);
    let without = [variables[0], variables[1], variables[2], ("NO_PROXY", "localhost")];
    assert_eq!(caller(&without).await.unwrap(), "123456789012");
}
