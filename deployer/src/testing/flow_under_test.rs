//! What is tested: a flow, read anew for every set of values that tests give its parameters.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use handler::on_failure::OnFailure;

use crate::config::{OutputState, WaitTime};
use crate::finding::Finding;
use crate::flow::{Flow, FlowError, FlowPart};
use crate::simulation::STACK;
use asl::Machine;

/// Where the state machine is.
#[derive(Debug, Clone)]
pub enum Source {
    /// A built-in flow, or the folder of one.
    Flow(String),
    /// A bare definition.
    File(PathBuf),
}

/// Settings where neither a test nor its file says otherwise.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// Values of parameters, as `KEY=VALUE`.
    pub parameters: Vec<String>,
    /// The state whose exit is the verdict.
    pub output_state: Option<OutputState>,
    /// How long the first invocation waits.
    pub wait_time: Option<WaitTime>,
    /// What is answered when the state machine does not decide.
    pub on_failure: Option<OnFailure>,
}

/// A flow that is tested.
pub struct Subject {
    source: Source,
    /// What the tests begin with.
    pub settings: Settings,
    read: HashMap<Key, Arc<Readied>>,
}

/// What a flow's reading depends on.
type Key = (Vec<String>, Option<String>);

/// A flow with the values of one set of parameters in it.
#[derive(Debug)]
pub(super) struct Readied {
    /// The flow as it was read.
    pub(super) flow: Flow,
    /// Its state machine, as the interpreter runs it.
    pub(super) machine: Arc<Machine>,
    /// The parts of its definition.
    pub(super) parts: Vec<FlowPart>,
}

impl Subject {
    /// A flow that is yet to be read.
    #[must_use]
    pub fn new(source: Source, settings: Settings) -> Self {
        Self { source, settings, read: HashMap::new() }
    }

    /// The flow with these values of its parameters, as `KEY=VALUE` in any order, and this output state.
    ///
    /// # Errors
    /// With everything that is wrong with it.
    pub(super) fn with(
        &mut self,
        parameters: Vec<String>,
        output_state: Option<&OutputState>,
    ) -> Result<Arc<Readied>, Vec<Finding>> {
        let key = (parameters, output_state.map(|state| state.as_str().to_owned()));
        if let Some(readied) = self.read.get(&key) {
            return Ok(Arc::clone(readied));
        }
        let readied = self.readied(&key).map_err(FlowError::into_findings)?;
        let readied = Arc::new(readied);
        self.read.insert(key, Arc::clone(&readied));
        Ok(readied)
    }

    fn readied(&self, (parameters, output_state): &Key) -> Result<Readied, FlowError> {
        let output_state = output_state.as_deref();
        let flow = match &self.source {
            Source::Flow(name) => Flow::named(name, STACK, parameters, output_state)?,
            Source::File(path) if parameters.is_empty() => {
                Flow::from_file(path, STACK.home, output_state)?
            }
            Source::File(path) => {
                let sentence = "a state machine without a flow.yaml has no parameters";
                let findings = vec![Finding::error("unknown-parameter", "--parameter", sentence)];
                return Err(FlowError::Faulty { name: path.display().to_string(), findings });
            }
        };
        let machine = Arc::new(flow.machine()?);
        let parts = flow.parts();
        Ok(Readied { flow, machine, parts })
    }
}
