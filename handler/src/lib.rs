//! The message flow protocol: one execution and one final verdict per message.
//!
//! A mail system invokes a function for each message, and retries until it gets an answer. A state
//! machine decides. This crate is in between: it starts the state machine exactly once per message,
//! finds the execution again on every invocation, checks its output, and answers.
//!
//! # The protocol
//!
//! ```text
//! claim ──► claimed ───────────────────► start ──► wait, polling ──┐
//!   │                                      ▲                       ├──► judge ──► (record) ──► answer
//!   └─────► existing ──► poll ──► missing ─┘                       │        └───► fail: retried
//!              │          └────► anything else ────────────────────┘
//!              └─► with a recorded verdict ──────────────────────────────────────────────────► answer
//! ```
//!
//! 1. **Claim.** One conditional write adds the message, by its key, to the [`ledger`], together
//!    with the terms on which it is decided: the ARN of the execution, which is derived and so
//!    known before the execution exists, and whose output is the verdict ([`origin`]). If the
//!    condition fails, the invocation gets the existing entry. The terms of that entry apply, even
//!    if the settings have changed.
//! 2. **Start.** The invocation that claimed the message starts the execution. Its name is derived
//!    from the key, and its input is the bytes of the message. An equal start returns the same
//!    execution, and a start of a closed execution is rejected: both answers mean that it exists.
//! 3. **Wait.** Only the invocation that started the execution waits, as long as its [`patience`]
//!    allows. It returns as soon as there is something to judge. Every other invocation polls once.
//! 4. **Judge.** One table turns the outcome into an answer or an error ([`judgement`]).
//! 5. **Record.** A verdict that a later poll might not find again is written before it is
//!    answered, and the first one written is the one that is answered. Such a verdict comes from a
//!    state that can be passed twice, from the operator's policy, or from an execution that was
//!    redriven after a failure that another invocation can have seen.
//!
//! # What a retry sees
//!
//! | situation | requests | answer |
//! | --- | --- | --- |
//! | the execution is still running | claim, poll | `NotReady` |
//! | it succeeded | claim, poll | its output, checked |
//! | it failed, was redriven and succeeded | claim, poll, record | its output, checked |
//! | it failed, timed out or was aborted | claim, poll (, record) | the policy's verdict, or `ExecutionFailed` |
//! | its output is not a verdict | claim, poll (, record) | the policy's verdict, or `InvalidVerdict` |
//! | a verdict was recorded | claim | that verdict, checked again |
//! | the entry has expired but is not deleted yet | as above | as above: an entry never becomes wrong |
//! | the entry was deleted | claim, start, poll | as above: the name leads to the same execution |
//!
//! # What a crash leaves behind
//!
//! | crash | the next invocation |
//! | --- | --- |
//! | before the claim | is the first one |
//! | after the claim, before the start | finds no execution and starts it on the machine that the entry names |
//! | after the start | finds the execution |
//! | after the poll, before the record | polls again; no answer was given yet |
//! | after the record, before the answer | answers the recorded verdict |
//!
//! # Asynchronous rules
//!
//! Under an asynchronous [`rule`] no one waits for a verdict. An invocation claims and starts, and
//! then answers that the message is not affected. It never waits, judges or records. Lambda retries
//! an invocation that failed, and can deliver an event twice. A retry polls once, and starts only
//! an execution that is missing.
//!
//! # Errors
//!
//! An invocation never answers because it failed itself. If there is no verdict, it returns an
//! error, whose type name never changes ([`error`]), and the mail system invokes again.
//!
//! # Reading order
//!
//! [`flow`] is the protocol; [`judgement`] and [`patience`] are its two decisions. [`ledger`],
//! [`executions`] (named by [`arn`]) and [`source`] are what it needs from outside. [`trace`] and
//! [`phases`] record what an invocation did, [`telemetry`] and [`metrics`] log it, and [`answered`]
//! keeps the metrics from counting a message twice. [`workmail`]
//! and [`ses`] are the sources, [`incoming`] tells them apart, and [`actions`] is the language of
//! their verdicts; these are pure. [`gate`] carries a verdict out where the mail system does not,
//! with [`bounces`], and [`service`] is all of it for one function. [`memory`] implements the ledger and the executions for
//! tests and simulations, and `aws` (with the feature `lambda`) implements them over AWS. `lambda`
//! is the process.
//!
//! Without the feature `lambda` there is no AWS SDK and no Lambda runtime in the crate.

pub mod flow;
pub mod history;
pub mod judgement;
pub mod patience;

pub mod arn;
pub mod executions;
pub mod ledger;
pub mod source;

pub mod answered;
pub mod bounces;
pub mod call_error;
pub mod error;
pub mod finding;
pub mod metrics;
pub mod on_failure;
pub mod origin;
pub mod phases;
mod redaction;
pub mod rule;
pub mod settings;
pub mod telemetry;
pub mod trace;

pub mod actions;
pub mod ses;
pub mod workmail;

pub mod gate;
pub mod incoming;
pub mod service;

pub mod memory;

#[cfg(feature = "lambda")]
pub mod aws;
#[cfg(feature = "lambda")]
pub mod lambda;
