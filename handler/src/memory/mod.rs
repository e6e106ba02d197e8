//! A ledger and executions in memory, for tests and simulations. They follow the documented rules
//! of DynamoDB and Step Functions, on Tokio's clock. A wrapper injects faults into either of them.

pub mod executions;
pub mod faults;
pub mod ledger;

pub use executions::{MemoryExecutions, Script};
pub use faults::{Fault, Faulty};
pub use ledger::MemoryLedger;
