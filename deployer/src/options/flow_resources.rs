//! The flow whose resources need rights, for `permissions` and `doctor`.

use std::path::PathBuf;

use crate::error::CommandError;
use crate::flow::OwnResources;

/// Which flow it is about.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct FlowResourcesArgs {
    /// Message flow, built-in or a folder, whose own resources are to be made, too [default: none with resources]
    #[arg(long, value_name = "NAME|DIR")]
    pub flow: Option<String>,
    /// Patch of the template whose resources are to be made, too [default: none]
    #[arg(long, value_name = "FILE")]
    pub overlay: Option<PathBuf>,
}

impl FlowResourcesArgs {
    /// The resources that the flow adds.
    /// Fails when there is no such flow, or its resources are faulty.
    pub fn resources(&self) -> Result<OwnResources, CommandError> {
        let flow = self.flow.as_deref().map(OwnResources::of).transpose();
        let resources = flow?.unwrap_or_default();
        Ok(match &self.overlay {
            Some(path) => resources.with_overlay(path)?,
            None => resources,
        })
    }
}
