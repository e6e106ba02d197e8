//! Explains why a command failed, and what to do next.

pub mod blocked;
pub mod drift;
pub mod failed_operation;
pub mod forgotten;
mod inputs;
pub mod no_execution;
pub mod no_verdict;
pub mod not_adopted;
pub mod other_code;
pub mod package;
pub mod regions;
pub mod stale_plan;
