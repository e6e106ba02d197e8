//! Validated settings, built once from the command line, the environment and the file. The modules
//! below do not see the arguments.

pub mod alarms;
mod answer_settings;
mod artifact_settings;
mod bucket_name;
mod change_set_name;
mod file;
mod file_search;
mod file_values;
mod flow_args;
mod flow_choice;
mod flow_source;
mod function_name;
mod keys;
mod kms_key;
mod layers;
#[cfg(test)]
mod layers_tests;
mod no_organization;
mod organization;
mod origins;
pub mod pair;
mod quoted;
mod role_settings;
mod service_settings;
mod stack_name;
mod stack_options;
mod tags;
mod telemetry;
mod tuning;
mod variables;

pub use alarms::Alarms;
pub use answer_settings::{
    AnswerArgs, AnswerSettings, OutputState, ResolvedAnswerSettings, WaitTime,
};
pub use artifact_settings::{ArtifactArgs, ArtifactSettings};
pub use bucket_name::BucketName;
pub use change_set_name::change_set_name;
pub use file_search::FILE_NAME;
pub use flow_args::{FlowArgs, StackOptionsArgs};
pub use flow_source::{FlowLocation, FlowSource};
pub use function_name::FunctionName;
pub use keys::{KEYS, Kind, Origin};
pub use kms_key::{KmsKey, StackKey, StackKeyArgs};
pub use layers::{CommandLine, Layers, complete};
pub use no_organization::or_example;
pub use organization::{OrganizationArn, Organizations};
pub use quoted::quoted;
pub use role_settings::{RoleArgs, RolePath, RoleSettings};
pub use service_settings::{Network, NetworkArgs, ServiceArgs, ServiceSettings};
pub use stack_name::StackName;
pub use stack_options::{role_arn, stack_options};
pub use tags::Tags;
pub use telemetry::{Metrics, Telemetry};
pub use tuning::{LogRetention, Tuning};

use std::path::PathBuf;

use crate::error::CommandError;
use crate::finding::Finding;

/// Everything that describes a message flow's stack, except the handler's bytes.
#[derive(Debug, Clone)]
pub struct Config {
    /// The organizations whose rules may invoke the function; all in one account and region.
    pub organizations: Organizations,
    pub stack_name: StackName,
    pub tuning: Tuning,
    /// What the handler logs and measures.
    pub telemetry: Telemetry,
    /// `None` if no alarms are configured.
    pub alarms: Option<Alarms>,
    /// The stack's tags, including the deployer's own.
    pub tags: Tags,
    /// What the roles of the stack have in common.
    pub roles: RoleSettings,
    /// What AWS services do beyond their defaults.
    pub services: ServiceSettings,
    /// Where artifacts are stored.
    pub artifacts: ArtifactSettings,
    pub flow: FlowSource,
    /// A patch of the template, in addition to the flow's own.
    pub overlay: Option<PathBuf>,
    /// A handler to use instead of the embedded one.
    pub handler: Option<PathBuf>,
}

impl Config {
    /// Whether an option or a setting says which flow it is; otherwise it is the default.
    pub fn names_a_flow(&self) -> bool {
        self.flow.is_named()
    }

    /// Validates all settings and reports all faults together.
    /// Error: [`Exit::Usage`](crate::exit::Exit::Usage) with one finding per invalid value.
    pub fn from_args(args: &FlowArgs) -> Result<Self, CommandError> {
        let mut faults = Vec::new();
        let organizations = keep(&mut faults, Organizations::parse(&args.org_arn));
        let stack_name = keep(&mut faults, StackName::parse(&args.stack_name).map_err(|e| vec![e]));
        let tuning = keep(&mut faults, Tuning::parse(args));
        let tags = keep(&mut faults, Tags::parse(&args.tag));
        let telemetry = keep(&mut faults, Telemetry::parse(args));
        let alarms =
            keep(&mut faults, Alarms::of(args, organizations.as_ref(), telemetry.as_ref()));
        let roles = RoleSettings::parse(&args.roles, organizations.as_ref());
        let roles = keep(&mut faults, roles);
        let services = ServiceSettings::parse(&args.services, organizations.as_ref());
        let services = keep(&mut faults, services);
        let artifacts = ArtifactSettings::parse(&args.artifacts, organizations.as_ref());
        let artifacts = keep(&mut faults, artifacts);
        let rest = (roles, services, artifacts);
        match (organizations, stack_name, tuning, telemetry, alarms, tags, rest) {
            (
                Some(organizations),
                Some(stack_name),
                Some(tuning),
                Some(telemetry),
                Some(alarms),
                Some(tags),
                (Some(roles), Some(services), Some(artifacts)),
            ) => Ok(Self {
                organizations,
                stack_name,
                tuning,
                telemetry,
                alarms,
                tags,
                roles,
                services,
                artifacts,
                flow: FlowSource::of(&args.state_machine, &args.flow, &args.parameter),
                overlay: args.overlay.clone(),
                handler: args.handler.clone(),
            }),
            _ => Err(bad_values(faults)),
        }
    }
}

/// The error for one or more values that cannot be used.
pub fn bad_values(faults: Vec<Finding>) -> CommandError {
    CommandError::usage(BadValues(bad_values_heading(&faults))).findings(faults)
}

/// Names the setting if there is one fault. Where the settings come from may be known only later;
/// the heading is then made again.
fn bad_values_heading(faults: &[Finding]) -> String {
    match faults {
        [fault] => format!("{} cannot be used", fault.location),
        faults => format!("{} settings cannot be used", faults.len()),
    }
}

/// Adds to an error about values which layer set them.
pub fn relocate(error: &mut CommandError, origins: &origins::Origins) {
    origins.relocate(&mut error.findings);
    if error.source.is::<BadValues>() {
        error.source = Box::new(BadValues(bad_values_heading(&error.findings)));
    }
}

/// The heading of the error for values that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct BadValues(String);

fn keep<T>(faults: &mut Vec<Finding>, parsed: Result<T, Vec<Finding>>) -> Option<T> {
    match parsed {
        Ok(value) => Some(value),
        Err(found) => {
            faults.extend(found);
            None
        }
    }
}
