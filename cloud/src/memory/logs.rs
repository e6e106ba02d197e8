//! CloudWatch Logs in memory: the events that a test adds, in the pages and with the delays that
//! AWS allows.

use async_trait::async_trait;
use jiff::Timestamp;
use serde_json::Value;

use crate::{CloudError, ErrorKind, LogEvent, LogPage, LogQuery, Logs};

use super::MemoryCloud;
use super::account::Account;
use super::records::LogRecord;
use super::refusal::refuse;

const SERVICE: &str = "CloudWatch Logs";
const OPERATION: &str = "FilterLogEvents";

/// A short page size, so that most queries have several pages.
const PAGE: usize = 3;

#[async_trait]
impl Logs for MemoryCloud {
    /// All streams of the group are merged, by time. A page can be empty even if others follow:
    /// here an empty page is between any two.
    /// Source: CloudWatch Logs API reference, `FilterLogEvents`.
    async fn page(
        &self,
        query: &LogQuery,
        after: Option<&str>,
    ) -> Result<Option<LogPage>, CloudError> {
        let mut account = self.pass().await.call(SERVICE, OPERATION, false)?;
        if !account.has_log_group(&self.region, &query.group) {
            return Ok(None);
        }
        if after.is_none() {
            account.deliver(&query.group);
        }
        let found = account.logged_events(query)?;
        let page = |first: usize| {
            let end = found.len().min(first + PAGE);
            let next = (end < found.len()).then(|| format!("before {end}"));
            LogPage { events: found[first..end].to_vec(), next }
        };
        let place = |token: &str| token.parse().ok().filter(|first| *first < found.len());
        let page = match after {
            None => Some(page(0)),
            Some(token) => match token.strip_prefix("before ") {
                Some(place) => Some(LogPage { events: Vec::new(), next: Some(place.to_owned()) }),
                None => place(token).map(page),
            },
        };
        page.map(Some).ok_or_else(|| invalid("The specified nextToken is invalid."))
    }
}

/// Test controls.
impl MemoryCloud {
    /// Adds an event to a log group, and the group itself if no stack has it.
    pub fn log(&self, group: &str, timestamp: Timestamp, message: &str) {
        self.log_late(group, timestamp, message, 0);
    }

    /// The same, but the event arrives only after this many more queries of the group.
    pub fn log_late(&self, group: &str, timestamp: Timestamp, message: &str, delay: usize) {
        let mut account = self.lock();
        let event = LogEvent {
            id: format!("{:056}", account.logged.len()),
            timestamp,
            stream: "2026/11/21/[$LATEST]0123456789abcdef".to_owned(),
            message: message.to_owned(),
        };
        let (group, arrived) = (group.to_owned(), false);
        account.logged.push(LogRecord { group, event, delay, arrived });
    }
}

impl Account {
    fn has_log_group(&self, region: &str, group: &str) -> bool {
        self.has_resource(region, "AWS::Logs::LogGroup", group)
            || self.logged.iter().any(|record| record.group == group)
    }

    fn deliver(&mut self, group: &str) {
        for record in self.logged.iter_mut().filter(|record| record.group == group) {
            record.arrived |= record.delay == 0;
            record.delay = record.delay.saturating_sub(1);
        }
    }

    fn logged_events(&self, query: &LogQuery) -> Result<Vec<LogEvent>, CloudError> {
        let pattern = query.pattern.as_deref().map(Pattern::parse).transpose()?;
        let milliseconds = Timestamp::as_millisecond;
        let is_found = |record: &&LogRecord| {
            let at = milliseconds(record.event.timestamp);
            record.arrived
                && record.group == query.group
                && at >= milliseconds(query.from)
                && query.to.is_none_or(|to| at <= milliseconds(to))
                && pattern.as_ref().is_none_or(|pattern| pattern.matches(&record.event.message))
        };
        let found = self.logged.iter().filter(is_found);
        let mut events: Vec<LogEvent> = found.map(|record| record.event.clone()).collect();
        events.sort_by_key(|event| event.timestamp);
        Ok(events)
    }
}

/// The filter patterns that this account supports. They are a part of CloudWatch's language: words
/// that must all occur, and members of a JSON line of which one must equal a text.
/// Source: CloudWatch Logs user guide, "Filter pattern syntax".
enum Pattern {
    Words(Vec<String>),
    Members(Vec<(String, String)>),
}

