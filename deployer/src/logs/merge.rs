//! Several log groups as one, by time, read page by page: no more than a page of each is held.

use std::collections::VecDeque;

use jiff::Timestamp;

use super::{Line, LogSource};
use cloud::{CloudError, LogEvent, LogQuery, Logs};

/// Which lines are asked for.
#[derive(Debug, Clone)]
pub struct Selection {
    /// The groups, and whose they are.
    pub groups: Vec<(LogSource, String)>,
    /// Not before.
    pub from: Timestamp,
    /// Not after.
    pub to: Option<Timestamp>,
    /// CloudWatch's filter pattern.
    pub pattern: Option<String>,
}

/// The lines of a selection, oldest first.
pub struct Merged<'a> {
    logs: &'a dyn Logs,
    feeds: Vec<Feed>,
}

/// One group.
struct Feed {
    source: LogSource,
    query: LogQuery,
    page: VecDeque<LogEvent>,
    rest: Rest,
}

/// What of a group was not read yet.
enum Rest {
    All,
    After(String),
    Nothing,
}

impl<'a> Merged<'a> {
    /// Nothing is read before the first line is asked for.
    #[must_use]
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

    /// The next line; `None` after the last one. A group that does not exist has none.
    ///
    /// # Errors
    /// When CloudWatch Logs refuses or cannot be reached.
    pub async fn next(&mut self) -> Result<Option<Line>, CloudError> {
        for feed in &mut self.feeds {
            feed.fill(self.logs).await?;
        }
        let waiting = self.feeds.iter_mut().filter(|feed| !feed.page.is_empty());
        let earliest = waiting.min_by_key(|feed| feed.page.front().map(|event| event.timestamp));
        Ok(earliest.and_then(|feed| {
            let source = feed.source;
            feed.page.pop_front().map(|event| Line { source, event })
        }))
    }
}

impl Feed {
    /// Reads on until there is an event to give, or none any more.
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
