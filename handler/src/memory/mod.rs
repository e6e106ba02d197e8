//! Edges in memory that obey the documented rules of DynamoDB and Step Functions, on Tokio's clock,
//! and a wrapper that makes any edge misbehave. For tests and simulations.

pub mod executions;
pub mod faults;
pub mod ledger;

pub use executions::{MemoryExecutions, Script};
pub use faults::{Fault, Faulty};
pub use ledger::MemoryLedger;
