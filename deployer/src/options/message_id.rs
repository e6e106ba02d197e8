//! Which message a command is about.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::stack::StackArgs;
use crate::config::{StackName, bad_values};
use crate::error::CommandError;
use crate::logs::{parse_id, parse_time};
use crate::trace::TraceQuery;

/// The message whose execution a command changes, and its stack.
#[derive(Debug, Clone, clap::Args)]
pub struct MessageIdArgs {
    /// Message ID, invocation ID, or name or ARN of the execution
    #[arg(value_name = "ID")]
    pub id: String,
    /// How far back to search the log for a message ID [default: 1d]
    #[arg(long, value_name = "TIME")]
    pub since: Option<String>,
    /// Which stack.
    #[command(flatten)]
    pub stack: StackArgs,
}

impl MessageIdArgs {
    /// The stack's name, and what to search for.
    /// Fails when a value is invalid.
    pub fn parse(
        &self,
        now: Timestamp,
        zone: &TimeZone,
    ) -> Result<(StackName, TraceQuery), CommandError> {
        parse(&self.id, self.since.as_deref(), &self.stack, now, zone)
    }
}

/// The stack's name, and what to search for.
/// Fails when a value is invalid.
pub fn parse(
    id: &str,
    since: Option<&str>,
    stack: &StackArgs,
    now: Timestamp,
    zone: &TimeZone,
) -> Result<(StackName, TraceQuery), CommandError> {
    let name = stack.parse();
    let since = since.map(|text| parse_time(text, now, zone, "--since")).transpose();
    match (name, since, parse_id(id)) {
        (Ok(name), Ok(since), Ok(id)) => Ok((name, TraceQuery { id, since, now })),
        (name, since, id) => {
            let faults = [id.err(), name.err(), since.err()];
            Err(bad_values(faults.into_iter().flatten().collect()))
        }
    }
}
