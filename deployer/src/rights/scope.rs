//! Where an action is needed: the resources of one stack, as narrowly as AWS can name them.

use serde_json::{Map, Value, json};

use crate::config::{ArtifactSettings, Organizations, RoleSettings, StackKey, StackName};
use crate::flow::OwnFunction;
use crate::installation::ArtifactPlace;
use crate::installation::logical_ids::{FUNCTION_ROLE, MACHINE, MACHINE_ROLE, TABLE};

/// A set of resources with a common naming pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// The CloudFormation stack.
    Stack,
    /// The artifact bucket.
    Bucket,
    /// The stack's objects in the bucket.
    Objects,
    /// The Lambda functions: the handler, and those that the flow brings.
    Function,
    /// The layers of the flow's functions.
    Layers,
    /// The state machine.
    Machine,
    /// The state machine's executions.
    Executions,
    /// The table.
    Table,
    /// The log groups.
    LogGroups,
    /// The alarms.
    Alarms,
    /// The dashboard.
    Dashboards,
    /// The roles that the stack creates.
    Roles,
    /// The roles that the stack creates, if they get a permissions boundary.
    BoundRoles,
    /// The policy that is the permissions boundary.
    Boundary,
    /// The KMS key of the artifacts.
    ArtifactKey,
    /// The KMS key of what the stack stores.
    Key,
    /// The same key, used by DynamoDB for the table.
    TableKey,
    /// The same key, used by Lambda for environment variables.
    EnvironmentKey,
    /// The functions' roles, passed to Lambda.
    FunctionRole,
    /// The state machine's role, passed to Step Functions.
    MachineRole,
    /// The tables that the flow adds.
    FlowTables,
    /// The topics that the flow adds.
    FlowTopics,
    /// The queues that the flow adds.
    FlowQueues,
    /// The buckets that the flow adds.
    FlowBuckets,
    /// The Systems Manager parameters that the flow adds.
    FlowParameters,
    /// The APIs of API Gateway, whose ids are unknown in advance.
    FlowApis,
    /// The roles that the flow adds.
    FlowRoles,
    /// The roles that the flow adds, if they get a permissions boundary.
    FlowBoundRoles,
    /// A role that the flow adds, passed to API Gateway.
    FlowApiRole,
    /// The role that CloudFormation assumes.
    CloudFormationRole,
    /// The users and roles of the account, including the caller.
    Principals,
    /// The WorkMail organizations.
    Organizations,
    /// All resources: AWS supports nothing narrower for these actions.
    Everything,
}

/// A stack and its place.
#[derive(Debug, Clone)]
pub struct Site<'a> {
    /// The organizations, which determine account and region.
    pub organizations: &'a Organizations,
    /// The stack.
    pub stack: &'a StackName,
    /// The role that CloudFormation assumes, if any.
    pub role: Option<&'a str>,
    /// What the roles of the stack have in common.
    pub roles: &'a RoleSettings,
    /// Where artifacts are stored.
    pub artifacts: &'a ArtifactSettings,
    /// Whether the function of the stack is in a VPC.
    pub in_vpc: bool,
    /// The key of what the stack stores, if one is set.
    pub key: Option<&'a StackKey>,
    /// The functions that the flow brings.
    pub functions: &'a [OwnFunction],
}

/// The maximum length of a role's name. Source: IAM API reference, `CreateRole`.
const MAX_ROLE_NAME: usize = 64;
/// The length of what CloudFormation appends to generated names: a hyphen and up to 13 characters,
/// as observed.
const GENERATED_SUFFIX: usize = 14;
/// How much of a stack's name is certainly at the start of a generated name, such as a role's, if it is truncated. It is not
/// documented how CloudFormation truncates; 24 characters of it were always observed.
const SAFE_PREFIX: usize = 20;

impl Scope {
    /// The name in a policy: letters only, unique.
    pub fn name(self) -> String {
        format!("{self:?}")
    }

