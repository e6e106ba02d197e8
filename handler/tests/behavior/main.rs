//! The behavior of the handler without AWS: the contract with WorkMail, and the protocol over a
//! ledger and executions in memory, on a paused clock.

#![expect(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

mod world;

mod contract;
mod event;
mod redaction;

#[path = "../oracle/mod.rs"]
mod oracle;

mod any_event;
mod any_json;
mod any_output;
mod mutation;
mod near_verdict;
mod seeds;

mod asynchronous;
mod concurrency;
mod crashes;
mod faults_of_the_original;
mod first_invocation;
mod output_state;
mod policies;
mod retries;
mod terms;

mod ses_bounces;
mod ses_event;
mod ses_late;
mod ses_log_line;
mod ses_settings;
mod ses_verdicts;
mod ses_world;
mod source_detection;

mod invariants;
mod log_line;
mod metrics;
mod settings;
