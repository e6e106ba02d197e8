//! The message content of WorkMail in memory, because the emulator lacks that service: an HTTP server on 127.0.0.1 that
//! obeys the documented API.
//!
//! Source: Amazon WorkMail Message Flow API reference, `GetRawMessageContent` and `PutRawMessageContent`; its model in
//! botocore has the paths, the patterns, and the status codes. AWS does not publish which header fields are immutable;
//! here, these are `IMMUTABLE`.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use serde_json::{Value, json};

use crate::emulator::Trouble;
use crate::emulator::account::Account;

const IMMUTABLE: [&str; 5] = ["date", "from", "message-id", "subject", "to"];
/// Source: RFC 5321, section 4.5.3.1.6, which the API names: 1,000 with the end of the line.
const LONGEST_LINE: usize = 998;

/// The service. Its thread ends with the process.
pub(crate) struct MessageContent {
    pub(crate) address: SocketAddr,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    messages: BTreeMap<String, Message>,
    /// Successful calls, by the name of the operation.
    calls: Vec<&'static str>,
}

struct Message {
    raw: Vec<u8>,
    frozen: bool,
}

/// A request, as far as it matters here.
struct Request {
    method: String,
    path: String,
    signed_for: String,
    body: Vec<u8>,
}

/// An error of the service: its HTTP status, its name, and its message.
type Refusal = (u16, &'static str, &'static str);

impl MessageContent {
    /// Starts it on a free port. It reads changed messages from the S3 of this account.
    pub(crate) fn start(account: &Account) -> Result<Self, Trouble> {
        let trouble = |cause| Trouble::of("the message content service", cause);
        let listener = TcpListener::bind("127.0.0.1:0").map_err(trouble)?;
        let address = listener.local_addr().map_err(trouble)?;
        let state = Arc::new(Mutex::new(State::default()));
        let (shared, config) = (Arc::clone(&state), account.config.clone());
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let runtime = runtime.expect("a runtime");
            let read = |bucket: &str, key: &str| {
                // A client of its own, whose connections belong to this runtime.
                let object = aws_sdk_s3::Client::new(&config).get_object().bucket(bucket).key(key);
                runtime.block_on(async {
                    let object = object.send().await.ok()?;
                    Some(object.body.collect().await.ok()?.into_bytes().to_vec())
                })
            };
            for stream in listener.incoming().flatten() {
                // A client that goes away takes its request with it.
                let _ = serve(stream, &shared, &read);
            }
        });
        Ok(Self { address, state })
    }

    /// Puts a message in transit.
    pub(crate) fn receive(&self, id: &str, raw: &str) {
        let message = Message { raw: raw.as_bytes().to_vec(), frozen: false };
        self.state().messages.insert(id.to_owned(), message);
    }

    /// From now on, a message cannot be changed.
    pub(crate) fn freeze(&self, id: &str) {
        if let Some(message) = self.state().messages.get_mut(id) {
            message.frozen = true;
        }
    }

    /// A message as it would be delivered now.
    pub(crate) fn raw(&self, id: &str) -> String {
        let state = self.state();
        let raw = state.messages.get(id).map(|message| message.raw.as_slice());
        String::from_utf8_lossy(raw.unwrap_or_default()).into_owned()
    }

    /// The successful calls since the last time.
    pub(crate) fn take_calls(&self) -> Vec<&'static str> {
        std::mem::take(&mut self.state().calls)
    }

    /// The variable that makes a function of this machine or of the emulator use it.
    pub(crate) fn variable(&self) -> (&'static str, String) {
        ("AWS_ENDPOINT_URL_WORKMAILMESSAGEFLOW", format!("http://{}", self.address))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn serve(
    mut stream: TcpStream,
    state: &Mutex<State>,
    read: &dyn Fn(&str, &str) -> Option<Vec<u8>>,
) -> std::io::Result<()> {
    let request = Request::read(&mut stream)?;
    let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
    let (status, headers, body) = match state.answer(&request, read) {
        Ok(body) => (200, String::new(), body),
        Err((status, name, message)) => {
            let body = json!({ "message": message }).to_string().into_bytes();
            (status, format!("x-amzn-ErrorType: {name}\r\n"), body)
        }
    };
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status} -\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes())?;
    stream.write_all(&body)
}

