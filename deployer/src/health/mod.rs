//! The health of a deployed flow, and what depends on it. All parts are read concurrently and
//! separately, so that a missing permission hides only one part.

mod functions;
mod listing;
mod probe;
mod topics;
mod traffic;
mod usage;

pub use functions::{FlowFunctionHealth, functions};
pub use listing::{ListedFlow, RegionFlows, list};
pub use probe::Probe;
pub use topics::{Hearing, Topic, topics};
pub use traffic::{ANSWERED, BY_TYPE, LifetimeInvocations, MESSAGE_AGE, Measure, STARTED, Traffic};
pub use usage::{InUse, usage};

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use crate::config::Tags;
use crate::installation::{
    ArtifactPlace, InstalledCode, bucket_name, function_arn, machine_arn, table_name,
};
use crate::plan::{OtherCode, is_deployed, other_code};
use cloud::{Cloud, CloudError, Function, Stack};

/// The health of a flow.
#[derive(Debug, Serialize)]
pub struct Health {
    /// The function; `Known(None)` if it no longer exists.
    pub function: Probe<Option<Function>>,
    /// Whether the function runs the handler that was deployed; `None` if that is unknown.
    pub code: Option<Code>,
    /// The functions that the flow brings.
    pub functions: Probe<Vec<FlowFunctionHealth>>,
    /// The state machine, compared with what was deployed.
    pub machine: Probe<Machine>,
    /// The metrics of the last hour and the last day.
    pub traffic: Probe<Traffic>,
    /// Whether it was ever invoked; `Known(None)` if not.
    pub ever_invoked: Probe<Option<LifetimeInvocations>>,
    /// The topics that the flow adds, with their subscriptions.
    pub topics: Probe<Vec<Topic>>,
    pub table: Option<String>,
    /// The name of the artifact bucket; the deployer's own, unless the template says otherwise.
    pub bucket: Option<String>,
}

/// The code of a function compared with what was deployed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "is")]
pub enum Code {
    AsDeployed,
    /// It was changed outside the stack.
    Changed {
        /// What to say about it.
        #[serde(skip)]
        other: Box<OtherCode>,
    },
}

/// A state machine compared with what was deployed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Machine {
    /// It is as it was deployed.
    AsDeployed,
    /// Its definition was changed outside the stack.
    Changed,
    /// It no longer exists.
    Gone,
    /// Its deployed definition is not a text, so it cannot be compared.
    NotComparable,
}

/// Reads the health of a flow; `None` if the stack lacks the function or the state machine, because
/// it is incomplete.
pub async fn read(cloud: &Cloud, stack: &Stack, now: Timestamp) -> Option<Health> {
    let (function, machine) = (function_arn(stack)?, machine_arn(stack)?);
    let function_name = function.rsplit(':').next()?;
    let read_machine = "cloudformation:GetTemplate and states:DescribeStateMachine";
    let read_metrics = "cloudwatch:GetMetricData";
    let (function, machine, traffic, ever_invoked) = tokio::join!(
        Probe::of(cloud.functions.function(function), "lambda:GetFunctionConfiguration"),
        Probe::of(compare(cloud, &stack.name, machine), read_machine),
        Probe::of(traffic::read(cloud, function_name, machine, now), read_metrics),
        Probe::of(traffic::ever(cloud, function_name, now), read_metrics),
    );
    Some(Health {
        function,
        code: None,
        functions: Probe::Known(Vec::new()),
        machine,
        traffic,
        ever_invoked,
        topics: Probe::Known(Vec::new()),
        table: table_name(stack).map(str::to_owned),
        // The stack's ARN contains the account id, so no call is needed.
        bucket: stack.id.split(':').nth(4).map(|account| bucket_name(account, &cloud.region)),
    })
}

impl Health {
    /// With the topics and the functions of the stack's template.
    pub async fn with_parts_of(self, cloud: &Cloud, stack: &Stack, template: &Value) -> Self {
        let (topics, functions) = tokio::join!(
            Probe::of(topics(cloud, stack, template), "cloudformation:ListStackResources"),
            Probe::of(functions(cloud, stack, template), "lambda:GetFunctionConfiguration"),
        );
        Self { topics, functions, ..self }
    }

    /// With the bucket that a template of the deployer names, and the code compared with it.
    pub fn stored_by(self, stack: &Stack, template: &Value, region: &str) -> Self {
        let account = stack.account().unwrap_or_default();
        let deployed = ArtifactPlace::deployed(account, region, &stack.name, template);
        let given = deployed.filter(|_| Tags::mark_as_own(&stack.tags));
        let handler = InstalledCode::of(template).into_iter().next();
        let code = match (&self.function, handler) {
            (Probe::Known(Some(function)), Some(handler))
                if function.code_sha256.is_some() && given.is_some() =>
            {
                Some(match other_code(stack, template, region, &handler, function) {
                    Some(other) => Code::Changed { other: Box::new(other) },
                    None => Code::AsDeployed,
                })
            }
            _ => None,
        };
        Self { bucket: given.map(|(place, _)| place.bucket).or(self.bucket), code, ..self }
    }
}

async fn compare(cloud: &Cloud, stack: &str, machine: &str) -> Result<Machine, CloudError> {
    let (template, live) =
        tokio::try_join!(cloud.stacks.template(stack), cloud.machines.definition(machine))?;
    let Some(live) = live else { return Ok(Machine::Gone) };
    let template: Option<Value> = template.and_then(|text| serde_json::from_str(&text).ok());
    Ok(match template.and_then(|template| is_deployed(&template, &live)) {
        Some(true) => Machine::AsDeployed,
        Some(false) => Machine::Changed,
        None => Machine::NotComparable,
    })
}
