//! Log lines as text: the time, the message, the result and the duration.

use anstyle::Style;
use jiff::tz::TimeZone;

use super::local_time::moment;
use super::style::{DIM, ERROR, SUCCESS, WARNING, styled};
use crate::host::harmless::printable;
use crate::logs::{
    ExecutionLine, InvocationLine, Level, Line, MessageLine, ParsedLine, PlatformLine,
    is_error_name,
};
use cloud::CloudError;

/// The remark that nothing was printed. `since` is the time that `given` means; `seen` is the number of
/// lines that there were, and `selected` is whether an option selects lines.
pub fn nothing_logged(since: &str, given: &str, seen: usize, selected: bool) -> String {
    let what = match (seen, selected) {
        (0, false) => "nothing is logged yet".to_owned(),
        (_, true) => "no line that the options select is logged yet".to_owned(),
        (seen, false) => {
            let lines = if seen == 1 {
                "the line that is".to_owned()
            } else {
                format!("the {seen} lines that are")
            };
            format!("no message is logged yet (--full shows {lines})")
        }
    };
    let sentence = format!(
        "{what} since {since} (--since {given}): lines arrive up to some minutes late, and an earlier --since \
         searches further back"
    );
    styled(WARNING, &sentence)
}

/// The remark that the log is searched, which can take a while.
pub fn searching(id: &str) -> String {
    styled(DIM, &format!("searching the log for {} …", printable(id)))
}

/// The remark that a poll failed while a log is followed.
pub fn look_failed(error: &CloudError) -> String {
    styled(WARNING, &format!("polling failed, retrying: {}", printable(&error.to_string())))
}

/// What happened to a message, in one line: time, verdict, both ids, duration, and what is unusual.
pub fn message_line(message: &MessageLine, zone: &TimeZone) -> String {
    let line = &message.line;
    let (result, style) = match &line.error_type {
        None => (line.verdict(), SUCCESS),
        Some(_) if line.is_pending() => ("not decided yet".to_owned(), DIM),
        Some(error) => (error.clone(), ERROR),
    };
    let style = if line.level == Level::Warn { WARNING } else { style };
    let invocation = match &line.invocation_id {
        Some(invocation) => invocation.clone(),
        None => format!("(request {})", line.request_id),
    };
    let mut notes = Vec::new();
    notes.extend((message.asked > 1).then(|| format!("{} invocations", message.asked)));
    notes.extend(match line.path.as_deref() {
        Some("resumed") => Some("started late".to_owned()),
        Some("recorded") => Some("as recorded".to_owned()),
        _ => None,
    });
    notes.extend(line.remarks());
    let notes = notes.iter().map(|note| format!("; {note}")).collect::<String>();
    format!(
        "{}  {}  {:<36}  {:<32}  {} ms{}",
        moment(message.at, zone),
        styled(style, &format!("{:<17}", printable(&result))),
        printable(line.message_id.as_deref().unwrap_or("-")),
        printable(&invocation),
        line.milliseconds,
        printable(&notes.replace('\n', " ")),
    )
}

/// One line, with further details below it.
pub(super) fn log_line(line: &Line, parsed: &ParsedLine, zone: &TimeZone) -> String {
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
    let time = moment(line.event.timestamp, zone);
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

/// The message and the result of the invocation, with its verdict.
fn invocation(line: &InvocationLine) -> String {
    let subject = match (&line.message_id, &line.invocation_id) {
        (Some(message), _) => message.clone(),
        (None, Some(invocation)) => format!("invocation {invocation}"),
        (None, None) => format!("request {}", line.request_id),
    };
    let verdict = line.actions.iter().map(|action| format!("{action} "));
    let verdict: String = verdict.collect();
    format!("{subject} {verdict}{}", invocation_result(line))
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
        Some("retry") => ", a retry",
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
