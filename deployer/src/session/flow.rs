//! Which flow a command is about.

use super::Session;
use crate::config::{FlowSource, pair};
use crate::plan::{Desired, Forgotten, Observed, forgotten};
use crate::report;

impl Session<'_> {
    /// Begins with the flow, where it is set, and its parameters; for a person.
    pub fn announce_flow(&mut self, flow: &FlowSource) {
        let origin = self.layers.origins.of(flow.key()).to_string();
        self.remark(&report::flow(flow, &origin));
    }

    /// The settings that an earlier `up` gave the stack, and that no layer sets now.
    pub fn forgotten(
        &self,
        flow: &FlowSource,
        desired: &Desired,
        observed: &Observed,
    ) -> Vec<Forgotten> {
        let origins = &self.layers.origins;
        let is_set = |key: &str| match key.strip_prefix("parameter ") {
            Some(name) => {
                flow.parameters.iter().any(|given| pair::name("parameter", given) == name)
            }
            None => origins.is_set(key),
        };
        forgotten(&desired.stack, observed, is_set)
    }
}
