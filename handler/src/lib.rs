//! The message flow protocol: one execution per message, one verdict for ever.

pub mod flow;
pub mod judgement;
pub mod patience;

pub mod error;
pub mod executions;
pub mod finding;
pub mod history;
pub mod ledger;
pub mod on_failure;
pub mod settings;
pub mod source;
pub mod telemetry;

pub mod workmail;

pub mod memory;

#[cfg(feature = "lambda")]
pub mod aws;
#[cfg(feature = "lambda")]
pub mod lambda;
