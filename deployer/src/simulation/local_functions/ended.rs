//! How an invocation ends, and what Lambda answers then.

use std::process::ExitStatus;
use std::time::Duration;

use serde_json::{Value, json};

/// The largest event and, with some room for its envelope, the largest answer, in bytes. Source: Lambda quotas,
/// "Invocation payload", 6 MB; the second is what Lambda's error says.
pub(super) const PAYLOAD_LIMIT: usize = 6_291_456;
pub(super) const ANSWER_LIMIT: usize = 6_291_556;

/// The exit code of a shell and of the client for Python for a process that was killed.
const KILLED: i32 = 137;
/// What Node.js says on Windows when it has no more memory.
const ABORTED: i32 = 134;

/// How an invocation ended.
#[derive(Debug)]
pub(super) enum Ended {
    /// With an answer.
    Answered(Vec<u8>),
    /// With an error that the runtime describes.
    Failed(Vec<u8>),
    /// The same, before the handler was called.
    NotInitialized(Vec<u8>),
    /// With an answer that is too large.
    TooLarge,
    /// It took too long.
    TimedOut,
    /// The process ended. Without a status, the system does not say how.
    Exited {
        status: Option<ExitStatus>,
        /// Whether memory was the reason.
        out_of_memory: bool,
    },
}

/// What Lambda returns for it.
pub(super) struct Described {
    /// Whether it is an error.
    pub(super) failed: bool,
    /// The answer, or the error as JSON.
    pub(super) payload: String,
    /// What the line `REPORT` contains besides the figures.
    pub(super) status: Option<String>,
}

impl Ended {
    /// Sources: the runtime interface emulator for the time-out; messages of AWS that users quote for the others;
    /// Lambda developer guide, "Failures during the invoke phase", for the end of the line `REPORT`.
    pub(super) fn described(self, request_id: &str, timeout: Duration) -> Described {
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        match self {
            Self::Answered(payload) => {
                Described { failed: false, payload: text(payload), status: None }
            }
            Self::Failed(payload) => {
                Described { failed: true, payload: text(payload), status: None }
            }
            Self::NotInitialized(payload) => {
                let payload = text(payload);
                let read: Option<Value> = serde_json::from_str(&payload).ok();
                let kind = read.as_ref().and_then(|it| it.get("errorType")?.as_str());
                let status = error(kind.unwrap_or("Runtime.Unknown"));
                Described { failed: true, status, payload }
            }
            Self::TooLarge => {
                let message = format!(
                    "Response payload size exceeded maximum allowed payload size ({ANSWER_LIMIT} bytes)."
                );
                failure("Function.ResponseSizeTooLarge", &message)
            }
            Self::TimedOut => {
                let seconds = timeout.as_secs_f64();
                let message = format!(
                    "RequestId: {request_id} Error: Task timed out after {seconds:.2} seconds"
                );
                let status = Some("Status: timeout".to_owned());
                Described { status, ..failure("Sandbox.Timedout", &message) }
            }
            Self::Exited { status, out_of_memory } => {
                let kind = if out_of_memory { "Runtime.OutOfMemory" } else { "Runtime.ExitError" };
                let end = end(status, out_of_memory);
                failure(kind, &format!("RequestId: {request_id} Error: Runtime exited {end}"))
            }
        }
    }
}

fn failure(kind: &str, message: &str) -> Described {
    let payload = json!({ "errorType": kind, "errorMessage": message }).to_string();
    Described { failed: true, payload, status: error(kind) }
}

fn error(kind: &str) -> Option<String> {
    Some(format!("Status: error\tError Type: {kind}"))
}

/// The end of a process in Go's words, which are Lambda's.
fn end(status: Option<ExitStatus>, out_of_memory: bool) -> String {
    let Some(status) = status.filter(|status| !status.success()) else {
        return "without providing a reason".to_owned();
    };
    let how = match (status.code(), signal(status)) {
        _ if out_of_memory => "signal: killed".to_owned(),
        (Some(code), _) => format!("exit status {code}"),
        (None, Some(6)) => "signal: aborted".to_owned(),
        (None, Some(9)) => "signal: killed".to_owned(),
        (None, Some(11)) => "signal: segmentation fault".to_owned(),
        (None, Some(15)) => "signal: terminated".to_owned(),
        (None, Some(other)) => format!("signal: {other}"),
        (None, None) => status.to_string(),
    };
    format!("with error: {how}")
}

/// Whether a process ended because it ran out of memory. `says_so` is whether its log shows that.
pub(super) fn is_out_of_memory(status: Option<ExitStatus>, says_so: bool) -> bool {
    let Some(status) = status else { return false };
    let killed = status.code() == Some(KILLED) || signal(status) == Some(9);
    let aborted = status.code() == Some(ABORTED) || signal(status) == Some(6);
    killed || (aborted && says_so)
}

#[cfg(unix)]
fn signal(status: ExitStatus) -> Option<i32> {
    std::os::unix::process::ExitStatusExt::signal(&status)
}

#[cfg(not(unix))]
fn signal(_: ExitStatus) -> Option<i32> {
    None
}