    /// The resources in the syntax of IAM.
    pub fn resources(self, site: &Site<'_>) -> Vec<String> {
        let (region, account) = (site.organizations.region(), site.organizations.account());
        let stack = site.stack;
        // WorkMail exists only in the partition `aws`.
        let regional = |service: &str, rest: String| {
            vec![format!("arn:aws:{service}:{region}:{account}:{rest}")]
        };
        let place = self.artifact_place(site);
        let bucket = format!("arn:aws:s3:::{}", place.bucket);
        let path = site.roles.path();
        match self {
            Self::Stack => regional("cloudformation", format!("stack/{stack}/*")),
            Self::Bucket => vec![bucket],
            Self::Objects => vec![format!("{bucket}/{}*", place.prefix)],
            Self::Function => {
                let of_flow = site.functions.iter().map(|one| one.name.in_stack(stack.as_str()));
                let names = std::iter::once(stack.function_name()).chain(of_flow);
                names.flat_map(|name| regional("lambda", format!("function:{name}"))).collect()
            }
            Self::Layers => site.functions.iter().flat_map(|one| one.layers.clone()).collect(),
            Self::Machine => regional("states", format!("stateMachine:{MACHINE}-*")),
            Self::Executions => regional("states", format!("execution:{MACHINE}-*:*")),
            Self::Table => regional("dynamodb", format!("table/{stack}-{TABLE}-*")),
            Self::LogGroups => {
                let of_flow = site.functions.iter().map(|one| one.name.log_group(stack.as_str()));
                let groups = [stack.function_log_group(), stack.state_machine_log_group()];
                let groups = groups.into_iter().chain(of_flow);
                // Some actions apply to the group, others to its content.
                let names = groups.flat_map(|name| [name.clone(), format!("{name}:*")]);
                names.flat_map(|name| regional("logs", format!("log-group:{name}"))).collect()
            }
            Self::Alarms => regional("cloudwatch", format!("alarm:{stack}-*")),
            // Dashboards have no region.
            Self::Dashboards => vec![format!("arn:aws:cloudwatch::{account}:dashboard/{stack}-*")],
            Self::Roles | Self::BoundRoles => {
                let mut roles = self.function_roles(site);
                roles.insert(1, role(account, path, stack, MACHINE_ROLE));
                roles
            }
            Self::FunctionRole => self.function_roles(site),
            Self::MachineRole => vec![role(account, path, stack, MACHINE_ROLE)],
            Self::Boundary => site.roles.boundary().map(str::to_owned).into_iter().collect(),
            Self::ArtifactKey => {
                site.artifacts.key.iter().map(|key| key.arn(region, account)).collect()
            }
            Self::Key | Self::TableKey | Self::EnvironmentKey => {
                site.key.iter().map(|key| key.arn().to_owned()).collect()
            }
            Self::FlowTables => regional("dynamodb", format!("table/{stack}-*")),
            Self::FlowTopics => regional("sns", format!("{stack}-*")),
            Self::FlowQueues => regional("sqs", format!("{stack}-*")),
            // CloudFormation generates their names, in lower case.
            Self::FlowBuckets => {
                vec![format!("arn:aws:s3:::{}*", known_prefix(&stack.as_str().to_lowercase()))]
            }
            Self::FlowParameters => regional("ssm", format!("parameter/message-flow/{stack}/*")),
            Self::FlowApis => ["restapis", "restapis/*", "tags/*"]
                .map(|path| format!("arn:aws:apigateway:{region}::/{path}"))
                .into(),
            Self::FlowRoles | Self::FlowBoundRoles | Self::FlowApiRole => {
                vec![any_role(account, path, stack)]
            }
            Self::CloudFormationRole => site.role.map(str::to_owned).into_iter().collect(),
            Self::Principals => {
                ["role", "user"].map(|kind| format!("arn:aws:iam::{account}:{kind}/*")).into()
            }
            Self::Organizations => {
                site.organizations.arns().iter().map(ToString::to_string).collect()
            }
            Self::Everything => vec!["*".to_owned()],
        }
    }

    /// The roles of the handler and of the flow's functions.
    fn function_roles(self, site: &Site<'_>) -> Vec<String> {
        let (account, path) = (site.organizations.account(), site.roles.path());
        let of_flow = site.functions.iter().map(|one| one.name.role_id());
        let ids = std::iter::once(FUNCTION_ROLE.to_owned()).chain(of_flow);
        let mut roles: Vec<_> = ids.map(|id| role(account, path, site.stack, &id)).collect();
        roles.dedup();
        roles
    }

    fn artifact_place(self, site: &Site<'_>) -> ArtifactPlace {
        let (region, account) = (site.organizations.region(), site.organizations.account());
        let bucket = site.artifacts.bucket.as_ref();
        ArtifactPlace::new(account.to_owned(), region, site.stack, bucket)
    }

    /// The conditions under which an action is needed, as a policy has them.
    pub fn condition(self, site: &Site<'_>) -> Option<Value> {
        let mut operators = Map::new();
        let equals: Map<String, Value> = self
            .context(site)
            .into_iter()
            .filter(|(key, _)| CONDITIONS.contains(key))
            .map(|(key, value)| (key.to_owned(), value.into()))
            .collect();
        if !equals.is_empty() {
            operators.insert("StringEquals".to_owned(), equals.into());
        }
        // A policy for a KMS key cannot name it by an alias.
        // Source: KMS developer guide, "ABAC for AWS KMS", kms:ResourceAliases.
        let alias = site.artifacts.key.as_ref().and_then(|key| key.alias());
        if let Some(alias) = alias.filter(|_| self == Self::ArtifactKey) {
            let names = json!({ "kms:ResourceAliases": alias });
            operators.insert("ForAnyValue:StringEquals".to_owned(), names);
        }
        (!operators.is_empty()).then_some(operators.into())
    }

