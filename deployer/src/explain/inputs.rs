//! The errors for a flow or a template that cannot be used.

use crate::error::{CommandError, Sentence};
use crate::exit::Exit;
use crate::flow::FlowError;
use crate::template::RenderError;

impl From<FlowError> for CommandError {
    fn from(error: FlowError) -> Self {
        let heading = error.to_string();
        match error {
            FlowError::Faulty { findings, .. } => Self::usage(Sentence(heading)).findings(findings),
            FlowError::Definition(error) => Self::usage(error),
        }
    }
}

/// A faulty template (for example, too large) is the fault of the input; everything else is a bug
/// of the deployer.
impl From<RenderError> for CommandError {
    fn from(error: RenderError) -> Self {
        match error {
            RenderError::Roles(findings) => {
                Self::usage(RenderError::Roles(Vec::new())).findings(findings)
            }
            RenderError::Overlay(findings) => {
                Self::usage(RenderError::Overlay(Vec::new())).findings(findings)
            }
            RenderError::Faulty(findings) => {
                Self::usage(RenderError::Faulty(Vec::new())).findings(findings)
            }
            other => Self::new(Exit::Bug, other)
                .hint("this is a bug in deployer; please report it with the command line"),
        }
    }
}
