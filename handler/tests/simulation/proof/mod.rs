//! The proof: schedules of overlapping invocations over the real `handler::flow`, and the
//! invariants that every schedule must satisfy. For a message from Amazon SES, the code is
//! `handler::gate`, which sends bounces and answers in the format of SES.
//!
//! A schedule is a sequence of choices: which invocation continues, what happens to its request,
//! how far the state machine is, what a lagging read sees, what the operator does meanwhile.
//! [`campaign`] runs all schedules ([`overlap`]) or random ones ([`random_walk`]). Every schedule
//! ends with [`probe`]s: invocations without faults that must find what the state machine decided.
//!
//! The scheduler is custom because it only has to poll a few futures manually: the flow has no
//! locks, spawns nothing and waits only for its requests and for Tokio's clock, which is paused in
//! tests. Existing schedulers replace the primitives of threads and channels (shuttle, loom) or the
//! network and the runtime (turmoil, madsim), or need a model instead of the code (stateright).

pub(crate) mod campaign;
pub(crate) mod catalog;
mod effects;
mod invariant;
mod invocation;
pub(crate) mod mail;
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
