//! What depends on a flow that is about to be removed.

use jiff::Timestamp;
use serde::Serialize;

use super::{Probe, traffic};
use crate::installation::{function_arn, machine_arn, table_name};
use cloud::{Cloud, RunningExecutions, Stack};

/// What depends on a flow now, as far as its parts exist.
#[derive(Debug, PartialEq, Serialize)]
pub struct InUse {
    /// The number of invocations in the last 24 hours.
    pub invocations_last_day: Probe<f64>,
    /// The approximate number of entries in the table; `Known(None)` if the table no longer exists.
    pub entries: Probe<Option<u64>>,
    /// The number of running executions; `Known(None)` if the state machine no longer exists.
    pub running: Probe<Option<RunningExecutions>>,
}

/// Reads the usage; `None` if the stack lacks the function, machine or table, because it is
/// incomplete.
pub async fn usage(cloud: &Cloud, stack: &Stack, now: Timestamp) -> Option<InUse> {
    let (function, machine) = (function_arn(stack)?, machine_arn(stack)?);
    let (function_name, table) = (function.rsplit(':').next()?, table_name(stack)?);
    let invocations = traffic::invocations_of_a_day(cloud, function_name, now);
    let (invocations_last_day, entries, running) = tokio::join!(
        Probe::of(invocations, "cloudwatch:GetMetricData"),
        Probe::of(cloud.tables.item_count(table), "dynamodb:DescribeTable"),
        Probe::of(cloud.machines.running(machine), "states:ListExecutions"),
    );
    Some(InUse { invocations_last_day, entries, running })
}
