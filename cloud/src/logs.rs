//! Log events: CloudWatch Logs.

use async_trait::async_trait;
use jiff::Timestamp;

use super::CloudError;

/// Which events of a log group to return.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogQuery {
    /// The log group's name.
    pub group: String,
    /// Not before this time, to the millisecond.
    pub from: Timestamp,
    /// Not after this time, to the millisecond; `None` means up to the newest.
    pub to: Option<Timestamp>,
    /// CloudWatch's filter pattern; `None` matches everything.
    pub pattern: Option<String>,
}

/// One event of a log group: one line, or several that were written at once.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct LogEvent {
    /// The event's id, unique in its group.
    pub id: String,
    /// When it was written.
    pub timestamp: Timestamp,
    /// The log stream. Each process of a function has its own.
    pub stream: String,
    /// What was written.
    pub message: String,
}

/// A page of events, oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogPage {
    /// Oldest first. A page can be empty even if others follow.
    pub events: Vec<LogEvent>,
    /// The token of the next page, if there is one.
    pub next: Option<String>,
}

/// CloudWatch Logs, as far as the deployer needs it.
#[async_trait]
pub trait Logs: Send + Sync {
    /// `FilterLogEvents`, one page over all streams of the group; `None` if there is no such group.
    /// `after` is [`LogPage::next`] of the previous page.
    ///
    /// # Errors
    /// When the filter pattern is invalid, or CloudWatch Logs refuses or cannot be reached.
    async fn page(
        &self,
        query: &LogQuery,
        after: Option<&str>,
    ) -> Result<Option<LogPage>, CloudError>;
}
