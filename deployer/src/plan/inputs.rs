//! From a configuration to the stack that it describes. Reads files, and never the network.

use super::{ApplyOptions, Desired, DesiredStack};
use crate::artifact::functions::{Package, Workshop, package_all};
use crate::artifact::{Artifact, ArtifactError};
use crate::config::Config;
use crate::error::CommandError;
use crate::finding::Finding;
use crate::flow::Flow;
use crate::flow::source::{flow, output_state, stack};
use crate::template::Adopted;

/// Everything that a stack is made from, read and checked.
pub struct Inputs {
    pub config: Config,
    pub flow: Flow,
    pub artifact: Artifact,
    /// The code of the functions that the flow brings, in their order.
    pub packages: Vec<Package>,
    /// What a stack that is or was adopted keeps in its template.
    pub adopted: Option<Adopted>,
    /// Warnings about the inputs; none of them is an error.
    pub warnings: Vec<Finding>,
    /// Why the default flow cannot be used, unless the stack turns out to have a definition to keep.
    unfit: Option<CommandError>,
}

impl Inputs {
    /// Reads and validates every input. A default flow that cannot be used is an error only
    /// [later](Self::fit), because the stack may have a definition that is kept. Builds the
    /// functions that have dependencies, which can take minutes.
    /// Fails when an input is invalid, or a function cannot be packed.
    pub fn read(config: Config, workshop: &Workshop<'_>) -> Result<Self, CommandError> {
        let (flow, unfit) = match flow(&config) {
            Ok(flow) => (flow, None),
            Err(unfit) if config.names_a_flow() => return Err(unfit.into()),
            Err(unfit) => (Flow::built_in(stack(&config), &[], None)?, Some(unfit.into())),
        };
        let artifact = artifact(&config).map_err(|error| {
            let fix = error.fix();
            CommandError::usage(error).hint(fix)
        })?;
        let packages = package_all(&flow.belongings.functions, workshop)?;
        let warnings = flow.warnings.clone();
        Ok(Self { config, flow, artifact, packages, adopted: None, warnings, unfit })
    }

    /// The stack that these inputs alone describe, and what to say about it.
    /// Fails when the template cannot be rendered.
    pub fn render(self) -> Result<(DesiredStack, Vec<Finding>), CommandError> {
        let stack = self.stack()?;
        let warnings = [&self.fit()?.warnings[..], stack.template.warnings()].concat();
        Ok((stack, warnings))
    }

    /// The stack that these inputs describe, to be reached with these options.
    /// Fails when the template cannot be rendered.
    pub fn desired(&self, options: ApplyOptions) -> Result<Desired, CommandError> {
        Ok(Desired { stack: self.stack()?, options })
    }

    fn stack(&self) -> Result<DesiredStack, CommandError> {
        let adopted = self.adopted.as_ref();
        let Self { config, flow, artifact, packages, .. } = self;
        Ok(DesiredStack::new(config, flow, artifact, packages, adopted)?)
    }

    /// The same inputs, if the flow can be used.
    pub(super) fn fit(mut self) -> Result<Self, CommandError> {
        self.unfit.take().map_or(Ok(self), Err)
    }

    /// The same inputs with another flow.
    pub(super) fn with_flow(self, flow: Flow) -> Self {
        Self { warnings: flow.warnings.clone(), flow, unfit: None, ..self }
    }

    /// The same inputs with the definition of a stack; the resources of the flow remain.
    pub(super) fn with_definition(self, definition: &str) -> Result<Self, CommandError> {
        let (home, resources) = (stack(&self.config).home, self.flow.belongings.clone());
        let flow = Flow::live(definition, home, output_state(&self.config), resources)?;
        Ok(self.with_flow(flow))
    }
}

/// The handler that a configuration names.
/// Fails when the file cannot be used, or no handler is embedded.
pub fn artifact(config: &Config) -> Result<Artifact, ArtifactError> {
    match &config.handler {
        Some(path) => Artifact::from_file(path),
        None => Artifact::embedded(),
    }
}
