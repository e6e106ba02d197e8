//! The edges over AWS: the only files that name an `aws_sdk` type.

pub mod client;
pub mod executions;
pub mod ledger;

mod failure;
mod http;
mod trust;

pub use client::Clients;
pub use executions::StepFunctions;
pub use ledger::DynamoTable;
