//! The process inside Lambda: init, then one answer and one log line per invocation.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::panic::{self, PanicHookInfo};
use std::process::ExitCode;
use std::sync::Mutex;
use std::time::Duration;

use jiff::Timestamp;
use lambda_runtime::{Context, Diagnostic, LambdaEvent, service_fn};
use serde_json::value::RawValue;
use tokio::time::Instant;

use crate::answered::Answered;
use crate::aws::{Clients, DynamoTable, SesBounces, StepFunctions};
use crate::error::{INVALID_SETTINGS, InvocationError, chain};
use crate::flow::{Flow, Invocation};
use crate::gate::Gate;
use crate::incoming::Incoming;
use crate::metrics::{Measured, Record};
use crate::rule::Rule;
use crate::service::{Answer, Service};
use crate::settings::{SettingFaults, Settings, TelemetrySettings};
use crate::source::Source;
use crate::telemetry::{self, EndLine, Subject};
use crate::trace::Trace;

/// The latest deadline that is believed; a later one counts as this one. The function's timeout is 14 s. Source: AWS
/// Lambda developer guide, "Lambda quotas"; the API takes up to 30 minutes.
const LONGEST_INVOCATION: Duration = Duration::from_secs(15 * 60);

/// How long to wait for Lambda to accept the report of a failed init.
const REPORT_TIMEOUT: Duration = Duration::from_secs(1);

/// Answers invocations until Lambda ends the process.
pub async fn run(settings: Result<Settings, SettingFaults>) -> ExitCode {
    panic::set_hook(Box::new(log_panic));
    let begun = settings.and_then(|settings| Ok((settings.telemetry, service(settings)?)));
    let (telemetry, service) = match begun {
        Ok(begun) => begun,
        Err(faults) => return refuse(&faults),
    };
    let answered = Mutex::new(Answered::default());
    let handler = service_fn(|event: LambdaEvent<Box<RawValue>>| {
        invoke(&service, telemetry, &answered, event)
    });
    match lambda_runtime::run(handler).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            log_end("cannot access the runtime API", "RuntimeError", &chain(&*error));
            ExitCode::FAILURE
        }
    }
}

type AwsService = Service<DynamoTable, StepFunctions, SesBounces>;

fn service(settings: Settings) -> Result<AwsService, SettingFaults> {
    let clients = Clients::new(&settings.aws).map_err(|fault| SettingFaults(vec![fault]))?;
    let flow = Flow {
        ledger: DynamoTable::new(clients.dynamodb, settings.table),
        executions: StepFunctions::new(clients.sfn),
        machine: settings.machine,
        origin: settings.output_state.into(),
        wait: settings.wait,
        on_failure: settings.on_failure,
        rule: settings.rule,
    };
    let ses = settings.sources.ses.map(|ses| Gate {
        // SES waits for an answer, whatever the kind of the rule in WorkMail.
        flow: Flow { rule: Rule::Synchronous, ..flow.clone() },
        input: ses.input,
        mode: ses.mode,
        bounces: clients.bounces,
    });
    Ok(Service { workmail: settings.sources.workmail.then_some(flow), ses })
}

async fn invoke(
    service: &AwsService,
    settings: TelemetrySettings,
    known: &Mutex<Answered>,
    event: LambdaEvent<Box<RawValue>>,
) -> Result<Answer, InvocationError> {
    let (now, began) = (now(), Instant::now());
    let mut trace = Trace::default();
    let (message, answered) = match service.read(event.payload) {
        Ok(message) => {
            let invocation = invocation(&event.context, now, began);
            let answered = service.answer(&message, invocation, &mut trace).await;
            (Some(message), answered)
        }
        Err(error) => (None, Err(error)),
    };
    let message = message.as_ref();
    if let (Some(message), false) = (message, trace.actions.is_empty()) {
        // A thread that panicked while it held the lock would have ended the process.
        trace.repeated |= known.lock().is_ok_and(|mut known| known.remember(message.key()));
    }
    let duration = began.elapsed();
    let timestamp = now + duration;
    let error = answered.as_ref().err();
    let subject = Subject {
        timestamp,
        request_id: &event.context.request_id,
        message_id: message.and_then(Incoming::message_id),
        invocation_id: message.map(Incoming::key),
        event: message.filter(|_| settings.debug).map(Incoming::without_content),
    };
    let measured = Measured {
        function_name: &event.context.env_config.function_name,
        epoch_milliseconds: timestamp.as_millisecond(),
    };
    let metrics = settings.metrics.then(|| Record::new(measured, &trace, error));
    let line = telemetry::line(subject, &trace, error, duration, metrics);
    // A verdict must not be lost because a log line cannot be written.
    let _ = telemetry::write(&mut io::stdout().lock(), &line);
    answered
}

