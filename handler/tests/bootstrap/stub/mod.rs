//! A stub of Lambda's runtime API, DynamoDB and Step Functions on one local port, for one
//! invocation: it gives scripted replies and records the requests.

mod tls;

use std::collections::{HashMap, VecDeque};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::Value;

/// Longer than any invocation. It is reached only if the binary hangs.
const TEST_TIMEOUT: Duration = Duration::from_secs(20);

/// How long an invocation may take, in milliseconds.
const TIMEOUT: i64 = 14_000;

#[derive(Default)]
struct Script {
    event: Option<String>,
    /// How long the invocation may take instead of [`TIMEOUT`].
    timeout: Option<i64>,
    replies: HashMap<String, VecDeque<Reply>>,
    requests: VecDeque<(String, Value)>,
    /// The path and body that the binary posted to Lambda.
    posted: Option<(String, String)>,
}

enum Reply {
    Answer(u16, Value),
    /// The connection stays open without an answer.
    Silence,
}

#[derive(Clone)]
pub(crate) struct Stub {
    address: SocketAddr,
    shared: Arc<(Mutex<Script>, Condvar)>,
}

struct Request {
    method: String,
    path: String,
    target: String,
    body: String,
}

impl Stub {
    pub(crate) fn listen() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let stub = Self { address: listener.local_addr().unwrap(), shared: Arc::default() };
        let serving = stub.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let serving = serving.clone();
                std::thread::spawn(move || serving.serve(stream.unwrap()));
            }
        });
        stub
    }

    /// Adds a reply for a request of an operation. The replies of one operation are used in order.
    pub(crate) fn reply(&self, target: &str, status: u16, body: Value) {
        self.next(target, Reply::Answer(status, body));
    }

    /// Leaves a request of an operation without an answer.
    pub(crate) fn keep_silent(&self, target: &str) {
        self.next(target, Reply::Silence);
    }

    fn next(&self, target: &str, reply: Reply) {
        let mut script = self.shared.0.lock().unwrap();
        script.replies.entry(target.to_owned()).or_default().push_back(reply);
    }

    /// Lets Lambda's deadline be so many milliseconds after the start of the invocation.
    pub(crate) fn timeout(&self, milliseconds: i64) {
        self.shared.0.lock().unwrap().timeout = Some(milliseconds);
    }

    /// Removes and returns the oldest request of an operation.
    pub(crate) fn request(&self, target: &str) -> Value {
        let mut script = self.shared.0.lock().unwrap();
        let position = script.requests.iter().position(|(found, _)| found == target).unwrap();
        script.requests.remove(position).unwrap().1
    }

    /// The operations that were called, in order.
    pub(crate) fn targets(&self) -> Vec<String> {
        let script = self.shared.0.lock().unwrap();
        script.requests.iter().map(|(target, _)| target.clone()).collect()
    }

    #[expect(clippy::disallowed_methods, reason = "the binary under test uses real time")]
    fn serve(&self, stream: impl Read + Write) {
        let mut stream = BufReader::new(stream);
        while let Some(request) = read_request(&mut stream) {
            let Some(reply) = self.answer(&request) else {
                return std::thread::sleep(TEST_TIMEOUT);
            };
            // The binary may have ended: it is killed after it has answered.
            if stream.get_mut().write_all(reply.as_bytes()).is_err() {
                return;
            }
        }
    }

    fn answer(&self, request: &Request) -> Option<String> {
        let (lock, changed) = &*self.shared;
        let mut script = lock.lock().unwrap();
        if request.method == "GET" {
            // The binary may request an event before there is one. There is no second event, so it
            // waits until it is killed.
            let none = |script: &mut Script| script.event.is_none();
            let mut script = changed.wait_timeout_while(script, TEST_TIMEOUT, none).unwrap().0;
            let timeout = script.timeout.unwrap_or(TIMEOUT);
            let event = script.event.take();
            return Some(event.map_or(String::new(), |event| event_reply(&event, timeout)));
        }
        if request.target.is_empty() {
            script.posted = Some((request.path.clone(), request.body.clone()));
            changed.notify_all();
            return Some(response(202, "", ""));
        }
        let body = serde_json::from_str(&request.body).unwrap();
        script.requests.push_back((request.target.clone(), body));
        let next = script.replies.get_mut(&request.target).and_then(VecDeque::pop_front);
        let (status, body) = match next {
            Some(Reply::Answer(status, body)) => (status, body),
            Some(Reply::Silence) => return None,
            None => (400, serde_json::json!({"__type": "Unexpected"})),
        };
        Some(response(status, "x-amzn-requestid: aws-request\r\n", &body.to_string()))
    }

    fn posted(&self) -> (String, String) {
        let (lock, changed) = &*self.shared;
        let waiting = |script: &mut Script| script.posted.is_none();
        let waited = changed.wait_timeout_while(lock.lock().unwrap(), TEST_TIMEOUT, waiting);
        waited.unwrap().0.posted.clone().unwrap()
    }
}

