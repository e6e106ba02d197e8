//! Merges several log groups by time. Reads page by page and holds at most one page of each group.

use std::collections::VecDeque;

use jiff::Timestamp;

use super::{Line, LogSource};
use cloud::{CloudError, LogEvent, LogQuery, Logs};

/// Which lines to read.
#[derive(Debug, Clone)]
pub struct Selection {
    /// The names of the groups, with their sources.
    pub groups: Vec<(LogSource, String)>,
    /// The earliest time.
    pub from: Timestamp,
    /// The latest time.
    pub to: Option<Timestamp>,
    /// A filter pattern of CloudWatch Logs.
    pub pattern: Option<String>,
}

/// The lines of a selection, oldest first.
pub struct Merged<'a> {
    logs: &'a dyn Logs,
    feeds: Vec<Feed>,
}

struct Feed {
    source: LogSource,
    query: LogQuery,
    page: VecDeque<LogEvent>,
    rest: Rest,
}

/// What remains to be read of a group.
enum Rest {
    All,
    After(String),
    Nothing,
}

impl<'a> Merged<'a> {
    /// Reads nothing until the first line is requested.
    pub fn new(logs: &'a dyn Logs, selection: &Selection) -> Self {
        let feed = |(source, group): &(LogSource, String)| Feed {
            source: *source,
            query: LogQuery {
                group: group.clone(),
                from: selection.from,
                to: selection.to,
                pattern: selection.pattern.clone(),
            },
            page: VecDeque::new(),
            rest: Rest::All,
        };
        Self { logs, feeds: selection.groups.iter().map(feed).collect() }
    }

    /// Returns the next line; `None` after the last one. A group that does not exist has no lines.
    /// Fails if CloudWatch Logs refuses or cannot be reached.
    pub async fn next(&mut self) -> Result<Option<Line>, CloudError> {
        for feed in &mut self.feeds {
            feed.fill(self.logs).await?;
        }
        let nonempty = self.feeds.iter_mut().filter(|feed| !feed.page.is_empty());
        let earliest = nonempty.min_by_key(|feed| feed.page.front().map(|event| event.timestamp));
        Ok(earliest.and_then(|feed| {
            let source = feed.source;
            feed.page.pop_front().map(|event| Line { source, event })
        }))
    }
}

impl Feed {
    /// Reads pages until there is an event, or no page is left.
    async fn fill(&mut self, logs: &dyn Logs) -> Result<(), CloudError> {
        while self.page.is_empty() {
            let after = match &self.rest {
                Rest::All => None,
                Rest::After(token) => Some(token.as_str()),
                Rest::Nothing => return Ok(()),
            };
            let page = logs.page(&self.query, after).await?.unwrap_or_default();
            self.page = page.events.into();
            self.rest = page.next.map_or(Rest::Nothing, Rest::After);
        }
        Ok(())
    }
}