fn invocation(context: &Context, now: Timestamp, began: Instant) -> Invocation {
    let deadline = i64::try_from(context.deadline).unwrap_or(i64::MAX);
    let left = u64::try_from(deadline.saturating_sub(now.as_millisecond())).unwrap_or(0);
    let left = Duration::from_millis(left).min(LONGEST_INVOCATION);
    Invocation { epoch_seconds: now.as_second(), deadline: began + left }
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
fn now() -> Timestamp {
    Timestamp::now()
}

impl From<InvocationError> for Diagnostic {
    fn from(error: InvocationError) -> Self {
        Self { error_type: error.type_name().to_owned(), error_message: chain(&error) }
    }
}

/// Ends a process that cannot start. Reports the reason in the log and to Lambda, which returns the
/// error to the caller.
fn refuse(faults: &SettingFaults) -> ExitCode {
    let error_message = faults.to_string();
    log_end("the settings are invalid", INVALID_SETTINGS, &error_message);
    // If neither the log nor Lambda accepts the reason, the exit code has to suffice.
    if let Some(runtime) = crate::settings::runtime_address() {
        let _ = report_init_error(&runtime, &error_message);
    }
    ExitCode::FAILURE
}

/// Logs a bug before it ends the process.
fn log_panic(panic: &PanicHookInfo<'_>) {
    log_end("the handler panicked", "Panic", &panic.to_string());
}

fn log_end(message: &'static str, error_type: &'static str, error_message: &str) {
    let line = EndLine { timestamp: now(), level: "ERROR", message, error_type, error_message };
    // If the log fails, there is no other place to report this.
    let _ = telemetry::write(&mut io::stdout().lock(), &line);
}

/// Reports a failed init to Lambda. The runtime crate reports only errors of invocations, and one
/// local request without TLS needs no HTTP client.
/// Source: AWS Lambda developer guide, "Using the Lambda runtime API for custom runtimes".
fn report_init_error(runtime: &str, error_message: &str) -> io::Result<()> {
    let body = serde_json::json!({
        "errorType": INVALID_SETTINGS,
        "errorMessage": error_message,
        "stackTrace": [],
    });
    let body = body.to_string();
    let request = format!(
        "POST /2018-06-01/runtime/init/error HTTP/1.1\r\nHost: {runtime}\r\n\
         Content-Type: application/vnd.aws.lambda.error+json\r\n\
         Lambda-Runtime-Function-Error-Type: {INVALID_SETTINGS}\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect(runtime)?;
    stream.set_read_timeout(Some(REPORT_TIMEOUT))?;
    stream.write_all(request.as_bytes())?;
    // Waiting for the answer ensures that Lambda reads the request before the process ends.
    stream.read(&mut [0; 64]).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The time that is left if Lambda's deadline is so many milliseconds after now.
    fn left(milliseconds: i64) -> Duration {
        let (now, began) = (Timestamp::UNIX_EPOCH + Duration::from_secs(1_000), Instant::now());
        let mut context = Context::default();
        context.deadline = u64::try_from(1_000_000 + milliseconds).unwrap();
        let read = invocation(&context, now, began);
        assert_eq!(read.epoch_seconds, 1_000);
        read.deadline - began
    }

    #[tokio::test(start_paused = true)]
    async fn the_deadline_is_lambdas_and_at_most_fifteen_minutes_away() {
        assert_eq!(left(-1), Duration::ZERO);
        assert_eq!(left(0), Duration::ZERO);
        assert_eq!(left(1), Duration::from_millis(1));
        assert_eq!(left(14_000), Duration::from_secs(14));
        assert_eq!(left(900_000), Duration::from_secs(900));
        assert_eq!(left(86_400_000), Duration::from_secs(900));
    }
}
