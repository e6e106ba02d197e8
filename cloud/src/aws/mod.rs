//! The traits of [`crate`] over the AWS SDK for Rust.
//!
//! Only these files name a type of the SDK. They only translate: requests of this crate into the
//! SDK's, and the SDK's responses and errors into those of this crate. `connect` creates the
//! clients, `error` translates all failures, and every service or concept has its own file.

mod bucket;
mod change_sets;
mod config_files;
mod connect;
mod credentials;
mod digests;
mod drifts;
mod endpoint;
mod entries;
mod environment;
mod error;
mod events;
mod executions;
mod failures;
mod functions;
mod history_event;
mod http;
mod identity;
mod keys;
mod logs;
mod machines;
mod metrics;
mod objects;
mod observed;
mod organizations;
mod parts;
mod permissions;
mod plain;
mod profiles;
mod proxy;
mod quotas;
mod recovery;
mod roles;
mod services;
mod settings;
mod signed;
mod stacks;
mod storage;
mod tables;
mod task_tokens;
mod time;
mod topics;
mod trust;
mod versions;

pub use connect::AwsConnect;
