//! The time of day in a simulation.

use jiff::Timestamp;
use tokio::time::Instant;

/// The time of day that Tokio's clock means in a simulation. Clones show the same time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clock {
    began: Timestamp,
    at: Instant,
}

impl Clock {
    /// A clock that shows this time now.
    pub(super) fn starting(began: Timestamp) -> Self {
        Self { began, at: Instant::now() }
    }

    /// The time of day.
    pub(super) fn now(&self) -> Timestamp {
        self.began.checked_add(self.at.elapsed()).unwrap_or(Timestamp::MAX)
    }
}
