//! The flow whose resources need permissions, for `permissions` and `doctor`.

use std::path::PathBuf;

use crate::error::CommandError;
use crate::flow::OwnResources;

/// Which flow.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct FlowResourcesArgs {
    /// Message flow whose own resources are included: a built-in one or a folder [default: a flow
    /// without resources]
    #[arg(long, value_name = "NAME|DIR")]
    pub flow: Option<String>,
    /// Patch of the template whose resources are included [default: none]
    #[arg(long, value_name = "FILE")]
    pub overlay: Option<PathBuf>,
}

impl FlowResourcesArgs {
    /// The resources that the flow adds.
    /// Fails when there is no such flow, or its resources are invalid.
    pub fn resources(&self) -> Result<OwnResources, CommandError> {
        let flow = self.flow.as_deref().map(OwnResources::of).transpose();
        let resources = flow?.unwrap_or_default();
        Ok(match &self.overlay {
            Some(path) => resources.with_overlay(path)?,
            None => resources,
        })
    }
}
