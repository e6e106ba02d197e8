//! Finds a message by its message id or its invocation id: in the table, in the log, and by the
//! execution's name.

use jiff::{SignedDuration, Timestamp};

use super::function_calls::FunctionCalls;
use super::record::derived_arn;
use super::{FunctionCall, MessageRecord};
use crate::installation::Installation;
use crate::logs::{InvocationLine, LogSource, Merged, ParsedLine, Selection, about, is_error_name};
use cloud::{Cloud, CloudError, HistoryEvent, LedgerEntry};

/// How far back to search the log if neither the caller nor an entry defines it.
const LOG_SEARCH: SignedDuration = SignedDuration::from_hours(24);
/// A message's first line is never earlier than its claim, except for the difference between two
/// clocks.
const CLOCK_SKEW: SignedDuration = SignedDuration::from_mins(1);

pub struct Search<'a> {
    pub cloud: &'a Cloud,
    pub installation: &'a Installation,
    /// Whether to keep the contents of the message.
    pub with_contents: bool,
}

/// What to search for.
#[derive(Debug, Clone)]
pub struct TraceQuery {
    /// A message id or an invocation id.
    pub id: String,
    /// The start of the log search, if the caller sets it.
    pub since: Option<Timestamp>,
    pub now: Timestamp,
}

impl TraceQuery {
    /// The start of the log search, given the entry of the id.
    pub fn from(&self, entry: Option<&LedgerEntry>) -> Timestamp {
        let claimed = entry.and_then(|entry| entry.claimed_at);
        let claimed = claimed.and_then(|claimed| claimed.checked_sub(CLOCK_SKEW).ok());
        let yesterday = self.now.checked_sub(LOG_SEARCH).unwrap_or(Timestamp::UNIX_EPOCH);
        self.since.or(claimed).unwrap_or(yesterday)
    }
}

impl Search<'_> {
    /// Returns the invocation ids of the message that the log since `from` names with this message
    /// id, with the execution of each, oldest first.
    /// Fails if AWS refuses a read.
    pub async fn invocations(
        &self,
        message_id: &str,
        from: Timestamp,
    ) -> Result<Vec<(String, Option<String>)>, CloudError> {
        let mut found: Vec<(String, Option<String>)> = Vec::new();
        for (_, line) in self.lines(message_id, from).await? {
            let Some(id) = line.invocation_id else { continue };
            let arn = line.execution_arn;
            match found.iter_mut().find(|(known, _)| *known == id) {
                Some((_, known)) => *known = arn.or(known.take()),
                None => found.push((id, arn)),
            }
        }
        Ok(found)
    }

    /// Returns everything known about the id: one record per invocation id, because WorkMail
    /// invokes the function for a message once for each conversation in which it arrived. Empty if
    /// nothing is known.
    /// Fails if AWS refuses a read.
    pub async fn find(&self, query: &TraceQuery) -> Result<Vec<MessageRecord>, CloudError> {
        let entry = self.entry(&query.id).await?;
        let lines = self.lines(&query.id, query.from(entry.as_ref())).await?;
        let mut ids: Vec<&str> = entry.iter().map(|_| query.id.as_str()).collect();
        for (_, line) in &lines {
            if let Some(id) = line.invocation_id.as_deref().filter(|id| !ids.contains(id)) {
                ids.push(id);
            }
        }
        if ids.is_empty() {
            ids.push(&query.id);
        }
        let mut records = Vec::new();
        for id in ids {
            let of_id =
                |(_, line): &&(_, InvocationLine)| line.invocation_id.as_deref() == Some(id);
            let own = lines.iter().filter(of_id).cloned().collect();
            let entry = if id == query.id { entry.clone() } else { self.entry(id).await? };
            records.push(self.record(id, entry, own).await?);
        }
        records.retain(MessageRecord::is_known);
        Ok(records)
    }

    async fn record(
        &self,
        id: &str,
        entry: Option<LedgerEntry>,
        lines: Vec<(Timestamp, InvocationLine)>,
    ) -> Result<MessageRecord, CloudError> {
        let by_entry = entry.as_ref().and_then(|entry| entry.execution_arn.clone());
        let by_line = lines.iter().rev().find_map(|(_, line)| line.execution_arn.clone());
        let arn =
            by_entry.or(by_line).or_else(|| derived_arn(self.installation.machine.as_deref(), id));
        let mut record = MessageRecord {
            invocation_id: id.to_owned(),
            entry,
            lines,
            execution_arn: arn.clone(),
            history: None,
            calls: Vec::new(),
        };
        if let Some(arn) = arn
            && let Some((history, calls)) = self.history(&arn, record.output_state()).await?
        {
            (record.history, record.calls) = (Some(history), calls);
        }
        Ok(record)
    }

    async fn entry(&self, id: &str) -> Result<Option<LedgerEntry>, CloudError> {
        match &self.installation.table {
            Some(table) => self.cloud.entries.entry(table, id).await,
            None => Ok(None),
        }
    }

    /// The handler's lines about the id.
    async fn lines(
        &self,
        id: &str,
        from: Timestamp,
    ) -> Result<Vec<(Timestamp, InvocationLine)>, CloudError> {
        let group = self.installation.function_logs.clone();
        let selection = Selection {
            groups: vec![(LogSource::Function, group)],
            from,
            to: None,
            pattern: Some(about(id)),
        };
        let mut merged = Merged::new(&*self.cloud.logs, &selection);
        let mut lines = Vec::new();
        while let Some(line) = merged.next().await? {
            let logged = line.event.timestamp;
            // The pattern may match more; lines about other messages are dropped.
            if let ParsedLine::Invocation(line) = line.parse()
                && line.is_about(id)
            {
                lines.push((line.timestamp.unwrap_or(logged), *line));
            }
        }
        lines.sort_by_key(|(at, _)| *at);
        Ok(lines)
    }

    /// Reads the whole history, and the calls of the flow's functions in it. Unless the contents are
    /// requested, only those that determine the verdict are kept.
    async fn history(
        &self,
        arn: &str,
        output_state: Option<&str>,
    ) -> Result<Option<(Vec<HistoryEvent>, Vec<FunctionCall>)>, CloudError> {
        let mut history = Vec::new();
        let mut calls = FunctionCalls::new(&self.installation.flow_functions);
        let mut next: Option<String> = None;
        loop {
            let page = self.cloud.executions.history(arn, next.as_deref()).await?;
            let Some(page) = page else { return Ok(None) };
            history.extend(page.events.into_iter().map(|mut event| {
                calls.add(&event);
                if !self.with_contents {
                    drop_contents(&mut event, output_state);
                }
                event
            }));
            next = page.next;
            if next.is_none() {
                return Ok(Some((history, calls.into_all())));
            }
        }
    }
}

fn drop_contents(event: &mut HistoryEvent, output_state: Option<&str>) {
    event.cause = None;
    event.error = event.error.take().filter(|name| is_error_name(name));
    if event.kind != "ExecutionStarted" {
        event.input = None;
    }
    let decides = event.kind == "ExecutionSucceeded"
        || (output_state.is_some() && event.state.as_deref() == output_state);
    if !decides {
        event.output = None;
    }
}
