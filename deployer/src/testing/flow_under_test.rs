//! The flow that is tested. It is read once for every set of values that tests give its parameters.

use std::collections::HashMap;
use std::sync::Arc;

use crate::config::{AnswerSettings, FlowSource, OutputState};
use crate::finding::Finding;
use crate::flow::{Flow, FlowError, FlowPart};
use crate::simulation::STACK;
use asl::Machine;

/// A flow that is tested.
pub struct FlowUnderTest {
    /// Where it is, and the values of its parameters that tests do not give.
    pub(super) source: FlowSource,
    /// The settings where neither a test nor its file sets them.
    pub(super) settings: AnswerSettings,
    prepared: HashMap<Key, Arc<PreparedFlow>>,
}

/// What a prepared flow depends on.
type Key = (Vec<String>, Option<OutputState>);

/// A flow, filled in with one set of values for its parameters.
#[derive(Debug)]
pub(super) struct PreparedFlow {
    /// The flow as it was read.
    pub(super) flow: Flow,
    /// Its state machine, as the interpreter runs it.
    pub(super) machine: Arc<Machine>,
    /// The parts of its definition.
    pub(super) parts: Vec<FlowPart>,
}

impl FlowUnderTest {
    /// A flow that is not read yet.
    pub fn new(source: FlowSource, settings: AnswerSettings) -> Self {
        Self { source, settings, prepared: HashMap::new() }
    }

    /// The flow with these values of its parameters, as `KEY=VALUE` in any order, and this output state.
    /// Fails with everything that is wrong with it.
    pub(super) fn prepared(
        &mut self,
        parameters: Vec<String>,
        output_state: Option<&OutputState>,
    ) -> Result<Arc<PreparedFlow>, Vec<Finding>> {
        let key = (parameters, output_state.cloned());
        if let Some(prepared) = self.prepared.get(&key) {
            return Ok(Arc::clone(prepared));
        }
        let prepared = self.prepare(&key).map_err(FlowError::into_findings)?;
        let prepared = Arc::new(prepared);
        self.prepared.insert(key, Arc::clone(&prepared));
        Ok(prepared)
    }

    fn prepare(&self, (parameters, output_state): &Key) -> Result<PreparedFlow, FlowError> {
        let (location, parameters) = (self.source.location.clone(), parameters.clone());
        let flow = FlowSource { location, parameters }.read(STACK, output_state.as_ref())?;
        let machine = Arc::new(flow.machine()?);
        let parts = flow.parts();
        Ok(PreparedFlow { flow, machine, parts })
    }
}