fn read_request(reader: &mut impl BufRead) -> Option<Request> {
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
    let mut words = line.split(' ').map(str::to_owned);
    let (method, path) = (words.next()?, words.next()?);
    let (mut target, mut length) = (String::new(), 0);
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok()?;
        let Some((name, value)) = header.trim_end().split_once(": ") else {
            break;
        };
        match name.to_ascii_lowercase().as_str() {
            "x-amz-target" => target = value.to_owned(),
            "content-length" => length = value.parse().unwrap(),
            "transfer-encoding" => panic!("the stub does not support chunked bodies"),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Request { method, path, target, body: String::from_utf8(body).unwrap() })
}

fn event_reply(event: &str, timeout: i64) -> String {
    let deadline = epoch_milliseconds() + timeout;
    let headers = format!(
        "Lambda-Runtime-Aws-Request-Id: request-1\r\nLambda-Runtime-Deadline-Ms: {deadline}\r\n\
         Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:us-east-1:123456789012:function:f\r\n\
         Lambda-Runtime-Trace-Id: Root=1-0-0\r\n"
    );
    response(200, &headers, event)
}

fn response(status: u16, headers: &str, body: &str) -> String {
    format!("HTTP/1.1 {status} .\r\n{headers}Content-Length: {}\r\n\r\n{body}", body.len())
}

pub(crate) fn epoch_seconds() -> i64 {
    epoch_milliseconds() / 1000
}

#[expect(clippy::disallowed_methods, reason = "the binary under test uses real time")]
pub(crate) fn epoch_milliseconds() -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    i64::try_from(now.as_millis()).unwrap()
}

/// The binary, running.
pub(crate) struct Bootstrap<'a> {
    child: Child,
    stub: &'a Stub,
}

/// The binary after one invocation, or after an init that failed.
pub(crate) struct Ended {
    path: String,
    body: String,
    log: String,
    pub(crate) status: Option<ExitStatus>,
}

impl<'a> Bootstrap<'a> {
    pub(crate) fn start(stub: &'a Stub, settings: &[(&str, &str)]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bootstrap"));
        command.env_clear().stdout(Stdio::piped());
        let address = stub.address.to_string();
        let endpoint = format!("http://{address}");
        command.envs([
            ("AWS_LAMBDA_RUNTIME_API", address.as_str()),
            ("AWS_LAMBDA_FUNCTION_NAME", "f"),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128"),
            ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
            ("AWS_REGION", "us-east-1"),
            ("AWS_ACCESS_KEY_ID", "id"),
            ("AWS_SECRET_ACCESS_KEY", "secret"),
            ("AWS_SESSION_TOKEN", "token"),
            ("AWS_ENDPOINT_URL", endpoint.as_str()),
            ("STATE_MACHINE_ARN", crate::MACHINE),
            ("EXECUTION_TABLE", "Executions"),
            ("WAIT_TIME_FOR_EXECUTION", "1"),
        ]);
        command.envs(settings.iter().copied());
        Self { child: command.spawn().unwrap(), stub }
    }

    /// Sends an event and waits until the binary posts its answer.
    pub(crate) fn invoke(mut self, event: &str) -> Ended {
        self.stub.shared.0.lock().unwrap().event = Some(event.to_owned());
        self.stub.shared.1.notify_all();
        let posted = self.stub.posted();
        self.child.kill().unwrap();
        self.end(posted)
    }

    /// Sends an event, waits until the binary posts its answer, and keeps it running.
    pub(crate) fn answer(self, event: &str) -> Self {
        self.stub.shared.0.lock().unwrap().event = Some(event.to_owned());
        self.stub.shared.1.notify_all();
        self.stub.posted();
        self.stub.shared.0.lock().unwrap().posted = None;
        self
    }

    /// Waits until the binary ends by itself after a report to Lambda.
    pub(crate) fn wait(self) -> Ended {
        let posted = self.stub.posted();
        self.end(posted)
    }

    /// Waits until the binary ends by itself without a report to Lambda.
    pub(crate) fn die(self) -> Ended {
        self.end((String::new(), String::new()))
    }

    fn end(self, (path, body): (String, String)) -> Ended {
        let output = self.child.wait_with_output().unwrap();
        let log = String::from_utf8(output.stdout).unwrap();
        Ended { path, body, log, status: Some(output.status) }
    }
}

impl Ended {
    /// The answer as it was sent.
    pub(crate) fn response(&self) -> &str {
        let expected = "/2018-06-01/runtime/invocation/request-1/response";
        assert_eq!(self.path, expected, "{}", self.body);
        &self.body
    }

    /// The error's type and message.
    pub(crate) fn error(&self) -> Value {
        assert!(self.path.ends_with("/error"), "{}: {}", self.path, self.body);
        let mut error: Value = serde_json::from_str(&self.body).unwrap();
        error.as_object_mut().unwrap().remove("stackTrace");
        error
    }

    pub(crate) fn log_lines(&self) -> Vec<Value> {
        self.log.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    pub(crate) fn only_log_line(&self) -> Value {
        assert_eq!(self.log.lines().count(), 1, "{}", self.log);
        serde_json::from_str(&self.log).unwrap()
    }
}
