//! Doing: what a plan says, step by step, as a stream of facts.
//!
//! Nothing here writes a sentence or a colour; [`crate::report`] does. Every operation ends with
//! exactly one terminal event.

mod apply;
mod cancel;
mod change_set;
mod detect;
mod diagnosis;
mod ended;
mod estimate;
mod event;
mod failure;
mod follow;
#[cfg(test)]
mod follow_tests;
mod heartbeat;
mod recover;
mod remove;
mod retryable;
mod watch;

pub use apply::apply;
pub use cancel::cancel;
pub use change_set::Prepared;
pub use detect::{Compared, detect_drift, is_reverted};
pub use diagnosis::{Diagnosis, is_cascade, is_rolled_back};
pub use ended::Settled;
pub use event::{Event, Outcome};
pub use failure::OperationError;
pub use follow::follow;
pub use recover::recover;
pub use remove::remove;
pub use watch::{attach, watch};

use std::pin::pin;
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;

use cloud::{Cloud, ResourceChange};

/// Who is told, and who is asked.
#[async_trait]
pub trait Audience: Send {
    /// Is told what happened.
    fn event(&mut self, event: &Event);

    /// Sees that time passes, about every second, while something is waited for.
    fn time_passes(&mut self) {}

    /// Is asked whether a change set, which has just been told, may be executed.
    async fn agrees(&mut self, changes: &[ResourceChange]) -> bool;
}

/// What every step needs.
pub struct Operation<'a> {
    /// AWS.
    pub cloud: &'a Cloud,
    /// Who is told and asked.
    pub audience: &'a mut dyn Audience,
    /// The wall clock, for tokens and names.
    pub clock: fn() -> Timestamp,
}

/// How often the audience sees that time passes: often enough for a clock that shows seconds.
const TICK: Duration = Duration::from_secs(1);

impl Operation<'_> {
    /// Waits for `work`; the audience sees the time pass.
    async fn wait_for<T>(&mut self, work: impl Future<Output = T>) -> T {
        let mut work = pin!(work);
        loop {
            tokio::select! {
                // What is done is done, however much time has passed.
                biased;
                done = &mut work => return done,
                () = tokio::time::sleep(TICK) => self.audience.time_passes(),
            }
        }
    }

    /// A client request token: which template, and which attempt. A token of the content alone would
    /// collide when the same content is tried a second time.
    fn token(&self, purpose: &str) -> String {
        format!("deployer-{purpose}-{}", (self.clock)().as_millisecond())
    }
}
