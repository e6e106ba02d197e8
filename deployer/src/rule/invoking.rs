//! Invokes the function until it gives a verdict, as a rule does.

use std::time::Duration;

use handler::rule::Rule;
use handler::source::{Checked, Source};
use handler::workmail::Message;
use handler::workmail::limits::INVOCATION_TIMEOUT;
use serde::{Deserialize, Serialize};
use tokio::time::{Instant, sleep, timeout};

use super::backoff::Pauses;
use super::log_line::LogLine;
use crate::finding::Finding;
use cloud::{CloudError, ErrorKind, Functions};

/// What a rule sends, and for how long it retries.
#[derive(Debug, Clone, Copy)]
pub struct RuleRequest<'a> {
    pub function: &'a str,
    /// The event's text: the same in every invocation.
    pub event: &'a str,
    /// The event as the handler reads it; `None` if the handler does not accept it.
    pub message: Option<&'a Message>,
    /// Whether the rule waits for a verdict.
    pub rule: Rule,
    /// For how long the rule retries; 0 is one invocation.
    pub rule_timeout: Duration,
}

/// One invocation, as a fact.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Invocation {
    /// Which one, from 1.
    pub attempt: u32,
    /// When it began, in seconds after the first.
    pub after_seconds: u64,
    /// How long it took.
    pub milliseconds: u64,
    #[serde(flatten)]
    pub response: Response,
    /// What the handler's log line says about it.
    #[serde(flatten)]
    pub log_line: LogLine,
    /// The pause before the next one; `None` if this is the last.
    pub again_in_seconds: Option<u64>,
}

/// How an invocation ended.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "response", rename_all = "snake_case")]
pub enum Response {
    /// An answer that WorkMail accepts.
    Verdict,
    /// The function did not fail, and the rule ignores its answer.
    Started,
    /// An answer that WorkMail does not accept.
    InvalidAnswer {
        /// What is wrong with it.
        findings: Vec<Finding>,
    },
    FunctionError {
        /// Its stable name, such as `NotReady`; Lambda's own errors have one, too.
        error_type: Option<String>,
        error_message: Option<String>,
    },
    /// There was no answer in the 15 seconds that WorkMail waits.
    NoAnswerInTime,
    /// Lambda refused for now, or could not be reached.
    NotInvoked {
        /// AWS's code, if AWS answered.
        code: Option<String>,
        reason: String,
    },
}

/// How the invocations ended.
#[derive(Debug)]
pub enum Ending {
    /// With a verdict.
    Verdict(Checked),
    /// The execution exists, and the rule waits for no verdict.
    Started,
    /// The rule's timeout expired.
    TimedOut,
    /// The handler will never accept this event, so a retry is pointless; WorkMail would retry.
    Rejected,
}

/// All invocations of a request.
#[derive(Debug)]
pub struct Invocations {
    pub ending: Ending,
    /// The last invocation.
    pub last: Invocation,
}

/// The handler's error for an event that it will never accept (`handler::error`).
const INVALID_MESSAGE: &str = "InvalidMessage";

/// Invokes with the same event until there is a verdict or the rule's timeout expires. Calls
/// `report` with every invocation when it has ended.
/// Fails when Lambda refuses for a reason that a retry does not fix: credentials, a permission, a
/// missing function, a request that it does not accept.
pub async fn ask(
    functions: &dyn Functions,
    request: RuleRequest<'_>,
    report: &mut dyn FnMut(&Invocation),
) -> Result<Invocations, CloudError> {
    let begun = Instant::now();
    let mut pauses = Pauses::of(request.rule, request.rule_timeout);
    let mut attempt = 0;
    loop {
        attempt += 1;
        let began_at = begun.elapsed();
        let (response, log_line, verdict) = invoke(functions, request).await?;
        let elapsed = begun.elapsed();
        let rejected = request.message.is_none() || response.is_final();
        let started = response == Response::Started;
        let pause = match (&verdict, rejected || started) {
            (None, false) => pauses.next_pause(elapsed),
            _ => None,
        };
        let invocation = Invocation {
            attempt,
            after_seconds: began_at.as_secs(),
            milliseconds: milliseconds(elapsed.saturating_sub(began_at)),
            response,
            log_line,
            again_in_seconds: pause.map(|pause| milliseconds(pause).div_ceil(1000)),
        };
        report(&invocation);
        let ending = match (verdict, pause) {
            (Some(verdict), _) => Ending::Verdict(verdict),
            (None, Some(pause)) => {
                sleep(pause).await;
                continue;
            }
            (None, None) if started => Ending::Started,
            (None, None) if rejected => Ending::Rejected,
            (None, None) => Ending::TimedOut,
        };
        return Ok(Invocations { ending, last: invocation });
    }
}

impl Invocations {
    /// Whether the rule got what it waits for.
    pub fn has_succeeded(&self) -> bool {
        matches!(self.ending, Ending::Verdict(_) | Ending::Started)
    }
}

impl Response {
    fn is_final(&self) -> bool {
        matches!(self, Self::FunctionError { error_type: Some(name), .. } if name == INVALID_MESSAGE)
    }
}

/// One invocation, and its verdict if it has one.
async fn invoke(
    functions: &dyn Functions,
    request: RuleRequest<'_>,
) -> Result<(Response, LogLine, Option<Checked>), CloudError> {
    let answer = timeout(INVOCATION_TIMEOUT, functions.invoke(request.function, request.event));
    let reply = match answer.await {
        Err(_) => return Ok((Response::NoAnswerInTime, LogLine::default(), None)),
        Ok(Err(error)) if is_temporary(error.kind) => {
            let response = Response::NotInvoked { code: error.code, reason: error.message };
            return Ok((response, LogLine::default(), None));
        }
        Ok(Err(error)) => return Err(error),
        Ok(Ok(reply)) => reply,
    };
    let log_line = reply.log.as_deref().map(LogLine::last_of).unwrap_or_default();
    if reply.failed {
        return Ok((function_error(&reply.payload), log_line, None));
    }
    if request.rule == Rule::Asynchronous {
        return Ok((Response::Started, log_line, None));
    }
    Ok(match judge(request.message, &reply.payload) {
        Ok(verdict) => (Response::Verdict, log_line, Some(verdict)),
        Err(findings) => (Response::InvalidAnswer { findings }, log_line, None),
    })
}

/// Whether a rule retries after a refusal.
fn is_temporary(refusal: ErrorKind) -> bool {
    match refusal {
        ErrorKind::Throttled | ErrorKind::Unreachable | ErrorKind::Other => true,
        ErrorKind::Denied | ErrorKind::NotFound | ErrorKind::Invalid => false,
    }
}

/// Whether WorkMail would accept an answer.
fn judge(message: Option<&Message>, answer: &str) -> Result<Checked, Vec<Finding>> {
    let Some(message) = message else {
        let sentence =
            "the event is not a message, so it is unknown whether this is a verdict for it";
        return Err(vec![Finding::error("no-message", "$", sentence)]);
    };
    let judged = message.interpret(answer);
    judged.map_err(|rejection| rejection.findings.into_iter().map(Finding::from).collect())
}

/// Lambda's description of an error, with as much of it as can be read.
fn function_error(payload: &str) -> Response {
    #[derive(Default, Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Described {
        error_type: Option<String>,
        error_message: Option<String>,
    }
    let Described { error_type, error_message } = serde_json::from_str(payload).unwrap_or_default();
    Response::FunctionError { error_type, error_message }
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