impl Pattern {
    fn parse(text: &str) -> Result<Self, CloudError> {
        let Some(inner) = text.trim().strip_prefix('{').and_then(|rest| rest.strip_suffix('}'))
        else {
            let words = text.split_whitespace().map(|word| word.trim_matches('"').to_owned());
            return Ok(Self::Words(words.collect()));
        };
        let comparison = |part: &str| {
            let part = part.trim().trim_start_matches('(').trim_end_matches(')');
            let (path, value) = part.split_once('=')?;
            let value = value.trim().strip_prefix('"')?.strip_suffix('"')?;
            Some((path.trim().strip_prefix("$.")?.to_owned(), value.to_owned()))
        };
        let members: Option<Vec<_>> = inner.split("||").map(comparison).collect();
        members.map(Self::Members).ok_or_else(|| invalid("Invalid filter pattern"))
    }

    fn matches(&self, message: &str) -> bool {
        match self {
            Self::Words(words) => words.iter().all(|word| message.contains(word)),
            Self::Members(members) => {
                let line: Value = serde_json::from_str(message).unwrap_or_default();
                members.iter().any(|(name, value)| line[name] == value.as_str())
            }
        }
    }
}

fn invalid(message: &str) -> CloudError {
    refuse(SERVICE, OPERATION, ErrorKind::Invalid, "InvalidParameterException", message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millisecond: i64) -> Timestamp {
        Timestamp::from_millisecond(millisecond).unwrap()
    }

    async fn read(cloud: &MemoryCloud, query: &LogQuery) -> (Vec<String>, usize) {
        let (mut messages, mut next, mut pages) = (Vec::new(), None, 0);
        loop {
            let page = cloud.page(query, next.as_deref()).await.unwrap().unwrap();
            messages.extend(page.events.into_iter().map(|event| event.message));
            pages += 1;
            next = page.next;
            if next.is_none() {
                return (messages, pages);
            }
        }
    }

    fn query(from: i64, to: Option<i64>, pattern: Option<&str>) -> LogQuery {
        let pattern = pattern.map(str::to_owned);
        LogQuery { group: "g".to_owned(), from: at(from), to: to.map(at), pattern }
    }

    #[tokio::test]
    async fn events_come_by_time_in_pages_of_which_some_are_empty() {
        let cloud = MemoryCloud::new("123456789012", "us-east-1").unwrap();
        assert_eq!(cloud.page(&query(0, None, None), None).await.unwrap(), None);
        for moment in [4, 2, 3, 1] {
            cloud.log("g", at(moment), &moment.to_string());
        }
        let (messages, pages) = read(&cloud, &query(0, None, None)).await;
        assert_eq!((messages.join(" ").as_str(), pages), ("1 2 3 4", 3));
        let (messages, _) = read(&cloud, &query(2, Some(3), None)).await;
        assert_eq!(messages, ["2", "3"]);
    }

    #[tokio::test]
    async fn an_event_can_arrive_late() {
        let cloud = MemoryCloud::new("123456789012", "us-east-1").unwrap();
        cloud.log("g", at(2), "two");
        cloud.log_late("g", at(1), "one", 1);
        assert_eq!(read(&cloud, &query(0, None, None)).await.0, ["two"]);
        assert_eq!(read(&cloud, &query(0, None, None)).await.0, ["one", "two"]);
    }

    #[tokio::test]
    async fn a_pattern_is_words_or_members() {
        let cloud = MemoryCloud::new("123456789012", "us-east-1").unwrap();
        cloud.log("g", at(1), r#"{"a": "x", "b": "y"}"#);
        cloud.log("g", at(2), "a line of words");
        let found = async |pattern| read(&cloud, &query(0, None, Some(pattern))).await.0.len();
        assert_eq!(found(r#"{ ($.a = "z") || ($.b = "y") }"#).await, 1);
        assert_eq!(found(r#"words "line""#).await, 1);
        assert_eq!(found("x y z").await, 0);
        assert!(cloud.page(&query(0, None, Some("{ what")), None).await.is_ok());
        assert!(cloud.page(&query(0, None, Some("{ what }")), None).await.is_err());
    }
}
