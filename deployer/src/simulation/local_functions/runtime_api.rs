//! Lambda's runtime API for one process: it asks for events, and answers them.
//!
//! Source: Lambda developer guide, "Using the Lambda runtime API for custom runtimes".

use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderMap};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, JoinSet};

use super::ended::ANSWER_LIMIT;

const PREFIX: &str = "/2018-06-01/runtime/";
/// What any other address answers to a client of AWS.
const REFUSAL: &str =
    "this function runs on this machine and cannot reach AWS; --real-functions allows it";
/// How long the listener pauses if the system gives it no connection.
const REST: Duration = Duration::from_millis(50);

/// An event for a function.
#[derive(Debug)]
pub(super) struct Invocation {
    pub(super) request_id: String,
    /// In milliseconds since 1970.
    pub(super) deadline: i64,
    pub(super) arn: String,
    pub(super) trace_id: String,
    pub(super) payload: String,
}

/// What a process reports.
#[derive(Debug)]
pub(super) enum Said {
    /// It asks for an event: it is initialized, or has done its work.
    Next,
    /// Its answer.
    Answer(Vec<u8>),
    /// Its answer, which was too large to keep.
    TooMuch,
    /// Its error.
    Error(Vec<u8>),
    /// Why it cannot begin.
    NotInitialized(Vec<u8>),
}

/// The server. It ends with its value.
pub(super) struct RuntimeApi {
    /// Where it listens: on this machine only.
    pub(super) address: SocketAddr,
    invocations: mpsc::UnboundedSender<Invocation>,
    said: mpsc::UnboundedReceiver<Said>,
    server: JoinHandle<()>,
}

/// What the connections of one process share.
struct Exchange {
    invocations: tokio::sync::Mutex<mpsc::UnboundedReceiver<Invocation>>,
    said: mpsc::UnboundedSender<Said>,
    /// The request that is open.
    open: Mutex<Option<String>>,
}

impl RuntimeApi {
    /// Listens on a port that the system chooses.
    pub(super) async fn start() -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let (invocations, waiting) = mpsc::unbounded_channel();
        let (sender, said) = mpsc::unbounded_channel();
        let exchange = Exchange {
            invocations: tokio::sync::Mutex::new(waiting),
            said: sender,
            open: Mutex::default(),
        };
        let server = tokio::spawn(serve(listener, Arc::new(exchange)));
        Ok(Self { address, invocations, said, server })
    }

    /// Hands over an event: the process gets it when it asks.
    pub(super) fn send(&self, invocation: Invocation) {
        // The server lives as long as its value.
        drop(self.invocations.send(invocation));
    }

    /// What the process says next; `None` never comes while the server lives.
    pub(super) async fn next(&mut self) -> Option<Said> {
        self.said.recv().await
    }

    /// What the process has said already.
    pub(super) fn said(&mut self) -> Option<Said> {
        self.said.try_recv().ok()
    }
}

impl Drop for RuntimeApi {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn serve(listener: TcpListener, exchange: Arc<Exchange>) {
    // They end with this function.
    let mut connections = JoinSet::new();
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(REST).await;
            continue;
        };
        while connections.try_join_next().is_some() {}
        let exchange = Arc::clone(&exchange);
        connections.spawn(async move {
            let service = service_fn(move |request| {
                let exchange = Arc::clone(&exchange);
                async move { Ok::<_, Infallible>(exchange.answer(request).await) }
            });
            // The process handles a broken connection: it ends, or connects again.
            drop(http1::Builder::new().serve_connection(TokioIo::new(stream), service).await);
        });
    }
}

impl Exchange {
    async fn answer(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let (head, body) = request.into_parts();
        let Some(call) = head.uri.path().strip_prefix(PREFIX) else {
            return refused(&head.headers);
        };
        let call: Vec<&str> = call.split('/').collect();
        match (&head.method, call.as_slice()) {
            (&Method::GET, ["invocation", "next"]) => self.next().await,
            (&Method::POST, ["invocation", id, "response"]) => {
                self.close(id, body, Said::Answer).await
            }
            (&Method::POST, ["invocation", id, "error"]) => self.close(id, body, Said::Error).await,
            (&Method::POST, ["init", "error"]) => match read(body).await {
                Ok(error) => self.accept(Said::NotInitialized(error.unwrap_or_default())),
                Err(_) => problem(StatusCode::BAD_REQUEST, "BadRequest", "the error is incomplete"),
            },
            _ => problem(StatusCode::NOT_FOUND, "NotFound", "the runtime API has no such call"),
        }
    }

