//! A ledger, executions and bounces in memory, for tests and simulations. They follow the documented
//! rules of DynamoDB and Step Functions, on Tokio's clock. A wrapper injects faults into each of them.

pub mod bounces;
pub mod executions;
pub mod faults;
pub mod ledger;

pub use bounces::MemoryBounces;
pub use executions::{MemoryExecutions, Script};
pub use faults::{Fault, Faulty};
pub use ledger::MemoryLedger;
