//! A log line and its meaning: a line by the handler, Lambda, Step Functions, or anything else.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{InvocationLine, Level};
use cloud::LogEvent;

/// The log group that a line comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LogSource {
    /// The function's: lines by the handler, and lines by Lambda about it.
    Function,
    StateMachine,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Line {
    pub source: LogSource,
    /// The event as it was logged.
    pub event: LogEvent,
}

/// The parsed content of a line.
#[derive(Debug, Clone, PartialEq)]
pub enum ParsedLine {
    /// A line by the handler about an invocation.
    Invocation(Box<InvocationLine>),
    /// A line by the handler about its process, which cannot start or continue.
    Process(ProcessLine),
    /// A line by Lambda, in JSON.
    Platform(PlatformLine),
    /// A line by Step Functions about an execution.
    Execution(ExecutionLine),
    /// Anything else, unparsed.
    Text(Level),
}

/// The handler's last line before its process ends. `handler::telemetry` writes it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProcessLine {
    pub message: String,
    pub error_type: String,
    pub error_message: String,
}

/// What Lambda logs about a process or an invocation.
/// Source: Lambda developer guide, "Lambda Telemetry API Event schema reference".
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct PlatformLine {
    /// The type of the event, such as `platform.report`.
    #[serde(rename = "type")]
    pub kind: String,
    pub record: Value,
}

/// What Step Functions logs about an execution.
/// Source: Step Functions developer guide, "Using CloudWatch Logs to log execution history".
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct ExecutionLine {
    /// The type of the history event.
    #[serde(rename = "type")]
    pub kind: String,
    pub execution_arn: String,
    /// Its details; if execution data is logged, also parts of the message.
    #[serde(default)]
    pub details: Value,
}

/// Any line with a level.
#[derive(Deserialize)]
struct Leveled {
    level: Level,
}

impl Line {
    /// The text without the line ending.
    pub fn text(&self) -> &str {
        self.event.message.trim_end_matches(['\r', '\n'])
    }

    /// The line as JSON, if it is an object.
    pub fn record(&self) -> Option<Value> {
        serde_json::from_str(self.text()).ok().filter(Value::is_object)
    }

    pub fn parse(&self) -> ParsedLine {
        let text = self.text();
        if let Ok(line) = serde_json::from_str(text) {
            return ParsedLine::Invocation(Box::new(line));
        }
        if let Ok(line) = serde_json::from_str(text) {
            return ParsedLine::Execution(line);
        }
        if let Ok(line) = serde_json::from_str(text) {
            return ParsedLine::Process(line);
        }
        match serde_json::from_str::<PlatformLine>(text) {
            Ok(line) if line.kind.starts_with("platform.") => ParsedLine::Platform(line),
            _ => ParsedLine::Text(level_of_text(text)),
        }
    }
}

impl ParsedLine {
    pub fn level(&self) -> Level {
        match self {
            Self::Invocation(line) => line.level,
            Self::Process(_) => Level::Error,
            // The status is also `error` whenever the handler has no verdict yet.
            Self::Platform(line) => match line.record["status"].as_str() {
                Some("failure" | "timeout") => Level::Error,
                _ => Level::Debug,
            },
            Self::Execution(line) if line.is_failure() => Level::Error,
            Self::Execution(_) => Level::Info,
            Self::Text(level) => *level,
        }
    }
}

impl ExecutionLine {
    pub fn is_failure(&self) -> bool {
        ["Failed", "TimedOut", "Aborted"].iter().any(|end| self.kind.ends_with(end))
    }
}

/// The level of a line that was not parsed: Lambda's own lines in text format, lines of another
/// handler, and anything else.
fn level_of_text(text: &str) -> Level {
    if let Ok(Leveled { level }) = serde_json::from_str(text) {
        return level;
    }
    let by_lambda = ["INIT_START ", "START ", "END ", "REPORT ", "INIT_REPORT ", "EXTENSION\t"];
    let failures =
        ["Task timed out", "Status: timeout", "Status: failure", "Runtime exited", "panicked"];
    if failures.iter().any(|sign| text.contains(sign)) {
        return Level::Error;
    }
    if by_lambda.iter().any(|begin| text.starts_with(begin)) { Level::Debug } else { Level::Info }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;

    fn line(message: &str) -> Line {
        let message = message.to_owned();
        let (id, stream) = (String::new(), String::new());
        let event = LogEvent { id, timestamp: Timestamp::UNIX_EPOCH, stream, message };
        Line { source: LogSource::Function, event }
    }

    #[test]
    fn every_kind_of_line_has_a_level() {
        let table = [
            (r#"{"level":"WARN","requestId":"r","milliseconds":1,"calls":2}"#, Level::Warn),
            (
                r#"{"level":"ERROR","message":"m","errorType":"Panic","errorMessage":"why"}"#,
                Level::Error,
            ),
            (r#"{"time":"t","type":"platform.start","record":{"requestId":"r"}}"#, Level::Debug),
            (r#"{"type":"platform.report","record":{"status":"error"}}"#, Level::Debug),
            (r#"{"type":"platform.report","record":{"status":"timeout"}}"#, Level::Error),
            (r#"{"type":"ExecutionFailed","execution_arn":"a","details":{}}"#, Level::Error),
            (r#"{"type":"ExecutionStarted","execution_arn":"a"}"#, Level::Info),
            ("START RequestId: r Version: $LATEST\n", Level::Debug),
            ("REPORT RequestId: r\tDuration: 1 ms\tStatus: timeout\n", Level::Error),
            ("2026-11-21T12:00:00Z r Task timed out after 14.00 seconds\n", Level::Error),
            (r#"{"level":"WARN","message":"of another handler"}"#, Level::Warn),
            (r#"{"level":7}"#, Level::Info),
            ("anything", Level::Info),
            ("", Level::Info),
            ("[1]", Level::Info),
        ];
        for (text, level) in table {
            assert_eq!(line(text).parse().level(), level, "{text}");
        }
    }
}
