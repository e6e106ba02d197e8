//! A flow's Lambda functions on this machine, without Docker: the processes, and the runtime API that they ask for
//! events.
//!
//! Reading order: what a function is (`function`), all of them and how one is invoked (`functions`), the steps of
//! an invocation (`worker`), its process (`sandbox`) with what it asks (`runtime_api`), and how it ends (`ended`).
//! `program` finds what runs it; `clients/` has the programs that call handlers in Python and Node.js. A state
//! machine calls functions by `function_tasks`.
//!
//! What a function sees, and what its errors are called, is as in Lambda. Two things are not: the machine is the
//! user's, and without `real` there is no network.

mod bootstrap;
mod ended;
mod error;
mod function;
mod function_tasks;
mod functions;
mod interpreter;
mod log;
mod program;
mod runtime_api;
mod sandbox;
#[cfg(test)]
mod tests;
mod variables;
mod worker;

#[cfg(test)]
use error::LocalFunctionError;
pub use function::LocalFunction;
pub use function_tasks::FunctionTasks;
pub use functions::{LocalFunctionOptions, LocalFunctions};
pub use interpreter::{OtherVersion, interpreter};
pub use log::{LogLine, LogSource};