    /// What is known of the deployer's requests for these actions, by the condition keys of IAM.
    pub fn context(self, site: &Site<'_>) -> Vec<(&'static str, String)> {
        let key = site.artifacts.key.as_ref();
        let known = match self {
            Self::BoundRoles | Self::FlowBoundRoles => {
                vec![("iam:PermissionsBoundary", site.roles.boundary().map(str::to_owned))]
            }
            Self::ArtifactKey => {
                let service = format!("s3.{}.amazonaws.com", site.organizations.region());
                let alias = key.and_then(|key| key.alias()).map(str::to_owned);
                vec![("kms:ViaService", Some(service)), ("kms:ResourceAliases", alias)]
            }
            Self::TableKey | Self::EnvironmentKey => {
                let service = if self == Self::TableKey { "dynamodb" } else { "lambda" };
                let service = format!("{service}.{}.amazonaws.com", site.organizations.region());
                vec![("kms:ViaService", Some(service))]
            }
            Self::Objects => {
                let (region, account) = (site.organizations.region(), site.organizations.account());
                let algorithm = if key.is_some() { "aws:kms" } else { "AES256" };
                let key = key.filter(|key| key.alias().is_none());
                let key = key.map(|key| key.arn(region, account));
                vec![
                    ("s3:x-amz-server-side-encryption", Some(algorithm.to_owned())),
                    ("s3:x-amz-server-side-encryption-aws-kms-key-id", key),
                ]
            }
            other => vec![("iam:PassedToService", other.passed_to().map(str::to_owned))],
        };
        known.into_iter().filter_map(|(key, value)| Some((key, value?))).collect()
    }

    /// The scope of the same action for a resource that a flow adds; `None` if the names of such
    /// resources are unknown in advance.
    pub fn of_flow(self) -> Option<Self> {
        match self {
            Self::Table => Some(Self::FlowTables),
            Self::Roles => Some(Self::FlowRoles),
            Self::Alarms | Self::Dashboards => Some(self),
            _ => None,
        }
    }

    /// The service that a role may be passed to, if the scope is about passing one.
    pub fn passed_to(self) -> Option<&'static str> {
        match self {
            Self::FunctionRole => Some("lambda.amazonaws.com"),
            Self::MachineRole => Some("states.amazonaws.com"),
            Self::FlowApiRole => Some("apigateway.amazonaws.com"),
            Self::CloudFormationRole => Some("cloudformation.amazonaws.com"),
            _ => None,
        }
    }
}

/// The condition keys that belong in a policy.
const CONDITIONS: [&str; 3] = ["iam:PassedToService", "iam:PermissionsBoundary", "kms:ViaService"];

/// A role's ARN, as far as it is known before CloudFormation generates the name.
fn role(account: &str, path: &str, stack: &StackName, logical_id: &str) -> String {
    let name = stack.as_str();
    if name.len() + 1 + logical_id.len() + GENERATED_SUFFIX > MAX_ROLE_NAME {
        return any_role(account, path, stack);
    }
    format!("arn:aws:iam::{account}:role{path}{name}-{logical_id}-*")
}

/// The ARN of any role of a stack, as far as it is known.
fn any_role(account: &str, path: &str, stack: &StackName) -> String {
    let known = known_prefix(stack.as_str());
    format!("arn:aws:iam::{account}:role{path}{known}*")
}

/// The certain beginning of a generated name, of a stack with this name.
fn known_prefix(stack: &str) -> String {
    if stack.len() <= SAFE_PREFIX { format!("{stack}-") } else { stack[..SAFE_PREFIX].to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_name_is_known_up_to_a_possible_truncation() {
        let arn = |stack: &str| {
            role("123456789012", "/", &StackName::parse(stack).unwrap(), MACHINE_ROLE)
        };
        let start = "arn:aws:iam::123456789012:role/";
        assert_eq!(arn("mail"), format!("{start}mail-MfsmStateMachineRole-*"));
        let longest = "a".repeat(29);
        assert_eq!(arn(&longest), format!("{start}{longest}-MfsmStateMachineRole-*"));
        assert_eq!(arn(&"a".repeat(30)), format!("{start}{}*", "a".repeat(20)));
        let any = |stack: &str| any_role("123456789012", "/", &StackName::parse(stack).unwrap());
        assert_eq!(any("mail"), format!("{start}mail-*"));
        assert_eq!(any(&"a".repeat(21)), format!("{start}{}*", "a".repeat(20)));
    }
}
