//! The traits of [`crate`] over the AWS SDK for Rust.
//!
//! The only files of the deployer that name an SDK type. They translate and nothing else: our
//! requests into the SDK's, its answers and errors into ours. `connect` makes the clients, `error`
//! is the one translation of failures, and there is a file for each service or concept beside them.

mod bucket;
mod change_sets;
mod connect;
mod drifts;
mod endpoint;
mod entries;
mod error;
mod events;
mod executions;
mod failures;
mod functions;
mod history_event;
mod http;
mod identity;
mod logs;
mod machines;
mod metrics;
mod organizations;
mod permissions;
mod quotas;
mod recovery;
mod services;
mod signed;
mod stacks;
mod storage;
mod tables;
mod task_tokens;
mod time;
mod versions;

pub use connect::AwsConnect;
