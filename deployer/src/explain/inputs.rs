//! The errors for a flow or a template that cannot be used.

use crate::error::CommandError;
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

/// A faulty template (for example, too large) is the fault of the input; everything else is a bug
/// of the deployer.
pub fn render_error(error: RenderError) -> CommandError {
    match error {
        RenderError::Faulty(findings) => {
            CommandError::usage(RenderError::Faulty(Vec::new())).findings(findings)
        }
        other => CommandError::new(crate::exit::Exit::Bug, other)
            .hint("this is a bug in deployer; please report it with the command line"),
    }
}
