//! CloudWatch Logs over the SDK.

use async_trait::async_trait;
use aws_sdk_cloudwatchlogs::Client;
use aws_sdk_cloudwatchlogs::types::FilteredLogEvent;
use jiff::Timestamp;

use crate::{CloudError, ErrorKind, LogEvent, LogPage, LogQuery, Logs};

use super::error::failure;
use super::observed::{ObservedConfig, client_config};

/// [`Logs`] over the SDK.
pub(super) struct AwsLogs {
    client: Client,
}

impl AwsLogs {
    pub(super) fn new(config: &ObservedConfig) -> Self {
        Self { client: Client::from_conf(client_config!(aws_sdk_cloudwatchlogs, config).build()) }
    }
}

#[async_trait]
impl Logs for AwsLogs {
    async fn page(
        &self,
        query: &LogQuery,
        after: Option<&str>,
    ) -> Result<Option<LogPage>, CloudError> {
        let answer = self
            .client
            .filter_log_events()
            .log_group_name(&query.group)
            .start_time(query.from.as_millisecond())
            .set_end_time(query.to.map(Timestamp::as_millisecond))
            .set_filter_pattern(query.pattern.clone())
            .set_next_token(after.map(str::to_owned))
            .send()
            .await;
        match answer.map_err(|error| failure("CloudWatch Logs", "FilterLogEvents", error)) {
            Ok(answer) => {
                let events = answer.events.unwrap_or_default().into_iter().map(event_of);
                Ok(Some(LogPage { events: events.collect(), next: answer.next_token }))
            }
            Err(missing) if missing.kind == ErrorKind::NotFound => Ok(None),
            Err(refused) => Err(refused),
        }
    }
}

fn event_of(event: FilteredLogEvent) -> LogEvent {
    let at =
        event.timestamp.and_then(|milliseconds| Timestamp::from_millisecond(milliseconds).ok());
    LogEvent {
        id: event.event_id.unwrap_or_default(),
        timestamp: at.unwrap_or(Timestamp::UNIX_EPOCH),
        stream: event.log_stream_name.unwrap_or_default(),
        message: event.message.unwrap_or_default(),
    }
}
