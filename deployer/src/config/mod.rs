//! What is meant: validated values, built once from what was typed and what surrounds it. Nothing below
//! sees the arguments.

use std::path::PathBuf;

use crate::error::CommandError;
use crate::finding::Finding;

pub mod alarms;
mod answer_settings;
mod bucket_name;
mod change_set_name;
mod conflicts;
mod file;
mod flow_args;
mod flow_source;
mod keys;
mod layers;
mod organization;
mod quoted;
mod stack_name;
mod stack_options;
mod tags;
mod telemetry;
mod tuning;

pub use alarms::Alarms;
pub use answer_settings::{
    AnswerArgs, AnswerSettings, OutputState, ResolvedAnswerSettings, WaitTime,
};
pub use bucket_name::BucketName;
pub use change_set_name::change_set_name;
pub use flow_args::{FlowArgs, HandlingArgs};
pub use flow_source::{FlowLocation, FlowSource};
pub use keys::KEYS;
pub use layers::{Origins, Typed, complete};
pub use organization::{OrganizationArn, Organizations};
pub use stack_name::StackName;
pub use stack_options::{handling, role_arn};
pub use tags::Tags;
pub use telemetry::{Metrics, Telemetry};
pub use tuning::Tuning;

/// Everything that describes a message flow's stack, apart from the handler's bytes.
#[derive(Debug, Clone)]
pub struct Config {
    /// The organizations whose rules may invoke the function; one account, one region.
    pub organizations: Organizations,
    /// The stack.
    pub stack_name: StackName,
    /// How the handler behaves.
    pub tuning: Tuning,
    /// What the handler tells.
    pub telemetry: Telemetry,
    /// Whom alarms tell, where there are to be any.
    pub alarms: Option<Alarms>,
    /// The stack's tags, the deployer's own included.
    pub tags: Tags,
    /// The flow.
    pub flow: FlowSource,
    /// A handler to use in place of the embedded one.
    pub handler: Option<PathBuf>,
}

impl Config {
    /// Whether an option or a setting says which flow it is; otherwise it is the default.
    #[must_use]
    pub fn names_a_flow(&self) -> bool {
        self.flow.is_named()
    }

    /// Validates everything that was typed and reports every fault at once.
    ///
    /// # Errors
    /// [`Exit::Usage`](crate::exit::Exit::Usage) with one finding per faulty value.
    pub fn from_args(args: &FlowArgs) -> Result<Self, CommandError> {
        let mut faults = Vec::new();
        let organizations = keep(&mut faults, Organizations::parse(&args.org_arn));
        let stack_name = keep(&mut faults, StackName::parse(&args.stack_name).map_err(|e| vec![e]));
        let tuning = keep(&mut faults, Tuning::parse(args));
        let tags = keep(&mut faults, Tags::parse(&args.tag));
        let telemetry = keep(&mut faults, Telemetry::parse(args));
        let alarms =
            keep(&mut faults, Alarms::of(args, organizations.as_ref(), telemetry.as_ref()));
        match (organizations, stack_name, tuning, telemetry, alarms, tags) {
            (
                Some(organizations),
                Some(stack_name),
                Some(tuning),
                Some(telemetry),
                Some(alarms),
                Some(tags),
            ) => Ok(Self {
                organizations,
                stack_name,
                tuning,
                telemetry,
                alarms,
                tags,
                flow: FlowSource::of(&args.state_machine, &args.flow, &args.parameter),
                handler: args.handler.clone(),
            }),
            _ => Err(bad_values(faults)),
        }
    }
}

/// The error of one or more values that cannot be used.
#[must_use]
pub fn bad_values(faults: Vec<Finding>) -> CommandError {
    let sentence = match faults.len() {
        1 => "a setting cannot be used".to_owned(),
        count => format!("{count} settings cannot be used"),
    };
    CommandError::usage(crate::error::Sentence(sentence)).findings(faults)
}

fn keep<T>(faults: &mut Vec<Finding>, parsed: Result<T, Vec<Finding>>) -> Option<T> {
    match parsed {
        Ok(value) => Some(value),
        Err(found) => {
            faults.extend(found);
            None
        }
    }
}
