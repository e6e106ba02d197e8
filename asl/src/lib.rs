//! An interpreter of the Amazon States Language, faithful down to the events of an execution.
//!
//! [`Machine`] is a definition, read and checked once; [`Execution`] runs it, as often as one likes.
//! An execution has a clock of its own, on which waiting costs nothing, and the same input always
//! gives the same events. What tasks answer is somebody else's: the trait [`Tasks`].
//!
//! JSONata is evaluated by the crate `jsonata-core`. What Step Functions knows and this interpreter
//! does not, it refuses by name when the definition is read (`docs/asl.md`).

mod definition;
mod execution;
mod expression;
mod fault;
pub mod limits;
mod mocked_tasks;
mod tasks;

pub use definition::diagnostic::{Diagnostic, InvalidDefinition};
pub use definition::machine::Machine;
pub use definition::read::MachineType;
pub use execution::coverage::{Covered, Part};
pub use execution::history::{Details, Event, EventKind};
pub use execution::{Execution, ExecutionResult, Progress};
pub use expression::context::Identity;
pub use expression::template::QueryLanguage;
pub use fault::Failure;
pub use mocked_tasks::{MockedAnswer, MockedTasks};
pub use tasks::{Answer, Call, Pattern, Resource, Service, TaskResult, Tasks};
