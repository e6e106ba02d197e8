//! What is inserted into the template for each function that the flow brings.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::config::StackName;
use crate::flow::FlowFunction;

/// The code of a function as the template refers to it.
#[derive(Debug, Clone, Copy)]
pub struct PlacedFunction<'a> {
    pub function: &'a FlowFunction,
    /// Hex SHA-256 of the zip.
    pub sha256: &'a str,
    /// The zip's key in the bucket.
    pub key: &'a str,
    /// Marks of the files that a person wrote, by path.
    pub sources: &'a BTreeMap<String, String>,
}

/// The values of one function, by the names that the template uses.
#[derive(Debug, Clone, Serialize)]
pub struct FunctionValues {
    pub function_id: String,
    pub role_id: String,
    pub log_group_id: String,
    /// The name in Lambda.
    pub function_name: String,
    /// Its ARN.
    pub arn: String,
    pub log_group: String,
    pub description: String,
    pub runtime: String,
    pub handler: String,
    pub architecture: String,
    pub artifact_key: String,
    pub memory: u32,
    pub timeout: u32,
    pub environment: BTreeMap<String, Value>,
    pub layers: Vec<String>,
    /// `VpcConfig` in CloudFormation's spelling.
    pub vpc: Option<Value>,
    /// What its own policy allows.
    pub statements: Vec<Value>,
}

impl FunctionValues {
    pub fn new(placed: &PlacedFunction<'_>, stack: &StackName) -> Self {
        let FlowFunction { name, arn, settings, statements, .. } = placed.function;
        let vpc = settings.vpc.as_ref();
        Self {
            function_id: name.function_id(),
            role_id: name.role_id(),
            log_group_id: name.log_group_id(),
            function_name: name.in_stack(stack.as_str()),
            arn: arn.clone(),
            log_group: name.log_group(stack.as_str()),
            description: settings.description.clone(),
            runtime: settings.runtime.to_string(),
            handler: settings.handler.clone(),
            architecture: settings.architecture.to_owned(),
            artifact_key: placed.key.to_owned(),
            memory: settings.memory,
            timeout: settings.timeout,
            environment: settings.environment.clone(),
            layers: settings.layers.clone(),
            vpc: vpc.map(
                |vpc| json!({ "SubnetIds": vpc.subnets, "SecurityGroupIds": vpc.security_groups }),
            ),
            statements: statements.clone(),
        }
    }
}

/// What the template records of the functions: the digest of each one's code, and what it was made from, so that a later plan
/// can show which files have changed.
pub fn record(functions: &[PlacedFunction<'_>]) -> Map<String, Value> {
    let one = |placed: &PlacedFunction<'_>| {
        let mut record = json!({ "Sha256": placed.sha256 });
        if placed.sources.len() <= MOST_SOURCES {
            record["Sources"] = json!(placed.sources);
        }
        (placed.function.name.to_string(), record)
    };
    functions.iter().map(one).collect()
}

/// More files would make the template large, and no one reads a longer list.
const MOST_SOURCES: usize = 100;
