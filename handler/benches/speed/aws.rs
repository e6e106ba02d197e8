//! Test doubles of DynamoDB and Step Functions, each on a local port of its own, because in AWS
//! they are two hosts and need two connections. They run in the process of the benchmark, so their
//! CPU time is not measured.

use std::io::{BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::answers;
use crate::http;
use crate::path::{Path, Transport};
use crate::tls::{Authority, HOST};

/// The test double of both services.
pub(crate) struct Aws {
    /// The environment variables with the endpoints for the handler.
    pub(crate) endpoints: [(&'static str, String); 2],
    counts: Arc<Counts>,
}

#[derive(Default)]
struct Counts {
    calls: AtomicUsize,
    connections: AtomicUsize,
}

/// The traffic from the handler.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Traffic {
    pub(crate) calls: usize,
    pub(crate) connections: usize,
}

impl Aws {
    pub(crate) fn listen(path: Path, transport: Transport, authority: &Authority) -> Self {
        let counts = Arc::<Counts>::default();
        let tls = (transport == Transport::Tls).then_some(&authority.server);
        let endpoints = ["AWS_ENDPOINT_URL_DYNAMODB", "AWS_ENDPOINT_URL_SFN"]
            .map(|variable| (variable, listen(path, tls.cloned(), counts.clone())));
        Self { endpoints, counts }
    }

    pub(crate) fn traffic(&self) -> Traffic {
        Traffic {
            calls: self.counts.calls.load(Ordering::SeqCst),
            connections: self.counts.connections.load(Ordering::SeqCst),
        }
    }
}

/// Serves on a new port and returns its URL.
fn listen(path: Path, tls: Option<Arc<ServerConfig>>, counts: Arc<Counts>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let scheme = if tls.is_some() { "https" } else { "http" };
    thread::spawn(move || {
        for stream in listener.incoming() {
            let (tls, counts) = (tls.clone(), counts.clone());
            thread::spawn(move || serve(path, encrypted(stream.unwrap(), tls), &counts));
        }
    });
    format!("{scheme}://{HOST}:{port}")
}

trait Stream: Read + Write {}

impl<S: Read + Write> Stream for S {}

fn encrypted(stream: TcpStream, tls: Option<Arc<ServerConfig>>) -> Box<dyn Stream> {
    stream.set_nodelay(true).unwrap();
    match tls {
        Some(tls) => Box::new(StreamOwned::new(ServerConnection::new(tls).unwrap(), stream)),
        None => Box::new(stream),
    }
}

fn serve(path: Path, stream: Box<dyn Stream>, counts: &Counts) {
    counts.connections.fetch_add(1, Ordering::SeqCst);
    let mut stream = BufReader::new(stream);
    // A handler is killed after its measurement, which causes an error here.
    while let Ok(Some(request)) = http::read(&mut stream) {
        counts.calls.fetch_add(1, Ordering::SeqCst);
        let request_body = serde_json::from_slice(&request.body).unwrap();
        let (status, body) = answers::answer(path, &request.target, &request_body);
        let headers = "Content-Type: application/x-amz-json-1.0\r\nx-amzn-requestid: request\r\n";
        let response = http::response(status, headers, &body.to_string());
        if stream.get_mut().write_all(&response).is_err() {
            return;
        }
    }
}
