//! Reads the flow that the settings name.

use super::{Flow, FlowError, FlowStack, Home};
use crate::config::{Config, FlowLocation, FlowSource, OutputState};
use crate::finding::Finding;

impl FlowSource {
    /// Reads the flow for a stack. `output_state` is the state whose output is the verdict, if a setting names
    /// one.
    /// Fails when there is no such flow, a file of it cannot be read or has faults, or a value
    /// cannot be used.
    pub fn read(
        &self,
        stack: FlowStack<'_>,
        output_state: Option<&OutputState>,
    ) -> Result<Flow, FlowError> {
        let output_state = output_state.map(OutputState::as_str);
        match &self.location {
            FlowLocation::Default => Flow::built_in(stack, &self.parameters, output_state),
            FlowLocation::Named(name) => Flow::named(name, stack, &self.parameters, output_state),
            FlowLocation::File(path) if self.parameters.is_empty() => {
                Flow::from_file(path, stack.home, output_state)
            }
            FlowLocation::File(path) => {
                let sentence = "a state machine without a flow.yaml has no parameters";
                let findings = vec![Finding::error("unknown-parameter", "--parameter", sentence)];
                Err(FlowError::Faulty { name: path.display().to_string(), findings })
            }
        }
    }
}

/// The flow that the settings name.
pub fn flow(config: &Config) -> Result<Flow, FlowError> {
    read(config, stack(config))
}

/// The same, where nothing is deployed: parameters without a value get the sample of their flow.
pub fn flow_with_samples(config: &Config) -> Result<Flow, FlowError> {
    let stack = FlowStack { with_samples: true, ..stack(config) };
    read(config, stack)
}

fn read(config: &Config, stack: FlowStack<'_>) -> Result<Flow, FlowError> {
    let answer = &config.tuning.answer;
    let mut flow = config.flow.read(stack, answer.output_state.as_ref())?;
    flow.warnings.extend(answer.without_effect(&flow.belongings.defaults));
    Ok(flow)
}

/// The stack that a flow is read for.
pub fn stack(config: &Config) -> FlowStack<'_> {
    let organizations = &config.organizations;
    let home = Home { region: organizations.region(), account: organizations.account() };
    FlowStack { name: config.stack_name.as_str(), home, with_samples: false }
}

/// The state whose output is the verdict, if a setting names one.
pub fn output_state(config: &Config) -> Option<&str> {
    config.tuning.answer.output_state.as_ref().map(OutputState::as_str)
}
