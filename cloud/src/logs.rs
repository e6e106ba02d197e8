//! What was logged: CloudWatch Logs.

use async_trait::async_trait;
use jiff::Timestamp;

use super::CloudError;

/// Which events of a log group are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogQuery {
    /// The log group's name.
    pub group: String,
    /// Not before this time, to the millisecond.
    pub from: Timestamp,
    /// Not after this time, to the millisecond; without it, to the newest.
    pub to: Option<Timestamp>,
    /// CloudWatch's filter pattern; without it, everything.
    pub pattern: Option<String>,
}

/// One event of a log group: one line, or several that were written at once.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct LogEvent {
    /// The event's id, unique in its group.
    pub id: String,
    /// When it was written.
    pub timestamp: Timestamp,
    /// The stream, of which each process of a function has its own.
    pub stream: String,
    /// What was written.
    pub message: String,
}

/// A page of events, oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogPage {
    /// Oldest first; a page can be empty although others follow.
    pub events: Vec<LogEvent>,
    /// Where the next page begins, if there is one.
    pub next: Option<String>,
}

/// CloudWatch Logs, as far as it is needed.
#[async_trait]
pub trait Logs: Send + Sync {
    /// `FilterLogEvents`, one page over all streams of the group; `None` where there is no such group.
    /// `after` is [`LogPage::next`] of the page before.
    ///
    /// # Errors
    /// When the filter pattern is none, or CloudWatch Logs refuses or cannot be reached.
    async fn page(
        &self,
        query: &LogQuery,
        after: Option<&str>,
    ) -> Result<Option<LogPage>, CloudError>;
}
