//! `deployer config`.

use handler::on_failure::OnFailure;
use handler::rule::Rule;

use crate::config::{FlowArgs, KEYS, Kind, RolePath, StackOptionsArgs, WaitTime};
use crate::error::CommandError;
use crate::exit::Exit;
use crate::flow::DEFAULT;
use crate::options::workmail_endpoint::WorkMailArgs;
use crate::report::answers::{Setting, Settings};
use crate::session::{GlobalArgs, Session};
use cloud::OnStackFailure;

/// Show every setting and where it comes from.
///
/// Options come first, then variables (`DEPLOYER_MEMORY` for `--memory`), then `deployer.yaml` (its
/// environment before its own settings), then defaults. Entries of `parameter` and `tag` are merged
/// by name. The values are not checked, and the network is not used.
#[derive(Debug, Clone, clap::Args)]
pub struct ConfigArgs {
    /// What describes the flow.
    #[command(flatten)]
    pub flow: FlowArgs,
    /// How CloudFormation carries it out.
    #[command(flatten)]
    pub handling: StackOptionsArgs,
    /// How to reach WorkMail.
    #[command(flatten)]
    pub workmail: WorkMailArgs,
}

/// Fails when the region contradicts the organization, or an ARN is invalid.
pub async fn run(args: &ConfigArgs, session: &mut Session<'_>) -> Result<Exit, CommandError> {
    let organizations = session.organizations()?;
    let region = session.region(organizations.as_ref()).await?;
    let mut settings = Vec::new();
    for key in &KEYS {
        let origins = &session.layers.origins;
        let (values, origin) = match &region {
            Some(region) if key.name == "region" => {
                (vec![region.name.clone()], region.origin.clone())
            }
            _ => (values(key.name, args, session.global), origins.of(key.name)),
        };
        let place = |value: &String| origins.of_entry(key.name, value).to_string();
        let places = match key.kind {
            Kind::Map => values.iter().map(place).collect(),
            _ => vec![origin.to_string(); values.len()],
        };
        let (layer, place) = (origin.layer(), origin.to_string());
        settings.push(Setting { key: key.name, values, layer, place, places });
    }
    let file = session.layers.file.as_ref();
    let settings = Settings {
        file: file.map(|file| file.path.display().to_string()),
        environment: file.and_then(|file| file.environment.clone()),
        environments: file.map(|file| file.environments.clone()).unwrap_or_default(),
        settings,
    };
    session.answer(&settings);
    Ok(Exit::Done)
}

/// A setting's values as they arrived, by its key.
fn values(key: &str, args: &ConfigArgs, global: &GlobalArgs) -> Vec<String> {
    let ConfigArgs { flow, handling, .. } = args;
    let path = |path: &Option<std::path::PathBuf>| path.as_ref().map(|p| p.display().to_string());
    let one = |value: Option<String>| value.into_iter().collect();
    match key {
        "org-arn" => flow.org_arn.clone(),
        "stack-name" => vec![flow.stack_name.clone()],
        "flow" if flow.state_machine.is_none() => {
            vec![flow.flow.clone().unwrap_or_else(|| DEFAULT.to_owned())]
        }
        "flow" => one(flow.flow.clone()),
        "parameter" => flow.parameter.clone(),
        "state-machine" => one(path(&flow.state_machine)),
        "rule" => {
            vec![flow.answer.rule.clone().unwrap_or_else(|| Rule::default().to_string())]
        }
        "wait-time" => {
            vec![flow.answer.wait_time.clone().unwrap_or_else(|| WaitTime::default().to_string())]
        }
        "output-state" => one(flow.answer.output_state.clone()),
        "on-failure" => {
            vec![flow.answer.on_failure.clone().unwrap_or_else(|| OnFailure::default().to_string())]
        }
        "memory" => vec![flow.memory.clone()],
        "log-retention" => vec![flow.log_retention.clone()],
        "log-level" => vec![flow.log_level.clone()],
        "metrics" => vec![flow.metrics.clone()],
        "tracing" => vec![flow.services.tracing.clone()],
        "reserved-concurrency" => one(flow.services.reserved_concurrency.clone()),
        "vpc-subnet" => flow.services.network.vpc_subnet.clone(),
        "vpc-security-group" => flow.services.network.vpc_security_group.clone(),
        "point-in-time-recovery" => vec![flow.services.point_in_time_recovery.clone()],
        "kms-key" => one(flow.services.key.kms_key.clone()),
        "alarms" => one(flow.alarms.clone()),
        "alarm-age" => vec![flow.alarm_age.clone()],
        "tag" => flow.tag.clone(),
        "overlay" => one(path(&flow.overlay)),
        "handler" => one(path(&flow.handler)),
        "permissions-boundary" => one(flow.roles.permissions_boundary.clone()),
        "role-path" => {
            vec![flow.roles.role_path.clone().unwrap_or_else(|| RolePath::ROOT.to_owned())]
        }
        "artifact-bucket" => one(flow.artifacts.artifact_bucket.clone()),
        "artifact-kms-key" => one(flow.artifacts.artifact_kms_key.clone()),
        "role-arn" => one(handling.role_arn.clone()),
        "notification-arn" => handling.notification_arn.clone(),
        "on-stack-failure" => {
            let default = || OnStackFailure::Rollback.to_string();
            vec![handling.on_stack_failure.clone().unwrap_or_else(default)]
        }
        "express" => vec![handling.express.to_string()],
        "protect" => vec![handling.protect.to_string()],
        "region" => one(global.region.clone()),
        "profile" => one(global.profile.clone()),
        "endpoint-url" => one(global.endpoint_url.clone()),
        "workmail-endpoint-url" => one(args.workmail.workmail_endpoint_url.clone()),
        _ => Vec::new(),
    }
}
