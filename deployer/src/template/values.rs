//! What is inserted into the template: every value, already decided.

use std::collections::BTreeMap;

use crate::installation::logical_ids::FUNCTION_PERMISSION;
use handler::workmail::limits::FUNCTION_TIMEOUT;
use serde::Serialize;
use serde_json::{Map, Value};

use super::flow_functions::{FunctionValues, PlacedFunction, record};
use super::watching::Watching;
use crate::config::{Config, Network};
use crate::flow::Flow;

/// The template's values, by the names it uses.
#[derive(Debug, Clone, Serialize)]
pub struct Values {
    pub description: String,
    pub flow: String,
    /// The values of the flow's parameters, by name.
    pub parameters: BTreeMap<String, Value>,
    /// The account, for the trust policy of the state machine's role.
    pub account: String,
    /// Hex SHA-256 of the handler's zip.
    pub handler_sha256: String,
    /// `arm64` or `x86_64`, as the handler was built.
    pub architecture: String,
    pub bucket: String,
    /// The handler's key in it.
    pub artifact_key: String,
    /// Whether the stack was adopted: the function and the state machine keep their names, and the
    /// template sets no type of the state machine, because setting either for the first time
    /// replaces them.
    pub taken_over: bool,
    /// The roles of an adopted stack whose default path is written out, by logical id:
    /// CloudFormation plans a replacement if the path is added to the template or removed from it.
    pub root_roles: Vec<String>,
    /// The function's name, unless the stack was adopted.
    pub function_name: String,
    pub function_description: String,
    /// The function's log group.
    pub function_log_group: String,
    /// The state machine's log group.
    pub state_machine_log_group: String,
    /// Days to keep logs.
    pub log_retention: u32,
    /// Megabytes of memory.
    pub memory: u32,
    /// Seconds after which Lambda ends an invocation.
    pub timeout: u64,
    /// Whether WorkMail waits for a verdict.
    pub rule: String,
    /// Seconds the first invocation waits.
    pub wait_time: String,
    /// The state whose exit is the verdict; empty for the execution's output.
    pub output_state: String,
    pub on_failure: String,
    /// The level of the handler's log.
    pub log_level: String,
    /// Whether the handler emits metrics.
    pub metrics: String,
    /// Whether X-Ray traces function and state machine.
    pub tracing: bool,
    /// What Lambda reserves for the function.
    pub reserved_concurrency: Option<u32>,
    /// Where the function is in a VPC.
    pub network: Option<Network>,
    /// The function's ARN, as a pattern that also matches the generated name in an adopted stack.
    pub function_arn: String,
    /// Whether DynamoDB keeps continuous backups of the table.
    pub point_in_time_recovery: bool,
    /// The state machine, as JSON text.
    pub definition: String,
    /// The ARNs of the functions that the state machine may invoke.
    pub functions: Vec<String>,
    /// What the flow's own policy allows the state machine.
    pub flow_statements: Vec<Value>,
    /// The functions that the flow brings.
    pub flow_functions: Vec<FunctionValues>,
    /// What the template records of them, by name.
    pub function_record: Map<String, Value>,
    /// The flow's own resources, by logical id.
    pub flow_resources: Map<String, Value>,
    /// The flow's own outputs, by logical id.
    pub flow_outputs: Map<String, Value>,
    /// One permission per organization.
    pub permissions: Vec<Permission>,
    /// The permissions boundary of every role.
    pub permissions_boundary: Option<String>,
    /// The path of every role.
    pub role_path: Option<String>,
    /// The key that encrypts the artifacts, for the record.
    pub artifact_kms_key: Option<String>,
    /// The ARN of the key that encrypts table, logs, and environment variables.
    pub kms_key: Option<String>,
    /// Alarms and dashboard, if they are requested.
    pub watching: Option<Watching>,
}

/// What lets one organization's rule invoke the function.
#[derive(Debug, Clone, Serialize)]
pub struct Permission {
    /// Its name in the template, made of the organization's id, so that organizations can be added
    /// and removed without changing each other's permission.
    pub logical_id: String,
    /// WorkMail in its region.
    pub principal: String,
    pub organization: String,
}

