//! The proof: schedules of overlapping invocations over the real `handler::flow`, and what must
//! hold on every one of them.
//!
//! A schedule is a sequence of choices: who goes on, how its request goes, how far the state
//! machine has got, what a lagging read sees, what the operator does meanwhile. [`campaign`] makes
//! schedules, all of them ([`overlap`]) or random ones ([`wander`]), and every one ends with
//! [`probe`]s: undisturbed invocations that must find what the state machine decided.
//!
//! The scheduler is our own because nothing else is needed than to poll a handful of futures by
//! hand: the flow holds no locks, spawns nothing and waits only for its edges and for Tokio's
//! clock, which stands still in tests. Schedulers of the ecosystem replace the primitives of threads
//! and channels (shuttle, loom), the network (turmoil, madsim) or ask for a model in place of the
//! code (stateright).

pub(crate) mod campaign;
pub(crate) mod catalog;
mod effects;
mod invariant;
mod invocation;
mod overlap;
mod parallel;
mod probe;
mod random_schedule;
mod random_walk;
mod request;
mod request_gate;
mod scenario;
mod scheduler;
pub(crate) mod statistics;
mod trace;
mod truth;
mod world;
