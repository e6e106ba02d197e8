//! Applies plans step by step and emits events.
//!
//! Nothing here formats text; [`crate::report`] does. Every operation ends with exactly one
//! `Finished` event.

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
mod retire;
mod retryable;
mod undo;
mod upload;
mod upload_parts;
mod watch;

pub use apply::apply;
pub use cancel::cancel;
pub use change_set::Prepared;
pub use detect::{Compared, detect_drift, is_reverted};
pub use diagnosis::{Diagnosis, is_cascade, is_rolled_back};
pub use event::{Event, OperationOutcome};
pub use failure::{OperationError, is_refused_template};
pub use follow::follow;
pub use recover::recover;
pub use remove::remove;
pub use watch::{attach, watch};

use std::pin::pin;
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use uuid::Uuid;

use cloud::{Cloud, ResourceChange};

/// Receives the events of an operation and confirms change sets.
#[async_trait]
pub trait Observer: Send {
    fn on_event(&mut self, event: &Event);

    /// Called about every second during a wait.
    fn on_tick(&mut self) {}

    /// Whether the change set, which was just reported, may be executed.
    async fn confirm(&mut self, changes: &[ResourceChange]) -> bool;
}

/// The context of every step.
pub struct Operation<'a> {
    pub cloud: &'a Cloud,
    pub observer: &'a mut dyn Observer,
    /// The wall clock, for tokens and names.
    pub clock: fn() -> Timestamp,
    /// Generates a unique id, for tokens and names.
    pub new_id: fn() -> Uuid,
}

/// The interval of [`Observer::on_tick`]: short enough for a clock that shows seconds.
const TICK: Duration = Duration::from_secs(1);

impl Operation<'_> {
    /// Waits for `work`, and calls [`Observer::on_tick`] meanwhile.
    async fn wait_for<T>(&mut self, work: impl Future<Output = T>) -> T {
        let mut work = pin!(work);
        loop {
            tokio::select! {
                // Completed work takes precedence over a tick.
                biased;
                done = &mut work => return done,
                () = tokio::time::sleep(TICK) => self.observer.on_tick(),
            }
        }
    }

    /// A client request token, unique per attempt. A token of the content alone would collide when
    /// the same content is tried a second time, and one of the time alone when two attempts begin together.
    fn token(&self, purpose: &str) -> String {
        let random = (self.new_id)().as_u128() & 0xffff_ffff;
        format!("deployer-{purpose}-{}-{random:08x}", (self.clock)().as_millisecond())
    }
}
