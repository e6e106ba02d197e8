//! What `up`, `plan` and `render` share: from arguments to what is wanted and what is there.

use crate::artifact::{Artifact, ArtifactError};
use crate::config::Config;
use crate::config::FlowArgs;
use crate::error::CommandError;
use crate::explain::inputs::{flow_error, render_error};
use crate::finding::Finding;
use crate::flow::source::{flow, stack};
use crate::flow::{Belongings, Flow};
use crate::plan::Desired;

/// What is wanted, and what is worth saying about it.
pub struct Wanted {
    pub config: Config,
    pub desired: Desired,
    pub warnings: Vec<Finding>,
    pub artifact: Artifact,
    /// What the flow brings along, whichever definition its state machine keeps.
    pub belongings: Belongings,
    /// Why the built-in flow does not do, unless the stack turns out to keep another definition.
    pub unfit: Option<CommandError>,
}

/// Reads and validates every input. No network.
pub fn wanted(args: &FlowArgs) -> Result<Wanted, CommandError> {
    let wanted = wanted_of_stack(args)?;
    wanted.unfit.map_or(Ok(Wanted { unfit: None, ..wanted }), Err)
}

/// The same, except that the built-in flow need not fit where the stack may have a definition to keep.
pub fn wanted_of_stack(args: &FlowArgs) -> Result<Wanted, CommandError> {
    let config = Config::from_args(args)?;
    let (flow, unfit) = match (flow(&config), config.names_a_flow()) {
        (Ok(flow), _) => (flow, None),
        (Err(unfit), true) => return Err(flow_error(unfit)),
        (Err(unfit), false) => {
            let flow = Flow::built_in(stack(&config), &[], None).map_err(flow_error)?;
            (flow, Some(flow_error(unfit)))
        }
    };
    let artifact = artifact(&config).map_err(CommandError::usage)?;
    let desired = Desired::new(&config, &flow, &artifact).map_err(render_error)?;
    let Flow { warnings, belongings, .. } = flow;
    Ok(Wanted { config, desired, warnings, artifact, belongings, unfit })
}

/// The handler that is meant.
pub fn artifact(config: &Config) -> Result<Artifact, ArtifactError> {
    match &config.handler {
        Some(path) => Artifact::from_file(path),
        None => Artifact::embedded(),
    }
}
