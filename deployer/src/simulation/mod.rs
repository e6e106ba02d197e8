//! A message flow on this machine: no account, no network, no waiting.
//!
//! The handler's own `flow` decides, over its ledger in memory, with the interpreter of definitions (`asl`) as
//! its executions. [`crate::rule`] invokes it, as it invokes a deployed function. Only time is simulated: the
//! clock jumps to the next event, so that the 240 minutes for which WorkMail may repeat an invocation take
//! milliseconds.
//!
//! What AWS does not document, but a simulation has to decide, is an [`Assumption`].

mod answers;
mod assumption;
mod clock;
mod command_tasks;
mod crash;
mod executions;
mod history;
mod lambda;
mod local_functions;
mod names;
mod ready_functions;
mod real_tasks;
mod real_time;
mod side_runtime;
mod simulate;
mod task_mocks;
#[cfg(test)]
mod tests;

use crate::config::StackName;
use crate::flow::{FlowStack, Home};

pub use answers::Answers;
pub use assumption::Assumption;
pub use command_tasks::CommandTasks;
pub use crash::Step;
pub use local_functions::{FunctionTasks, LocalFunctionOptions, LogLine, LogSource, OtherVersion};
pub use names::{FUNCTION_ARN, MACHINE_NAME, ROLE_ARN};
pub use ready_functions::{FunctionRunner, ReadyFunctions};
pub use real_tasks::RealTasks;
pub use real_time::Listener;
pub use simulate::{Scenario, Simulated, Simulator, simulate, simulate_in_real_time};
pub use task_mocks::TaskMocks;

/// Where the stack of a simulated flow would be: functions without an ARN are looked up there. AWS uses the
/// account in its own examples.
pub const STACK: FlowStack<'static> = FlowStack {
    name: StackName::DEFAULT,
    home: Home { region: "us-east-1", account: "123456789012" },
    with_samples: true,
};
