//! Heartbeats: during a long wait, an event now and then shows that the operation is still in
//! progress.

use std::time::Duration;

use tokio::time::Instant;

use super::{Event, Operation};

/// The time without events after which a heartbeat is sent.
const INTERVAL: Duration = Duration::from_secs(20);

/// Measures the time since the wait began, and since the last event.
pub(super) struct Heartbeat {
    begun: Instant,
    last_event: Instant,
}

impl Heartbeat {
    pub(super) fn new() -> Self {
        Self { begun: Instant::now(), last_event: Instant::now() }
    }

    pub(super) fn waited(&self) -> Duration {
        self.begun.elapsed()
    }

    /// Call this after every other event.
    pub(super) fn reset(&mut self) {
        self.last_event = Instant::now();
    }

    /// Sends a heartbeat with `status`, if there was no event for long.
    pub(super) fn beat(&mut self, operation: &mut Operation<'_>, status: &str) {
        if self.last_event.elapsed() >= INTERVAL {
            self.reset();
            operation.observer.on_event(&Event::StillWaiting {
                status: status.to_owned(),
                elapsed_seconds: self.waited().as_secs(),
            });
        }
    }
}
