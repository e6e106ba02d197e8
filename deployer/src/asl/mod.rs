//! An interpreter of the Amazon States Language, faithful down to the events of an execution.
//!
//! [`Machine`] is a definition, read and checked once; [`Execution`] runs it, as often as one likes.
//! An execution has a clock of its own, on which waiting costs nothing, and the same input always
//! gives the same events. What tasks answer is somebody else's: the trait [`Tasks`].
//!
//! JSONata is evaluated by the crate `jsonata-core`. What Step Functions knows and this interpreter
//! does not, it refuses by name when the definition is read (`docs/asl.md`).

mod canned;
mod cases;
mod context;
mod covered;
mod diagnostic;
mod digest;
mod execution;
mod fault;
mod history;
mod intrinsics;
mod jsonata;
pub mod limits;
mod line;
mod machine;
mod path;
mod read;
mod run;
mod states;
mod tasks;
mod template;
#[cfg(test)]
mod tests;
mod timestamp;
mod variables;
mod visit;
mod walk;

pub use canned::{Canned, CannedTasks};
pub use cases::run_case;
pub use covered::{Covered, Part};
pub use diagnostic::{Diagnostic, InvalidDefinition};
pub use execution::{Execution, Outcome, Progress};
pub use fault::Failure;
pub use history::{Details, Event, EventKind};
pub use machine::Machine;
pub use read::MachineType;
pub use run::Identity;
pub use tasks::{Answer, Call, Pattern, Resource, Service, TaskResult, Tasks};
pub use template::QueryLanguage;
