//! `log`: a line of a log.

use jiff::Timestamp;
use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::logs::{Level, Line, LogSource, ParsedLine};
use crate::report::log_line::log_line;
use crate::report::{Answer, Reader};

pub struct Log<'a> {
    /// As it was logged.
    pub line: &'a Line,
    pub parsed: &'a ParsedLine,
    /// Whether a person reads it as it was logged.
    pub raw: bool,
}

#[derive(Serialize)]
struct Object<'a> {
    id: &'a str,
    happened: Timestamp,
    source: LogSource,
    stream: &'a str,
    level: Level,
    record: Option<Value>,
    text: Option<String>,
}

/// The line is only parsed as JSON if it is serialized.
impl Serialize for Log<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Line { source, event } = self.line;
        let record = self.line.record();
        let text = record.is_none().then(|| self.line.text().to_owned());
        let (id, stream, happened) = (&event.id, &event.stream, event.timestamp);
        let level = self.parsed.level();
        Object { id, happened, source: *source, stream, level, record, text }.serialize(serializer)
    }
}

impl Answer for Log<'_> {
    const KIND: &'static str = "log";

    fn text(&self, reader: &Reader<'_>) -> Option<String> {
        Some(match self.raw {
            true => self.line.text().to_owned(),
            false => log_line(self.line, self.parsed, &reader.zone),
        })
    }

    fn is_exact(&self) -> bool {
        self.raw
    }
}
