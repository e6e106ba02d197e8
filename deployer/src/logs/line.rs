//! A line of a log, and what it says: the handler's lines, Lambda's, Step Functions', and anything else.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{InvocationLine, Level};
use cloud::LogEvent;

/// Whose log group a line is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LogSource {
    /// The function's: the handler's lines, and Lambda's about it.
    Function,
    /// The state machine's.
    StateMachine,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Line {
    /// Whose.
    pub source: LogSource,
    /// As it was logged.
    pub event: LogEvent,
}

/// What a line says.
#[derive(Debug, Clone, PartialEq)]
pub enum ParsedLine {
    /// The handler, of an invocation.
    Invocation(Box<InvocationLine>),
    /// The handler, of its process, which cannot begin or go on.
    Process(ProcessLine),
    /// Lambda, in JSON.
    Platform(PlatformLine),
    /// Step Functions, of an execution.
    Execution(ExecutionLine),
    /// Anything else, word for word.
    Text(Level),
}

/// The handler's last line before its process ends. `handler::telemetry` writes it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProcessLine {
    /// What happened.
    pub message: String,
    /// The type of the error.
    pub error_type: String,
    /// Why.
    pub error_message: String,
}

/// What Lambda says of a process or an invocation.
/// Source: Lambda developer guide, "Lambda Telemetry API Event schema reference".
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct PlatformLine {
    /// Which event, such as `platform.report`.
    #[serde(rename = "type")]
    pub kind: String,
    /// What of it.
    pub record: Value,
}

/// What Step Functions says of an execution.
/// Source: Step Functions developer guide, "Using CloudWatch Logs to log execution history".
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct ExecutionLine {
    /// The type of the history's event.
    #[serde(rename = "type")]
    pub kind: String,
    /// The execution.
    pub execution_arn: String,
    /// What of it; with execution data switched on, parts of the message, too.
    #[serde(default)]
    pub details: Value,
}

/// A line that says its level, whatever else it is.
#[derive(Deserialize)]
struct Levelled {
    level: Level,
}

impl Line {
    /// The text without the line's end.
    #[must_use]
    pub fn text(&self) -> &str {
        self.event.message.trim_end_matches(['\r', '\n'])
    }

    /// The JSON that the line is, if it is an object.
    #[must_use]
    pub fn record(&self) -> Option<Value> {
        serde_json::from_str(self.text()).ok().filter(Value::is_object)
    }

    /// What it says.
    #[must_use]
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
    /// How important it is.
    #[must_use]
    pub fn level(&self) -> Level {
        match self {
            Self::Invocation(line) => line.level,
            Self::Process(_) => Level::Error,
            // An error is what the handler answers with whenever there is no verdict yet.
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
    /// Whether something failed.
    #[must_use]
    pub fn is_failure(&self) -> bool {
        ["Failed", "TimedOut", "Aborted"].iter().any(|end| self.kind.ends_with(end))
    }
}

/// Lambda's own lines where the function logs text, lines of another handler, and whatever else there is.
fn level_of_text(text: &str) -> Level {
    if let Ok(Levelled { level }) = serde_json::from_str(text) {
        return level;
    }
    let own = ["INIT_START ", "START ", "END ", "REPORT ", "INIT_REPORT ", "EXTENSION\t"];
    let broken =
        ["Task timed out", "Status: timeout", "Status: failure", "Runtime exited", "panicked"];
    if broken.iter().any(|sign| text.contains(sign)) {
        return Level::Error;
    }
    if own.iter().any(|begin| text.starts_with(begin)) { Level::Debug } else { Level::Info }
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
    fn every_kind_of_line_has_its_level() {
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
