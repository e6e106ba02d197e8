//! The message flow protocol: one execution per message, one verdict for ever.
//!
//! A mail system asks what to do with a message and invokes again until it gets an answer. A state
//! machine decides. This crate stands in between: it starts the state machine exactly once per
//! message, finds its execution again on every invocation, checks what it puts out, and answers.
//!
//! # The protocol
//!
//! ```text
//! claim ──► claimed ───────────────────► start ──► wait, looking ──┐
//!   │                                      ▲                       ├──► judge ──► (record) ──► answer
//!   └─────► existing ──► look ──► missing ─┘                       │        └───► fail: asked again
//!              │          └────► anything else ────────────────────┘
//!              └─► with a recorded verdict ──────────────────────────────────────────────────► answer
//! ```
//!
//! 1. **Claim.** One conditional write enters the message, by its key, in the [`ledger`] together
//!    with the terms on which it will be decided: the ARN of the execution, which is derived and so
//!    known before the execution exists, and whose output is the verdict ([`origin`]). Whoever
//!    loses the condition is handed the entry that won, and its terms hold, whatever the settings
//!    have become.
//! 2. **Start.** Whoever claimed starts the execution, named after the key, with the message's own
//!    bytes as input. An equal start is the same execution, and one that has closed is refused:
//!    both answers mean that it exists.
//! 3. **Wait.** Only the invocation that started waits, as long as its [`patience`] allows, and
//!    returns the moment there is something to judge. Every other one looks once.
//! 4. **Judge.** One table turns what was found into an answer or an error ([`judgement`]).
//! 5. **Record.** A verdict that a later look might not find again (of a state that can be passed
//!    twice, by the operator's policy, or of an execution that was redriven after a failure that
//!    another invocation may have seen) is written before it is answered, and the first one
//!    written is the one that is answered.
//!
//! # What a retry sees
//!
//! | what has happened | requests | answer |
//! | --- | --- | --- |
//! | the execution still runs | claim, look | `NotReady` |
//! | it succeeded | claim, look | its output, checked |
//! | it failed, was redriven and succeeded | claim, look, record | its output, checked |
//! | it failed, timed out or was aborted | claim, look (, record) | the policy's verdict, or `ExecutionFailed` |
//! | its output is no verdict | claim, look (, record) | the policy's verdict, or `InvalidVerdict` |
//! | a verdict was recorded | claim | that verdict, checked again |
//! | the entry has expired and is still there | as above | as above: an entry never becomes wrong |
//! | the entry has vanished | claim, start, look | as above: the name leads to the same execution |
//!
//! # What a crash leaves behind
//!
//! | crash | the next invocation |
//! | --- | --- |
//! | before the claim | is the first one |
//! | after the claim, before the start | finds the execution missing and starts it on the machine that the entry names |
//! | after the start | finds the execution |
//! | after the look, before the record | looks again; nobody was answered yet |
//! | after the record, before the answer | answers what was recorded |
//!
//! An invocation never answers because it failed itself: no verdict is an error, whose type name
//! never changes ([`error`]), and the mail system asks again.
//!
//! # Reading order
//!
//! [`flow`] is the protocol; [`judgement`] and [`patience`] are its two decisions. [`ledger`],
//! [`executions`] (named by [`arn`]) and [`source`] are what it needs from outside. [`telemetry`],
//! [`metrics`] and [`phases`] say what was done. [`workmail`] is the one source so far, pure; [`memory`] holds both edges for tests and simulations; `aws` (with the feature
//! `lambda`) the real ones; `lambda` the process.
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

pub mod call_error;
pub mod error;
pub mod finding;
pub mod metrics;
pub mod on_failure;
pub mod origin;
pub mod phases;
pub mod settings;
pub mod telemetry;
pub mod trace;

pub mod workmail;

pub mod memory;

#[cfg(feature = "lambda")]
pub mod aws;
#[cfg(feature = "lambda")]
pub mod lambda;
