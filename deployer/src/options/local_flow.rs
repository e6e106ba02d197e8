//! A flow that is tried on this machine, with the settings that decide how messages pass it.

use crate::explain;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use handler::on_failure::OnFailure;
use handler::origin::Origin;

use crate::config::{OutputState, WaitTime, bad_values, on_failure};
use crate::error::CommandError;
use crate::flow::{Flow, FlowError, FlowStack, Home};
use crate::simulation::STACK;
use asl::Machine;

/// Which flow is tried, and how its stack would be set.
#[derive(Debug, Clone, clap::Args)]
pub struct TriedFlowArgs {
    /// Message flow: a built-in one (`deployer flows` lists them) or a folder [default: default, which
    /// delivers everything]
    #[arg(long, value_name = "NAME|DIR", conflicts_with = "state_machine")]
    pub flow: Option<String>,
    /// Value of one of the flow's parameters; may be repeated
    #[arg(long, value_name = "KEY=VALUE", conflicts_with = "state_machine")]
    pub parameter: Vec<String>,
    /// State machine to run in place of a flow: Amazon States Language, JSON or YAML
    #[arg(long, value_name = "FILE")]
    pub state_machine: Option<PathBuf>,
    /// How its stack would be set.
    #[command(flatten)]
    pub tuned: TunedArgs,
}

/// The settings of a stack that decide how messages pass its flow.
#[derive(Debug, Clone, clap::Args)]
pub struct TunedArgs {
    /// Seconds the first invocation waits for the verdict, 0 to 13 [default: the flow's, else 1]
    #[arg(long, value_name = "SECONDS", allow_hyphen_values = true)]
    pub wait_time: Option<String>,
    /// State whose output is the verdict, even while later states run [default: the flow's, else the
    /// execution's output]
    #[arg(long, value_name = "STATE")]
    pub output_state: Option<String>,
    /// What to answer when the state machine fails: retry, default, bounce, drop or junk [default: the flow's,
    /// else retry]
    #[arg(long, value_name = "POLICY")]
    pub on_failure: Option<String>,
}

/// These settings, as far as options say them.
pub struct Tuned {
    pub wait_time: Option<WaitTime>,
    pub output_state: Option<OutputState>,
    pub on_failure: Option<OnFailure>,
}

impl TunedArgs {
    /// Reads the options.
    ///
    /// # Errors
    /// With a finding for each that cannot be used.
    pub fn read(&self) -> Result<Tuned, CommandError> {
        let wait_time = self.wait_time.as_deref().map(WaitTime::parse).transpose();
        let output_state = self.output_state.as_deref().map(OutputState::parse).transpose();
        let policy = self.on_failure.as_deref().map(on_failure).transpose();
        match (wait_time, output_state, policy) {
            (Ok(wait_time), Ok(output_state), Ok(on_failure)) => {
                Ok(Tuned { wait_time, output_state, on_failure })
            }
            (wait, output_state, policy) => {
                let faults = [wait.err(), output_state.err(), policy.err()];
                Err(bad_values(faults.into_iter().flatten().collect()))
            }
        }
    }
}

/// A flow that can be tried.
pub struct TriedFlow {
    /// The flow as it was read.
    pub flow: Flow,
    /// Its state machine, as the interpreter runs it.
    pub machine: Arc<Machine>,
    /// Whose output is the verdict.
    pub origin: Origin,
    /// How long the first invocation waits.
    pub wait: Duration,
    /// What is answered when the state machine does not decide.
    pub on_failure: OnFailure,
}

impl TriedFlowArgs {
    /// Reads the options and the flow, for a stack of this name; what no option says is as the flow suggests.
    ///
    /// # Errors
    /// When an option or the flow is faulty, or the interpreter refuses its state machine.
    pub fn read_for(
        &self,
        stack_name: &str,
        home: Option<Home<'_>>,
    ) -> Result<TriedFlow, CommandError> {
        let stack = FlowStack { name: stack_name, home: home.unwrap_or(STACK.home) };
        let Tuned { wait_time, output_state, on_failure } = self.tuned.read()?;
        let flow = self.flow(stack, output_state.as_ref()).map_err(explain::inputs::flow_error)?;
        let machine = Arc::new(flow.machine().map_err(explain::inputs::flow_error)?);
        let suggested = &flow.belongings.defaults;
        let output_state = output_state.or_else(|| suggested.output_state.clone());
        Ok(TriedFlow {
            machine,
            origin: Origin::from(output_state.map(|state| state.as_str().to_owned())),
            wait: wait_time.or(suggested.wait_time).unwrap_or_default().duration(),
            on_failure: on_failure.or(suggested.on_failure).unwrap_or_default(),
            flow,
        })
    }

    fn flow(
        &self,
        stack: FlowStack<'_>,
        output_state: Option<&OutputState>,
    ) -> Result<Flow, FlowError> {
        let output_state = output_state.map(OutputState::as_str);
        match (&self.state_machine, &self.flow) {
            (Some(path), _) => Flow::from_file(path, stack.home, output_state),
            (None, Some(name)) => Flow::named(name, stack, &self.parameter, output_state),
            (None, None) => Flow::built_in(stack, &self.parameter, output_state),
        }
    }
}