impl Request {
    fn read(stream: &mut TcpStream) -> std::io::Result<Self> {
        let mut reader = BufReader::new(stream);
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let mut words = line.split_whitespace().map(str::to_owned);
        let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let (mut length, mut signed_for) = (0, String::new());
        loop {
            let mut header = String::new();
            reader.read_line(&mut header)?;
            let Some((name, value)) = header.trim_end().split_once(':') else { break };
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = value.trim().parse().unwrap_or(0),
                "authorization" => value.trim().clone_into(&mut signed_for),
                _ => {}
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body)?;
        Ok(Self { method, path, signed_for, body })
    }
}

impl State {
    fn answer(
        &mut self,
        request: &Request,
        read: &dyn Fn(&str, &str) -> Option<Vec<u8>>,
    ) -> Result<Vec<u8>, Refusal> {
        if !request.signed_for.contains("/workmailmessageflow/aws4_request") {
            return Err((403, "MissingAuthenticationTokenException", "the request is not signed"));
        }
        let gone = (404, "ResourceNotFoundException", "the message does not exist");
        let id = request.path.strip_prefix("/messages/").ok_or(gone)?;
        let message = self.messages.get_mut(id).ok_or(gone)?;
        match request.method.as_str() {
            "GET" => {
                self.calls.push("GetRawMessageContent");
                Ok(message.raw.clone())
            }
            "POST" => {
                message.put(&request.body, read)?;
                self.calls.push("PutRawMessageContent");
                Ok(b"{}".to_vec())
            }
            _ => Err((404, "UnknownOperationException", "no such operation")),
        }
    }
}

impl Message {
    fn put(
        &mut self,
        body: &[u8],
        read: &dyn Fn(&str, &str) -> Option<Vec<u8>>,
    ) -> Result<(), Refusal> {
        let body: Value = serde_json::from_slice(body).unwrap_or_default();
        let reference = &body["content"]["s3Reference"];
        let (bucket, key) = (reference["bucket"].as_str(), reference["key"].as_str());
        let (bucket, key) = (bucket.unwrap_or_default(), key.unwrap_or_default());
        let hyphens = |text: &str, more: &str| {
            text.chars().all(|one| one.is_ascii_alphanumeric() || one == '-' || more.contains(one))
        };
        let is_bucket = (3..=63).contains(&bucket.len())
            && hyphens(bucket, "")
            && !bucket.starts_with('-')
            && bucket == bucket.to_lowercase();
        if !is_bucket || !(1..=1024).contains(&key.len()) || !hyphens(key, "/") {
            return Err((400, "ValidationException", "the name of the bucket or of the object"));
        }
        if self.frozen {
            return Err((400, "MessageFrozen", "the message is not eligible for update"));
        }
        let there = read(bucket, key);
        let raw = there.ok_or((400, "InvalidContentLocation", "the object cannot be read"))?;
        if raw.split(|byte| *byte == b'\n').any(|line| line.len() > LONGEST_LINE + 1) {
            return Err((400, "MessageRejected", "a line is too long"));
        }
        let unchanged = |name: &str| headers(&self.raw, name) == headers(&raw, name);
        if !IMMUTABLE.into_iter().all(unchanged) {
            return Err((400, "MessageRejected", "an immutable header has changed"));
        }
        self.raw = raw;
        Ok(())
    }
}

/// The header fields with this name, as they are written.
fn headers(raw: &[u8], name: &str) -> Vec<String> {
    let text = String::from_utf8_lossy(raw);
    let mut found: Vec<String> = Vec::new();
    let mut continues = false;
    for line in text.lines().take_while(|line| !line.is_empty()) {
        match (line.starts_with([' ', '\t']), line.split_once(':')) {
            (true, _) if continues => {
                if let Some(last) = found.last_mut() {
                    last.push_str(line);
                }
            }
            (false, Some((given, value))) => {
                continues = given.eq_ignore_ascii_case(name);
                if continues {
                    found.push(value.trim_start().to_owned());
                }
            }
            _ => continues = false,
        }
    }
    found
}
