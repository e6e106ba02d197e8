//! Which flow is meant.

use super::{Flow, FlowError, FlowStack, Home};
use crate::config::Config;

/// The flow that is meant.
pub fn flow(config: &Config) -> Result<Flow, FlowError> {
    let (stack, output_state) = (stack(config), output_state(config));
    match (&config.state_machine, &config.flow) {
        (Some(path), _) => Flow::from_file(path, stack.home, output_state),
        (None, Some(name)) => Flow::named(name, stack, &config.parameters, output_state),
        (None, None) => Flow::built_in(stack, &config.parameters, output_state),
    }
}

/// The stack that a flow is read for.
pub fn stack(config: &Config) -> FlowStack<'_> {
    let organizations = &config.organizations;
    let home = Home { region: organizations.region(), account: organizations.account() };
    FlowStack { name: config.stack_name.as_str(), home }
}

/// The state whose output is the verdict, as far as a setting names one.
pub fn output_state(config: &Config) -> Option<&str> {
    config.tuning.output_state.as_ref().map(|state| state.as_str())
}
