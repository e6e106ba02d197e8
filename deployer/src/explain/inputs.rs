//! The errors for a flow or a template that cannot be used.

use crate::error::CommandError;
use crate::exit::Exit;
use crate::flow::FlowError;
use crate::template::RenderError;

pub fn flow_error(error: FlowError) -> CommandError {
    match error {
        FlowError::Faulty { name, findings } => {
            CommandError::usage(FlowError::Faulty { name, findings: Vec::new() }).findings(findings)
        }
        FlowError::Definition(error) => CommandError::usage(error),
    }
}

impl From<FlowError> for CommandError {
    fn from(error: FlowError) -> Self {
        flow_error(error)
    }
}

/// A faulty template (for example, too large) is the fault of the input; everything else is a bug
/// of the deployer.
impl From<RenderError> for CommandError {
    fn from(error: RenderError) -> Self {
        match error {
            RenderError::Faulty(findings) => {
                Self::usage(RenderError::Faulty(Vec::new())).findings(findings)
            }
            other => Self::new(Exit::Bug, other)
                .hint("this is a bug in deployer; please report it with the command line"),
        }
    }
}
