//! What a removal would take, in numbers.

use jiff::Timestamp;
use serde::Serialize;

use super::Reading;
use super::traffic;
use crate::installation::{function_arn, machine_arn, table_name};
use cloud::{Cloud, RunningExecutions, Stack};

/// What depends on a flow now, as far as its parts exist.
#[derive(Debug, PartialEq, Serialize)]
pub struct Stakes {
    /// How often the function was invoked in the last 24 hours.
    pub invocations_last_day: Reading<f64>,
    /// About how many entries the table has; `None` inside where the table is gone.
    pub entries: Reading<Option<u64>>,
    /// How many executions run; `None` inside where the state machine is gone.
    pub running: Reading<Option<RunningExecutions>>,
}

/// Reads what is at stake; `None` where the stack names no function, machine and table, because it is not whole.
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
