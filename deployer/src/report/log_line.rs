//! Log lines as text: the time, the message, the result and the duration.

use std::io;

use anstyle::Style;
use jiff::civil::Date;
use jiff::{Timestamp, tz::TimeZone};
use serde::Serialize;
use serde_json::Value;

use super::json::object;
use super::style::{BOLD, DIM, ERROR, SUCCESS, WARNING, styled};
use crate::host::terminal::OutputFormat;
use crate::host::terminal::Terminal;
use crate::logs::{
    ExecutionLine, InvocationLine, Level, Line, LogSource, PlatformLine, Reading, is_error_name,
};

/// How to print log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogStyle {
    /// Formatted for people.
    Lines,
    /// Unchanged.
    Raw,
    /// One JSON object per line.
    Objects,
}

impl LogStyle {
    #[must_use]
    pub fn new(format: OutputFormat, raw: bool) -> Self {
        match (format, raw) {
            (OutputFormat::Json, _) => Self::Objects,
            (OutputFormat::Text, true) => Self::Raw,
            (OutputFormat::Text, false) => Self::Lines,
        }
    }
}

/// Prints log lines, and the date whenever it changes.
pub struct LogTeller<'a> {
    terminal: &'a mut Terminal,
    style: LogStyle,
    clock: fn() -> Timestamp,
    day: Option<Date>,
}

impl<'a> LogTeller<'a> {
    pub fn new(terminal: &'a mut Terminal, style: LogStyle, clock: fn() -> Timestamp) -> Self {
        Self { terminal, style, clock, day: None }
    }

    /// Prints a line.
    ///
    /// # Errors
    /// If the output is closed.
    pub fn line(&mut self, line: &Line, reading: &Reading) -> io::Result<()> {
        match self.style {
            LogStyle::Raw => self.terminal.answer(line.text()),
            LogStyle::Objects => {
                let text = object("log", &Answer::of(line, reading.level()), (self.clock)());
                self.terminal.answer(&text)
            }
            LogStyle::Lines => {
                let day = line.event.timestamp.to_zoned(TimeZone::UTC).date();
                if self.day.replace(day) != Some(day) {
                    self.terminal.answer(&styled(BOLD, &format!("{day} (UTC)")))?;
                }
                self.terminal.answer(&log_line(line, reading))
            }
        }
    }

    /// Prints a remark on stderr.
    pub fn tell(&mut self, text: &str) {
        self.terminal.tell(&styled(WARNING, text));
    }
}

#[derive(Serialize)]
struct Answer<'a> {
    id: &'a str,
    happened: Timestamp,
    source: LogSource,
    stream: &'a str,
    level: Level,
    record: Option<Value>,
    text: Option<String>,
}

impl<'a> Answer<'a> {
    fn of(line: &'a Line, level: Level) -> Self {
        let record = line.record();
        let text = record.is_none().then(|| line.text().to_owned());
        let (id, stream) = (&line.event.id, &line.event.stream);
        let happened = line.event.timestamp;
        Self { id, happened, source: line.source, stream, level, record, text }
    }
}

/// One line, with further details below it.
fn log_line(line: &Line, reading: &Reading) -> String {
    let (what, remarks) = match reading {
        Reading::Invocation(line) => (invocation(line), line.remarks()),
        Reading::Process(line) => {
            (format!("{}: {}", line.message, line.error_type), vec![line.error_message.clone()])
        }
        Reading::Platform(line) => (platform(line), Vec::new()),
        Reading::Execution(line) => execution(line),
        Reading::Text(_) => {
            let mut lines = line.text().lines().map(str::to_owned);
            (lines.next().unwrap_or_default(), lines.collect())
        }
    };
    let level = reading.level();
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
