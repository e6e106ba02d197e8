//! A message flow on this machine: no account, no network, no waiting.
//!
//! What decides is real: the handler's own `flow`, over its ledger in memory, and the interpreter of
//! definitions (`asl`) as its executions. What asks is [`crate::rule`], which asks a deployed function in
//! the same words. Only time is not real: all of it runs on a clock that jumps to the next thing to
//! happen, so that the 240 minutes for which WorkMail may ask take milliseconds.
//!
//! What no document says, and a simulation has to decide all the same, is an [`Assumption`].

mod answers;
mod assumption;
mod clock;
mod command_tasks;
mod crash;
mod executions;
mod history;
mod lambda;
mod names;
mod real_tasks;
mod real_time;
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
pub use names::FUNCTION_ARN;
pub use real_tasks::RealTasks;
pub use real_time::Listener;
pub use simulate::{Played, Scenario, Stage, play, play_live};
pub use task_mocks::Hindered;

/// Where the stack of a simulated flow would be: functions without an ARN are looked for there. The account is
/// AWS's own in examples.
pub const STACK: FlowStack<'static> = FlowStack {
    name: StackName::DEFAULT,
    home: Home { region: "us-east-1", account: "123456789012" },
};
