//! An interpreter of the Amazon States Language that reproduces executions of AWS Step Functions,
//! down to the events of their histories.
//!
//! [`Machine`] is a definition that was read and checked once. [`Execution`] runs it, as often as
//! needed. The trait [`Tasks`] answers the calls of Task states; [`MockedTasks`] does so with
//! prepared answers.
//!
//! An execution has its own clock, on which waiting takes no real time. The same definition,
//! identity, input and answers always give the same events.
//!
//! ```
//! use std::collections::HashMap;
//! use std::sync::Arc;
//!
//! use asl::{
//!     Answer, Execution, ExecutionResult, Identity, Machine, MachineType, MockedAnswer,
//!     MockedTasks, Progress, TaskResult,
//! };
//! use jiff::Timestamp;
//! use serde_json::json;
//!
//! let definition = json!({
//!     "StartAt": "Wait",
//!     "States": {
//!         "Wait": { "Type": "Wait", "Seconds": 86400, "Next": "Decide" },
//!         "Decide": {
//!             "Type": "Task",
//!             "Resource": "arn:aws:states:::lambda:invoke",
//!             "Parameters": { "FunctionName": "Example" },
//!             "End": true
//!         },
//!     },
//! });
//! let machine = Machine::read(&definition, MachineType::Standard)?;
//!
//! let answer = Answer::at_once(TaskResult::Succeeded(json!({ "action": "ALLOW" })));
//! let answer = MockedAnswer { parameters: None, iteration: None, answer };
//! let tasks = MockedTasks::new(HashMap::from([("Decide".to_owned(), vec![answer])]));
//!
//! let identity = Identity {
//!     execution_arn: "arn:aws:states:eu-west-1:111122223333:execution:Example:1".to_owned(),
//!     execution_name: "1".to_owned(),
//!     role_arn: "arn:aws:iam::111122223333:role/Example".to_owned(),
//!     machine_arn: "arn:aws:states:eu-west-1:111122223333:stateMachine:Example".to_owned(),
//!     machine_name: "Example".to_owned(),
//! };
//! let now = Timestamp::UNIX_EPOCH;
//! let mut execution =
//!     Execution::start(Arc::new(machine), Arc::new(tasks), identity, json!({}), now);
//! let progress = execution.advance(Timestamp::MAX);
//!
//! let output = json!({ "action": "ALLOW" });
//! assert_eq!(progress, Progress::Ended(ExecutionResult::Succeeded(output)));
//! assert_eq!(execution.now(), "1970-01-02T00:00Z".parse()?);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Structure
//!
//! The crate has three parts. Each imports only from those before it, and from the files next to
//! them:
//!
//! 1. `expression`: paths, intrinsic functions and JSONata, evaluated on a state's data.
//! 2. `definition`: reads and checks a definition, and represents it as a machine.
//! 3. `execution`: walks through a machine, with a clock, a history and coverage.
//!
//! The crate `jsonata-core` evaluates JSONata. What Step Functions supports and this interpreter
//! doesn't is a diagnostic with the code `UNSUPPORTED` when the definition is read (`docs/reference/state-language.md`).

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
pub use expression::jsonata::evaluate_jsonata;
pub use expression::path::Undecided;
pub use expression::pattern::Doubt;
pub use mocked_tasks::{MockedAnswer, MockedTasks};
pub use tasks::{Answer, Call, Pattern, Resource, Service, TaskResult, Tasks};
