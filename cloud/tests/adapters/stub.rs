//! A local HTTP server that sends canned responses in order and records the requests.

use std::collections::{BTreeMap, VecDeque};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use cloud::aws::AwsConnect;
use cloud::{Access, Cloud, Connect};

/// A recorded request.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    /// Method and path with query, as in `GET /bucket?tagging`.
    pub(crate) line: String,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) bytes: Vec<u8>,
    pub(crate) body: String,
}

impl Request {
    /// A field of a form body, decoded.
    pub(crate) fn field(&self, name: &str) -> Option<String> {
        let fields = self.body.split('&').filter_map(|field| field.split_once('='));
        let mut fields = fields.filter(|(key, _)| *key == name);
        fields.next().map(|(_, value)| decode(value))
    }

    /// A header, empty where it is missing.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(String::as_str).unwrap_or_default()
    }
}

/// A canned response.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, &'static str)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn ok(body: impl Into<Vec<u8>>) -> Self {
        Self::status(200, body)
    }

    pub(crate) fn status(status: u16, body: impl Into<Vec<u8>>) -> Self {
        let body = body.into();
        Self { status, headers: Vec::new(), body }
    }

    /// A successful response of an API in AWS's query protocol.
    pub(crate) fn query(action: &str, result: &str) -> Self {
        Self::ok(format!(
            "<{action}Response><{action}Result>{result}</{action}Result></{action}Response>"
        ))
    }

    /// A refusal in AWS's query protocol.
    pub(crate) fn refusal(status: u16, code: &str, message: &str) -> Self {
        let error = format!("<Code>{code}</Code><Message>{message}</Message>");
        let body = format!("<ErrorResponse><Error>{error}</Error></ErrorResponse>");
        Self::status(status, body)
    }

    /// A refusal of S3.
    pub(crate) fn s3_refusal(status: u16, code: &str) -> Self {
        let body = format!("<Error><Code>{code}</Code><Message>Said so.</Message></Error>");
        Self::status(status, body)
    }
}

/// The server.
pub(crate) struct Stub {
    pub(crate) url: String,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Stub {
    /// Listens and sends these responses in order; later requests are refused with 400.
    pub(crate) fn start(answers: Vec<Answer>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&requests);
        std::thread::spawn(move || {
            let mut answers = VecDeque::from(answers);
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let Some(request) = receive(&stream) else {
                    continue;
                };
                seen.lock().unwrap().push(request);
                let answer = answers.pop_front();
                let answer = answer.unwrap_or_else(|| Answer::status(400, "unexpected"));
                send(&mut stream, &answer);
            }
        });
        Self { url, requests }
    }

    /// A connection to the server that gives up after the first attempt.
    pub(crate) async fn connect(&self) -> Cloud {
        self.connect_with(1).await
    }

    /// A connection that retries what can be retried.
    pub(crate) async fn connect_with_retries(&self) -> Cloud {
        self.connect_with(3).await
    }

    async fn connect_with(&self, attempts: u32) -> Cloud {
        let access = Access {
            region: Some("eu-west-1".to_owned()),
            endpoint_url: Some(self.url.clone()),
            ..Access::default()
        };
        let connect = AwsConnect::with_credentials("AKIDEXAMPLE", "secret", None);
        connect.with_attempts(attempts).connect(&access).await.unwrap()
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }

    /// The request, if there was exactly one.
    pub(crate) fn request(&self) -> Request {
        let requests = self.requests();
        assert_eq!(requests.len(), 1, "{requests:#?}");
        requests.into_iter().next().unwrap()
    }

    /// Every request's method and path.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.requests().into_iter().map(|request| request.line).collect()
    }
}

fn receive(stream: &TcpStream) -> Option<Request> {
    let mut reader = BufReader::new(stream);
    let mut first = String::new();
    reader.read_line(&mut first).ok()?;
    let mut words = first.split_whitespace();
    let line = format!("{} {}", words.next()?, words.next()?);
    let mut headers = BTreeMap::new();
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok()?;
        let Some((name, value)) = header.trim().split_once(':') else {
            break;
        };
        headers.insert(name.to_lowercase(), value.trim().to_owned());
    }
    let length = headers.get("content-length").and_then(|length| length.parse().ok());
    let mut bytes = vec![0; length.unwrap_or(0)];
    reader.read_exact(&mut bytes).ok()?;
    let body = String::from_utf8_lossy(&bytes).into_owned();
    Some(Request { line, headers, bytes, body })
}

fn send(stream: &mut TcpStream, answer: &Answer) {
    let Answer { status, headers, body } = answer;
    let length = body.len();
    let headers: String =
        headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let head = format!(
        "HTTP/1.1 {status} Canned\r\ncontent-length: {length}\r\nx-amzn-requestid: rid-1\r\n\
         {headers}connection: close\r\n\r\n"
    );
    stream.write_all(&[head.as_bytes(), body].concat()).unwrap();
}

fn decode(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'%' => {
                let hex: Vec<u8> = rest.by_ref().take(2).collect();
                let hex = String::from_utf8(hex).unwrap();
                bytes.push(u8::from_str_radix(&hex, 16).unwrap());
            }
            b'+' => bytes.push(b' '),
            other => bytes.push(other),
        }
    }
    String::from_utf8(bytes).unwrap()
}
