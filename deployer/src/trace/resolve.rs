//! The one execution that an id leads to.

use handler::arn::ExecutionArn;

use super::{MessageRecord, Search, TraceQuery};
use cloud::CloudError;

/// A message and its execution.
#[derive(Debug)]
pub struct Resolved {
    /// What is known of the message. Its history was found.
    pub record: MessageRecord,
    /// The ARN of its execution.
    pub arn: String,
}

/// Why an id does not lead to exactly one execution.
#[derive(Debug, PartialEq, Eq)]
pub enum Unresolved {
    /// Nothing is known of it.
    Unknown,
    /// The message with this invocation id has no execution.
    NoExecution(String),
    /// The message has executions for several invocation ids.
    Several(Vec<String>),
}

/// Finds the execution of a message id, an invocation id, or the name or the ARN of an execution.
/// Fails if AWS refuses a read.
pub async fn resolve(
    search: &Search<'_>,
    query: &TraceQuery,
) -> Result<Result<Resolved, Unresolved>, CloudError> {
    let named: Option<ExecutionArn> = query.id.parse().ok();
    let id = named.as_ref().map_or(query.id.as_str(), ExecutionArn::name).to_owned();
    let records = search.find(&TraceQuery { id, ..query.clone() }).await?;
    let first = records.first().map(|record| record.invocation_id.clone());
    let mut found: Vec<Resolved> = records.into_iter().filter_map(with_execution).collect();
    if let Some(named) = named {
        found.retain(|resolved| resolved.arn == named.to_string());
    }
    Ok(match (found.len(), first) {
        (1, _) => found.pop().ok_or(Unresolved::Unknown),
        (0, None) => Err(Unresolved::Unknown),
        (0, Some(id)) => Err(Unresolved::NoExecution(id)),
        _ => {
            let ids = found.into_iter().map(|resolved| resolved.record.invocation_id);
            Err(Unresolved::Several(ids.collect()))
        }
    })
}

fn with_execution(record: MessageRecord) -> Option<Resolved> {
    let arn = record.history.as_ref().and(record.execution_arn.clone())?;
    Some(Resolved { record, arn })
}
