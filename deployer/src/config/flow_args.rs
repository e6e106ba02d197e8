//! What describes a message flow's stack, as options: the input of [`Config`](super::Config).

use std::path::PathBuf;

use clap::Args as ClapArgs;
use clap::builder::NonEmptyStringValueParser;
use serde::{Deserialize, Serialize};

use super::{AnswerArgs, ArtifactArgs, RoleArgs, ServiceArgs, StackName};

/// What describes a message flow's stack, for `up`, `plan`, `render`, `check` and `export`.
// The derived group would leave out the flattened options. Clap lists the options of a conflict in this order.
#[derive(Debug, Clone, ClapArgs, Serialize, Deserialize)]
#[group(args = [
    "org_arn", "stack_name", "flow", "parameter", "state_machine", "rule", "wait_time", "output_state",
    "on_failure", "memory", "log_retention", "log_level", "metrics", "tracing", "reserved_concurrency", "vpc_subnet",
    "vpc_security_group", "point_in_time_recovery", "kms_key", "alarms", "alarm_age", "tag", "overlay", "handler",
    "permissions_boundary", "role_path", "artifact_bucket", "artifact_kms_key",
])]
pub struct FlowArgs {
    /// ARN of the WorkMail organization whose rule may invoke the flow; repeat it for several
    #[arg(long, value_name = "ARN")]
    pub org_arn: Vec<String>,
    /// Name of the CloudFormation stack
    #[arg(long, value_name = "NAME", default_value = StackName::DEFAULT)]
    pub stack_name: String,
    /// Message flow: a built-in one (`deployer flows` lists them) or a folder [default: default, which
    /// delivers everything]
    #[arg(long, value_name = "NAME|DIR", value_parser = NonEmptyStringValueParser::new(), conflicts_with = "state_machine")]
    pub flow: Option<String>,
    /// Value of one of the flow's parameters; may be repeated
    #[arg(long, value_name = "KEY=VALUE", conflicts_with = "state_machine")]
    pub parameter: Vec<String>,
    /// State machine to use instead of a flow: Amazon States Language, JSON or YAML
    #[arg(long, value_name = "FILE", conflicts_with_all = ["flow", "parameter"])]
    pub state_machine: Option<PathBuf>,
    /// How a message gets its answer.
    #[command(flatten)]
    #[serde(flatten)]
    pub answer: AnswerArgs,
    /// Memory of the function in megabytes, 128 to 10240
    #[arg(long, value_name = "MB", default_value = "128", allow_hyphen_values = true)]
    pub memory: String,
    /// Days to keep logs
    #[arg(long, value_name = "DAYS", default_value = "30", allow_hyphen_values = true)]
    pub log_retention: String,
    /// What the handler logs: info, or debug for the event too, without its content
    #[arg(long, value_name = "LEVEL", default_value = "info")]
    pub log_level: String,
    /// Whether the handler emits metrics (CloudWatch charges for each of them): on or off
    #[arg(long, value_name = "ON|OFF", default_value = "on")]
    pub metrics: String,
    /// What AWS services do beyond their defaults.
    #[command(flatten)]
    #[serde(flatten)]
    pub services: ServiceArgs,
    /// SNS topic that receives alarms about failures, throttling, and old messages; adds a dashboard, too [default:
    /// no alarms]
    #[arg(long, value_name = "TOPIC_ARN")]
    pub alarms: Option<String>,
    /// Minutes that a message may wait for its verdict before there is an alarm, 1 to 240
    #[arg(long, value_name = "MINUTES", default_value = "30", allow_hyphen_values = true)]
    pub alarm_age: String,
    /// Tag for the stack and its resources; may be repeated
    #[arg(long, value_name = "KEY=VALUE")]
    pub tag: Vec<String>,
    /// Patch of the template, applied last: a JSON merge patch, JSON or YAML [default: none]
    #[arg(long, value_name = "FILE")]
    pub overlay: Option<PathBuf>,
    /// Handler to use instead of the embedded one: a zip, or a `bootstrap` for Linux
    #[arg(long, value_name = "FILE")]
    pub handler: Option<PathBuf>,
    /// What the roles of the stack have in common.
    #[command(flatten)]
    #[serde(flatten)]
    pub roles: RoleArgs,
    /// Where artifacts are stored.
    #[command(flatten)]
    #[serde(flatten)]
    pub artifacts: ArtifactArgs,
}

/// How CloudFormation carries out the operation of `up`.
#[derive(Debug, Clone, ClapArgs)]
pub struct StackOptionsArgs {
    /// Role that CloudFormation assumes, now and later [default: your credentials]
    #[arg(long, value_name = "ARN")]
    pub role_arn: Option<String>,
    /// SNS topic that receives the stack's events; may be repeated [default: unchanged]
    #[arg(long, value_name = "ARN")]
    pub notification_arn: Vec<String>,
    /// What happens when the first creation fails: rollback (what was created is deleted), delete
    /// (the failed stack, too), or do-nothing (everything remains, for inspection); updates are
    /// always rolled back [default: rollback]
    #[arg(long, value_name = "WHAT")]
    pub on_stack_failure: Option<String>,
    /// Update in express mode, which ends when everything is configured, while resources may still
    /// stabilize
    #[arg(long)]
    pub express: bool,
    /// Turn on termination protection after success
    #[arg(long)]
    pub protect: bool,
}
