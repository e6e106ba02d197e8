//! What depends on a flow that is about to be removed.

use jiff::Timestamp;
use serde::Serialize;

use super::Reading;
use super::traffic;
use crate::installation::{function_arn, machine_arn, table_name};
use cloud::{Cloud, RunningExecutions, Stack};

/// What depends on a flow now, as far as its parts exist.
#[derive(Debug, PartialEq, Serialize)]
pub struct Stakes {
    /// The number of invocations in the last 24 hours.
    pub invocations_last_day: Reading<f64>,
    /// The approximate number of entries in the table; `Known(None)` if the table no longer exists.
    pub entries: Reading<Option<u64>>,
    /// The number of running executions; `Known(None)` if the state machine no longer exists.
    pub running: Reading<Option<RunningExecutions>>,
}

/// Reads the usage; `None` if the stack lacks the function, machine or table, because it is
/// incomplete.
pub async fn stakes(cloud: &Cloud, stack: &Stack, now: Timestamp) -> Option<Stakes> {
    let (function, machine) = (function_arn(stack)?, machine_arn(stack)?);
    let (function_name, table) = (function.rsplit(':').next()?, table_name(stack)?);
    let invocations = traffic::invocations_of_a_day(cloud, function_name, now);
    let (invocations_last_day, entries, running) = tokio::join!(
        Reading::of(invocations, "cloudwatch:GetMetricData"),
        Reading::of(cloud.tables.item_count(table), "dynamodb:DescribeTable"),
        Reading::of(cloud.machines.running(machine), "states:ListExecutions"),
    );
    Some(Stakes { invocations_last_day, entries, running })
}