    async fn next(&self) -> Response<Full<Bytes>> {
        drop(self.said.send(Said::Next));
        let Some(invocation) = self.invocations.lock().await.recv().await else {
            return problem(StatusCode::GONE, "Gone", "there are no more events");
        };
        let id = invocation.request_id.clone();
        *self.open.lock().unwrap_or_else(PoisonError::into_inner) = Some(id);
        let event = Response::builder()
            .header(CONTENT_TYPE, "application/json")
            .header("Lambda-Runtime-Aws-Request-Id", invocation.request_id)
            .header("Lambda-Runtime-Deadline-Ms", invocation.deadline)
            .header("Lambda-Runtime-Invoked-Function-Arn", invocation.arn)
            .header("Lambda-Runtime-Trace-Id", invocation.trace_id)
            .body(Full::new(Bytes::from(invocation.payload)));
        event.unwrap_or_else(|error| {
            problem(StatusCode::INTERNAL_SERVER_ERROR, "InternalServerError", &error.to_string())
        })
    }

    /// Takes the answer or the error of the open request.
    async fn close(
        &self,
        id: &str,
        body: Incoming,
        said: impl FnOnce(Vec<u8>) -> Said,
    ) -> Response<Full<Bytes>> {
        let Ok(body) = read(body).await else {
            return problem(StatusCode::BAD_REQUEST, "BadRequest", "the answer is incomplete");
        };
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if open.as_deref() != Some(id) {
            return problem(StatusCode::BAD_REQUEST, "InvalidRequestID", "Invalid request ID");
        }
        *open = None;
        match body {
            Some(body) => self.accept(said(body)),
            None => {
                drop(self.said.send(Said::TooMuch));
                let sentence =
                    format!("Exceeded maximum allowed payload size ({ANSWER_LIMIT} bytes).");
                problem(StatusCode::PAYLOAD_TOO_LARGE, "RequestEntityTooLarge", &sentence)
            }
        }
    }

    fn accept(&self, said: Said) -> Response<Full<Bytes>> {
        // After the time-out, nothing waits for it.
        drop(self.said.send(said));
        document(StatusCode::ACCEPTED, &json!({ "status": "OK" }))
    }
}

/// A whole body; `None` if it is too large, of which nothing is kept.
async fn read(mut body: Incoming) -> Result<Option<Vec<u8>>, hyper::Error> {
    let mut bytes = Vec::new();
    let mut size = 0_usize;
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame?.into_data() else { continue };
        size = size.saturating_add(data.len());
        match size > ANSWER_LIMIT {
            true => bytes = Vec::new(),
            false => bytes.extend_from_slice(&data),
        }
    }
    Ok((size <= ANSWER_LIMIT).then_some(bytes))
}

fn document(status: StatusCode, value: &Value) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(value.to_string())));
    *response.status_mut() = status;
    let kind = hyper::header::HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, kind);
    response
}

fn problem(status: StatusCode, kind: &str, sentence: &str) -> Response<Full<Bytes>> {
    document(status, &json!({ "errorType": kind, "errorMessage": sentence }))
}

/// What a client of AWS gets, in the form that it understands: JSON, or XML.
fn refused(headers: &HeaderMap) -> Response<Full<Bytes>> {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if kind.contains("json") {
        let refusal = json!({ "__type": "AccessDeniedException", "message": REFUSAL });
        return document(StatusCode::FORBIDDEN, &refusal);
    }
    let error = format!("<Code>AccessDenied</Code><Message>{REFUSAL}</Message>");
    // S3 reads the error itself, the others read it in an answer.
    let error = match kind.contains("x-www-form-urlencoded") {
        true => format!("<ErrorResponse><Error><Type>Sender</Type>{error}</Error></ErrorResponse>"),
        false => format!("<Error>{error}</Error>"),
    };
    let mut response = Response::new(Full::new(Bytes::from(error)));
    *response.status_mut() = StatusCode::FORBIDDEN;
    let kind = hyper::header::HeaderValue::from_static("text/xml");
    response.headers_mut().insert(CONTENT_TYPE, kind);
    response
}
