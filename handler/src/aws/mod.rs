//! The ledger and the executions over AWS. Only these files name types of the SDK.

pub mod client;
pub mod executions;
pub mod ledger;

mod failure;
mod http;
mod trust;

pub use client::Clients;
pub use executions::StepFunctions;
pub use ledger::DynamoTable;
