//! How much a flow is in use, which matters before it is removed.

use jiff::Timestamp;
use serde::Serialize;

use super::Probe;
use super::traffic;
use crate::installation::{function_arn, machine_arn, table_name};
use cloud::{Cloud, Running, Stack};

/// What depends on a flow now.
#[derive(Debug, PartialEq, Serialize)]
pub struct InUse {
    /// How often the function was invoked in the last 24 hours.
    pub invocations_last_day: Probe<f64>,
    /// About how many entries the table has; `None` inside if the table is gone.
    pub entries: Probe<Option<u64>>,
    /// How many executions are running; `None` inside if the state machine is gone.
    pub running: Probe<Option<Running>>,
}

/// Reads the numbers; `None` if the stack is incomplete and names no function, state machine or table.
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
