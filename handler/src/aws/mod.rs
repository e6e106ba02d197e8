//! The ledger, the executions and the bounces over AWS. Only these files name types of the SDK.

pub mod bounces;
pub mod client;
pub mod executions;
pub mod ledger;

mod failure;
mod http;
mod trust;

pub use bounces::SesBounces;
pub use client::Clients;
pub use executions::StepFunctions;
pub use ledger::DynamoTable;
