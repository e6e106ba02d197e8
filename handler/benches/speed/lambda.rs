//! A test double of Lambda's runtime API on a local port, which measures the time of invocations.

use std::io::{BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::http;

/// Longer than any operation here. It is reached only if a program hangs.
const PATIENCE: Duration = Duration::from_secs(20);

/// The timeout of the function, which Lambda passes with each event.
const FUNCTION_TIMEOUT: Duration = Duration::from_secs(14);

/// The test double of Lambda, for one process at a time.
pub(crate) struct Lambda {
    pub(crate) address: SocketAddr,
    steps: Receiver<Step>,
}

enum Step {
    /// The process requested an event, which is sent to it through this channel.
    Requested(Instant, Sender<String>),
    /// The event is about to be written.
    Sent(Instant),
    /// The process answered, with this path and body.
    Answered(Instant, String, String),
}

/// A process that waits for an event.
pub(crate) struct Waiting {
    pub(crate) since: Instant,
    event_sender: Sender<String>,
}

/// The answer to an event.
pub(crate) struct Answered {
    /// From the first byte of the event to the last byte of the answer.
    pub(crate) took: Duration,
    /// Whether the answer was an error.
    pub(crate) is_error: bool,
    pub(crate) body: String,
}

impl Lambda {
    pub(crate) fn listen() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (report, steps) = mpsc::channel();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let report = report.clone();
                thread::spawn(move || serve(stream.unwrap(), &report));
            }
        });
        Self { address, steps }
    }

    /// Waits until the process requests an event.
    pub(crate) fn next_request(&self) -> Waiting {
        match self.next() {
            Step::Requested(since, event_sender) => Waiting { since, event_sender },
            _ => panic!("the process answers without an event"),
        }
    }

    /// Sends an event and waits for the answer.
    pub(crate) fn invoke(&self, waiting: &Waiting, event: String) -> Answered {
        waiting.event_sender.send(event).unwrap();
        let Step::Sent(sent) = self.next() else { panic!("the event was not taken") };
        let Step::Answered(at, path, body) = self.next() else {
            panic!("the process requests another event before it answers")
        };
        Answered { took: at - sent, is_error: path.ends_with("/error"), body }
    }

    fn next(&self) -> Step {
        self.steps.recv_timeout(PATIENCE).expect("the process is silent")
    }
}

fn serve(stream: TcpStream, report: &Sender<Step>) {
    stream.set_nodelay(true).unwrap();
    let mut stream = BufReader::new(stream);
    // A process is killed after its measurement, which causes an error here.
    while let Ok(Some(request)) = http::read(&mut stream) {
        let now = Instant::now();
        let response = if request.method == "GET" {
            let (event_sender, take) = mpsc::channel();
            report.send(Step::Requested(now, event_sender)).unwrap();
            let Ok(event) = take.recv() else { return };
            let response = http::response(200, &headers(), &event);
            report.send(Step::Sent(Instant::now())).unwrap();
            response
        } else {
            let body = String::from_utf8(request.body).unwrap();
            report.send(Step::Answered(now, request.path, body)).unwrap();
            http::response(202, "", "")
        };
        if stream.get_mut().write_all(&response).is_err() {
            return;
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the measured program uses real time")]
fn headers() -> String {
    let deadline = SystemTime::now().duration_since(UNIX_EPOCH).unwrap() + FUNCTION_TIMEOUT;
    format!(
        "Content-Type: application/json\r\nLambda-Runtime-Aws-Request-Id: request\r\n\
         Lambda-Runtime-Deadline-Ms: {}\r\nLambda-Runtime-Invoked-Function-Arn: \
         arn:aws:lambda:us-east-1:123456789012:function:flow\r\n\
         Lambda-Runtime-Trace-Id: Root=1-0-0\r\n",
        deadline.as_millis()
    )
}
