//! Tests of both implementations of the traits: the SDK adapters against canned responses, and one
//! behavior suite against the account in memory.

#![expect(
    clippy::unwrap_used,
    reason = "the lint's exception for tests does not reach the functions that tests share"
)]

mod behavior;
mod calls;
mod change_sets;
mod credentials;
mod drifts;
mod entries;
mod environment;
mod executions;
mod failures;
mod functions;
mod logs;
mod machines;
mod metrics;
mod operation_failures;
mod organizations;
mod permissions;
mod quotas;
mod recovery;
mod services;
mod setup;
mod stacks;
mod storage;
mod stub;
mod tables;
mod task_tokens;
mod transport;
