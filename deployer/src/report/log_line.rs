//! Log lines as text: the time, the message, the result and the duration.

use anstyle::Style;
use jiff::Timestamp;

use super::style::{DIM, ERROR, SUCCESS, WARNING, styled};
use crate::logs::{
    ExecutionLine, InvocationLine, Level, Line, ParsedLine, PlatformLine, is_error_name,
};
use cloud::CloudError;

/// The remark that the search found no line.
pub fn nothing_logged(since: Timestamp) -> String {
    let sentence =
        format!("nothing was logged since {since}; an earlier --since looks further back");
    styled(WARNING, &sentence)
}

/// The remark that a poll failed while a log is followed.
pub fn look_failed(error: &CloudError) -> String {
    styled(WARNING, &format!("a look failed and will be repeated: {error}"))
}

/// One line, with further details below it.
pub(super) fn log_line(line: &Line, parsed: &ParsedLine) -> String {
    let (what, remarks) = match parsed {
        ParsedLine::Invocation(line) => (invocation(line), line.remarks()),
        ParsedLine::Process(line) => {
            (format!("{}: {}", line.message, line.error_type), vec![line.error_message.clone()])
        }
        ParsedLine::Platform(line) => (platform(line), Vec::new()),
        ParsedLine::Execution(line) => execution(line),
        ParsedLine::Text(_) => {
            let mut lines = line.text().lines().map(str::to_owned);
            (lines.next().unwrap_or_default(), lines.collect())
        }
    };
    let level = parsed.level();
    let time = line.event.timestamp.strftime("%H:%M:%S");
    let mut formatted =
        format!("{time} {} ", styled(style(level), &format!("{:<5}", level.as_str())));
    let body = printable(&what);
    formatted.push_str(&if level == Level::Debug { styled(DIM, &body) } else { body });
    for remark in remarks.iter().flat_map(|remark| remark.lines()) {
        formatted.push_str(&format!("\n         {}", printable(remark)));
    }
    formatted
}

fn style(level: Level) -> Style {
    match level {
        Level::Debug => DIM,
        Level::Info => SUCCESS,
        Level::Warn => WARNING,
        Level::Error => ERROR,
    }
}

/// The message and the result of the invocation.
fn invocation(line: &InvocationLine) -> String {
    let subject = match (&line.message_id, &line.invocation_id) {
        (Some(message), _) => message.clone(),
        (None, Some(invocation)) => format!("invocation {invocation}"),
        (None, None) => format!("request {}", line.request_id),
    };
    format!("{subject} {}", invocation_result(line))
}

/// The result of an invocation, its duration, and how it was reached.
pub(super) fn invocation_result(line: &InvocationLine) -> String {
    let milliseconds = line.milliseconds;
    let result = match &line.error_type {
        None if line.is_asynchronous() => format!("started in {milliseconds} ms"),
        None => format!("answered in {milliseconds} ms"),
        Some(_) if line.is_pending() => format!("not ready after {milliseconds} ms"),
        Some(error) => format!("{error} after {milliseconds} ms"),
    };
    let path = match line.path.as_deref() {
        Some("retry") => ", asked again",
        Some("resumed") => ", started late",
        Some("recorded") => ", as recorded",
        _ => "",
    };
    format!("{result}{path}")
}

/// The fields that describe an invocation from Lambda's side.
fn platform(line: &PlatformLine) -> String {
    let record = &line.record;
    let mut formatted = line.kind.clone();
    for id in ["requestId", "initializationType"] {
        if let Some(id) = record[id].as_str() {
            formatted.push_str(&format!(" {id}"));
        }
    }
    if let Some(status) = record["status"].as_str().filter(|status| *status != "success") {
        formatted.push_str(&format!(", {status}"));
    }
    let metrics =
        [("durationMs", "ms"), ("initDurationMs", "ms of init"), ("maxMemoryUsedMB", "MB")];
    for (name, unit) in metrics {
        if let Some(value) = record["metrics"][name].as_f64() {
            formatted.push_str(&format!(", {value} {unit}"));
        }
    }
    formatted
}

/// Shows the name of the execution only, because the rest of its ARN repeats the stack; the raw
/// line has the whole ARN. Omits the cause of a failure, because it can quote the message.
fn execution(line: &ExecutionLine) -> (String, Vec<String>) {
    let name = line.execution_arn.rsplit(':').next().unwrap_or(&line.execution_arn);
    let state = line.details["name"].as_str().map(|state| format!(" {state}"));
    let error = line.details["error"].as_str().filter(|error| is_error_name(error));
    let error = error.map(|error| format!(" with {error}"));
    let (state, error) = (state.unwrap_or_default(), error.unwrap_or_default());
    (format!("{}{state}{error}, execution {name}", line.kind), Vec::new())
}

/// Makes untrusted text safe to print on a terminal.
pub(super) fn printable(text: &str) -> String {
    let shown = |char: char| match char {
        '\t' => " ".to_owned(),
        char if char.is_control() => char.escape_default().to_string(),
        char => char.to_string(),
    };
    text.chars().map(shown).collect()
}
