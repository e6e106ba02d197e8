//! Log lines for people: the time, the message, the result, how long it took.

use anstyle::Style;
use jiff::Timestamp;

use super::style::{BAD, CAREFUL, GOOD, QUIET, styled};
use crate::logs::{
    ExecutionLine, InvocationLine, Level, Line, ParsedLine, PlatformLine, is_error_name,
};
use cloud::CloudError;

/// The remark that a search found no line.
#[must_use]
pub fn nothing_logged(since: Timestamp) -> String {
    let sentence =
        format!("nothing was logged since {since}; an earlier --since looks further back");
    styled(CAREFUL, &sentence)
}

/// The remark that polling failed once while a log is followed.
#[must_use]
pub fn look_failed(error: &CloudError) -> String {
    styled(CAREFUL, &format!("a look failed and will be repeated: {error}"))
}

/// One line, and its remarks below it.
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
    let mut told = format!("{time} {} ", styled(style(level), &format!("{:<5}", level.as_str())));
    let body = printable(&what);
    told.push_str(&if level == Level::Debug { styled(QUIET, &body) } else { body });
    for remark in remarks.iter().flat_map(|remark| remark.lines()) {
        told.push_str(&format!("\n         {}", printable(remark)));
    }
    told
}

fn style(level: Level) -> Style {
    match level {
        Level::Debug => QUIET,
        Level::Info => GOOD,
        Level::Warn => CAREFUL,
        Level::Error => BAD,
    }
}

/// The message, the result, how long it took, and the path in the handler.
fn invocation(line: &InvocationLine) -> String {
    let whose = match (&line.message_id, &line.invocation_id) {
        (Some(message), _) => message.clone(),
        (None, Some(invocation)) => format!("invocation {invocation}"),
        (None, None) => format!("request {}", line.request_id),
    };
    format!("{whose} {}", came_of(line))
}

/// The result of an invocation, and how long it took.
pub(super) fn came_of(line: &InvocationLine) -> String {
    let milliseconds = line.milliseconds;
    let came = match &line.error_type {
        None => format!("answered in {milliseconds} ms"),
        Some(_) if line.is_pending() => format!("not ready after {milliseconds} ms"),
        Some(error) => format!("{error} after {milliseconds} ms"),
    };
    let way = match line.path.as_deref() {
        Some("retry") => ", asked again",
        Some("resumed") => ", started late",
        Some("recorded") => ", as recorded",
        _ => "",
    };
    format!("{came}{way}")
}

/// The members that say how an invocation ended for Lambda.
fn platform(line: &PlatformLine) -> String {
    let record = &line.record;
    let mut told = line.kind.clone();
    for id in ["requestId", "initializationType"] {
        if let Some(id) = record[id].as_str() {
            told.push_str(&format!(" {id}"));
        }
    }
    if let Some(status) = record["status"].as_str().filter(|status| *status != "success") {
        told.push_str(&format!(", {status}"));
    }
    let metrics =
        [("durationMs", "ms"), ("initDurationMs", "ms of init"), ("maxMemoryUsedMB", "MB")];
    for (name, unit) in metrics {
        if let Some(value) = record["metrics"][name].as_f64() {
            told.push_str(&format!(", {value} {unit}"));
        }
    }
    told
}

/// The execution by its name, because the ARN repeats what the stack says; the whole ARN is in the raw
/// line. The cause of a failure can quote the message, so it is only in the raw line too.
fn execution(line: &ExecutionLine) -> (String, Vec<String>) {
    let name = line.execution_arn.rsplit(':').next().unwrap_or(&line.execution_arn);
    let state = line.details["name"].as_str().map(|state| format!(" {state}"));
    let error = line.details["error"].as_str().filter(|error| is_error_name(error));
    let error = error.map(|error| format!(" with {error}"));
    let (state, error) = (state.unwrap_or_default(), error.unwrap_or_default());
    (format!("{}{state}{error}, execution {name}", line.kind), Vec::new())
}

/// Foreign text without characters that could control a terminal.
pub(super) fn printable(text: &str) -> String {
    let shown = |char: char| match char {
        '\t' => " ".to_owned(),
        char if char.is_control() => char.escape_default().to_string(),
        char => char.to_string(),
    };
    text.chars().map(shown).collect()
}
