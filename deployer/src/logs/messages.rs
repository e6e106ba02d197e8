//! One line per message: what the handler logged about each invocation, reduced to what happened to
//! the message.

use std::collections::HashMap;

use jiff::Timestamp;

use super::{InvocationLine, Level, Line, ParsedLine};

/// What to print about a message, or a line that is about none.
#[derive(Debug, Clone)]
pub enum Reduced {
    Message(MessageLine),
    /// A warning or an error of the function's process or of Lambda.
    Other(Line, ParsedLine),
}

impl Reduced {
    /// How important it is.
    pub fn level(&self) -> Level {
        match self {
            Self::Message(message) => message.line.level,
            Self::Other(_, parsed) => parsed.level(),
        }
    }
}

/// What happened to a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageLine {
    /// When the handler logged it.
    pub at: Timestamp,
    /// The handler's line with the answer; without one, its newest line.
    pub line: InvocationLine,
    /// How often the function had been invoked, according to the lines.
    pub asked: usize,
}

/// The messages of a log so far.
#[derive(Debug, Default)]
pub struct Messages {
    /// By invocation id: what was seen of the message, and the result of its newest line.
    seen: HashMap<String, Seen>,
    reduced: Vec<Option<Reduced>>,
    /// Whether lines that are about no message are kept whatever their level.
    keep_others: bool,
}

#[derive(Debug)]
struct Seen {
    asked: usize,
    answered: bool,
    result: String,
    /// Its place among the reduced lines.
    place: usize,
}

impl Messages {
    /// Nothing is seen yet. `keep_others` is whether lines that are about no message are kept whatever
    /// their level.
    pub fn new(keep_others: bool) -> Self {
        Self { keep_others, ..Self::default() }
    }

    /// Takes the next line of the log. Returns what it says that is new: the first line about a
    /// message, another result, or the answer.
    pub fn take(&mut self, line: &Line, parsed: ParsedLine) -> Option<Reduced> {
        match parsed {
            ParsedLine::Invocation(invocation) => {
                self.invocation(line.event.timestamp, *invocation)
            }
            // What the state machine logs about a message shows in the handler's line about it.
            ParsedLine::Execution(_) if !self.keep_others => None,
            other if other.level() >= Level::Warn || self.keep_others => {
                let reduced = Reduced::Other(line.clone(), other);
                self.reduced.push(Some(reduced.clone()));
                Some(reduced)
            }
            _ => None,
        }
    }

    fn invocation(&mut self, at: Timestamp, line: InvocationLine) -> Option<Reduced> {
        // Without an invocation id, the handler could not read the event: each line stands alone.
        let key = line.invocation_id.as_ref().unwrap_or(&line.request_id).clone();
        let place = self.reduced.len();
        let result = line.error_type.clone().unwrap_or_default();
        let seen = self.seen.entry(key).or_insert_with(|| Seen {
            asked: 0,
            answered: false,
            result: "\0".to_owned(),
            place,
        });
        seen.asked += 1;
        if seen.answered {
            return None;
        }
        let reduced = Reduced::Message(MessageLine { at, asked: seen.asked, line: line.clone() });
        let is_new = seen.result != result;
        // The newest line takes the place of the one before.
        if let Some(older) = self.reduced.get_mut(seen.place) {
            *older = None;
        }
        (seen.answered, seen.result, seen.place) = (line.is_answer(), result, place);
        self.reduced.push(Some(reduced.clone()));
        is_new.then_some(reduced)
    }

    /// One entry per message, by time.
    pub fn reduced(&self) -> impl Iterator<Item = &Reduced> {
        self.reduced.iter().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::logs::LogSource;
    use cloud::LogEvent;
    use serde_json::json;

    fn line(second: i64, invocation: &str, error: Option<&str>) -> Line {
        let message = json!({
            "level": "INFO", "requestId": second.to_string(), "invocationId": invocation,
            "errorType": error, "milliseconds": second,
        });
        let timestamp = Timestamp::from_second(second).unwrap();
        let (id, stream, message) = (String::new(), String::new(), message.to_string());
        Line { source: LogSource::Function, event: LogEvent { id, timestamp, stream, message } }
    }

    fn shown(reduced: &Reduced) -> String {
        let Reduced::Message(MessageLine { at, line, asked }) = reduced else { panic!() };
        let id = line.invocation_id.as_deref().unwrap();
        format!("{} {id} {:?} {asked}", at.as_second(), line.error_type)
    }

    #[test]
    fn a_message_has_one_line_with_its_answer_or_its_newest_line() {
        let mut messages = Messages::default();
        let pending = Some("NotReady");
        let lines = [
            line(1, "a", pending),
            line(2, "b", None),
            line(3, "a", pending),
            line(4, "c", pending),
            line(5, "a", None),
            line(6, "b", None),
            line(7, "c", Some("ExecutionFailed")),
            line(8, "c", Some("ExecutionFailed")),
        ];
        let news = lines.iter().filter_map(|line| messages.take(line, line.parse()));
        let news: Vec<String> = news.map(|reduced| shown(&reduced)).collect();
        let failed = r#"Some("ExecutionFailed")"#;
        assert_eq!(
            news,
            [
                r#"1 a Some("NotReady") 1"#,
                "2 b None 1",
                r#"4 c Some("NotReady") 1"#,
                "5 a None 3",
                &format!("7 c {failed} 2"),
            ]
        );
        let all: Vec<String> = messages.reduced().map(shown).collect();
        assert_eq!(all, ["2 b None 1", "5 a None 3", &format!("8 c {failed} 3")]);
    }
}
