//! Log lines as people read them: when, which message, what came of it, how long it took.

use std::io;

use anstyle::Style;
use jiff::civil::Date;
use jiff::{Timestamp, tz::TimeZone};
use serde::Serialize;
use serde_json::Value;

use super::json::object;
use super::style::{BAD, CAREFUL, GOOD, QUIET, STRONG, styled};
use crate::host::terminal::OutputFormat;
use crate::host::terminal::Terminal;
use crate::logs::{
    ExecutionLine, InvocationLine, Level, Line, LogSource, PlatformLine, Reading, is_error_name,
};

/// How log lines are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogStyle {
    /// Designed, for people.
    Lines,
    /// Untouched.
    Raw,
    /// An object each, for programs.
    Objects,
}

impl LogStyle {
    /// The style that was asked for.
    #[must_use]
    pub fn new(format: OutputFormat, raw: bool) -> Self {
        match (format, raw) {
            (OutputFormat::Json, _) => Self::Objects,
            (OutputFormat::Text, true) => Self::Raw,
            (OutputFormat::Text, false) => Self::Lines,
        }
    }
}

/// Tells log lines on a terminal, with the day whenever it changes.
pub struct LogTeller<'a> {
    terminal: &'a mut Terminal,
    style: LogStyle,
    clock: fn() -> Timestamp,
    day: Option<Date>,
}

impl<'a> LogTeller<'a> {
    /// Nothing is told yet.
    pub fn new(terminal: &'a mut Terminal, style: LogStyle, clock: fn() -> Timestamp) -> Self {
        Self { terminal, style, clock, day: None }
    }

    /// Tells a line.
    ///
    /// # Errors
    /// When nobody reads any more.
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
                    self.terminal.answer(&styled(STRONG, &format!("{day} (UTC)")))?;
                }
                self.terminal.answer(&log_line(line, reading))
            }
        }
    }

    /// A line of the story.
    pub fn tell(&mut self, text: &str) {
        self.terminal.tell(&styled(CAREFUL, text));
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

/// One line, and under it what else there is to know.
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

/// Which message, what came of it, how long that took, and which way it went.
fn invocation(line: &InvocationLine) -> String {
    let whose = match (&line.message_id, &line.invocation_id) {
        (Some(message), _) => message.clone(),
        (None, Some(invocation)) => format!("invocation {invocation}"),
        (None, None) => format!("request {}", line.request_id),
    };
    format!("{whose} {}", came_of(line))
}

/// What came of an invocation, and how long that took.
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

/// The members that say how an invocation went for Lambda.
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
/// line. The cause of a failure can quote the message, and is left there, too.
fn execution(line: &ExecutionLine) -> (String, Vec<String>) {
    let name = line.execution_arn.rsplit(':').next().unwrap_or(&line.execution_arn);
    let state = line.details["name"].as_str().map(|state| format!(" {state}"));
    let error = line.details["error"].as_str().filter(|error| is_error_name(error));
    let error = error.map(|error| format!(" with {error}"));
    let (state, error) = (state.unwrap_or_default(), error.unwrap_or_default());
    (format!("{}{state}{error}, execution {name}", line.kind), Vec::new())
}

/// Text of others without what could play tricks on a terminal.
pub(super) fn printable(text: &str) -> String {
    let shown = |char: char| match char {
        '\t' => " ".to_owned(),
        char if char.is_control() => char.escape_default().to_string(),
        char => char.to_string(),
    };
    text.chars().map(shown).collect()
}