impl Values {
    /// Brings together what the template needs. `artifact` is the handler's digest, architecture and
    /// place; `functions` are those that the flow brings; `adopted` is
    /// there if someone else chose the names of the stack's resources.
    pub fn new(
        config: &Config,
        flow: &Flow,
        artifact: &Placed<'_>,
        functions: &[PlacedFunction<'_>],
        adopted: Option<&Adopted>,
    ) -> Self {
        let function_name = config.stack_name.function_name();
        let answer = config.tuning.answer.clone().or(&flow.belongings.defaults).resolved();
        Self {
            description: cut(&format!("WorkMail message flow - {}", flow.description), 1024),
            flow: flow.name.clone(),
            parameters: flow.belongings.parameters.clone(),
            account: config.organizations.account().to_owned(),
            handler_sha256: artifact.sha256.to_owned(),
            architecture: artifact.architecture.to_owned(),
            bucket: artifact.bucket.to_owned(),
            artifact_key: artifact.key.to_owned(),
            taken_over: adopted.is_some(),
            root_roles: adopted.map(|adopted| adopted.root_roles.clone()).unwrap_or_default(),
            function_log_group: config.stack_name.function_log_group(),
            function_name,
            function_description: "Answers WorkMail with the verdict of a state machine".to_owned(),
            state_machine_log_group: config.stack_name.state_machine_log_group(),
            log_retention: config.tuning.log_retention.days(),
            memory: config.tuning.memory.megabytes(),
            timeout: FUNCTION_TIMEOUT.as_secs(),
            rule: answer.rule.to_string(),
            wait_time: answer.wait_time.to_string(),
            output_state: answer
                .output_state
                .map_or_else(String::new, |state| state.as_str().to_owned()),
            on_failure: answer.on_failure.to_string(),
            log_level: config.telemetry.log_level.to_string(),
            metrics: config.telemetry.metrics.to_string(),
            tracing: config.services.tracing,
            reserved_concurrency: config.services.reserved_concurrency,
            network: config.services.network.clone(),
            function_arn: format!(
                "arn:aws:lambda:{}:{}:function:{}*",
                config.organizations.region(),
                config.organizations.account(),
                config.stack_name.function_name(),
            ),
            point_in_time_recovery: config.services.point_in_time_recovery,
            watching: config.alarms.as_ref().map(|alarms| {
                let (stack, region) = (&config.stack_name, config.organizations.region());
                Watching::new(stack, region, alarms, &flow.belongings.resources)
            }),
            definition: flow.definition.to_json(),
            functions: flow.functions.iter().map(ToString::to_string).collect(),
            flow_statements: flow.belongings.statements.clone(),
            flow_functions: functions
                .iter()
                .map(|function| FunctionValues::new(function, &config.stack_name))
                .collect(),
            function_record: record(functions),
            flow_resources: flow.belongings.resources.clone(),
            flow_outputs: flow.belongings.outputs.clone(),
            permissions: permissions(config),
            permissions_boundary: config.roles.boundary().map(str::to_owned),
            role_path: config.roles.path.as_ref().map(|path| path.as_str().to_owned()),
            artifact_kms_key: config.artifacts.key.as_ref().map(|key| key.as_str().to_owned()),
            kms_key: config.services.key.as_ref().map(|key| key.arn().to_owned()),
        }
    }
}

/// One permission for each organization.
fn permissions(config: &Config) -> Vec<Permission> {
    config
        .organizations
        .arns()
        .iter()
        .map(|organization| Permission {
            logical_id: format!("{FUNCTION_PERMISSION}{}", organization.hex()),
            principal: format!("workmail.{}.amazonaws.com", organization.region()),
            organization: organization.to_string(),
        })
        .collect()
}

/// What the template of a stack that is or was adopted keeps, so that nothing is replaced.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Adopted {
    /// The name of the function.
    pub function_name: String,
    /// The roles whose default path is written out, by logical id.
    pub root_roles: Vec<String>,
}

/// The handler as the template refers to it.
#[derive(Debug, Clone, Copy)]
pub struct Placed<'a> {
    /// Hex SHA-256 of the zip.
    pub sha256: &'a str,
    /// `arm64` or `x86_64`.
    pub architecture: &'a str,
    pub bucket: &'a str,
    pub key: &'a str,
}

/// The first `bytes` of a text, cut between characters. CloudFormation takes descriptions up to 1,024
/// bytes (user guide, "Template sections").
fn cut(text: &str, bytes: usize) -> String {
    let mut end = text.len().min(bytes);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text[..end].to_owned()
}
