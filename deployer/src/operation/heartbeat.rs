//! Signs of life: whoever waits hears, now and then, that something goes on.

use std::time::Duration;

use tokio::time::Instant;

use super::{Event, Operation};

/// After this long without a word, one is said.
const INTERVAL: Duration = Duration::from_secs(20);

/// Counts from the beginning of a wait, and from the last word.
pub(super) struct Heartbeat {
    begun: Instant,
    last_event: Instant,
}

impl Heartbeat {
    /// A wait begins.
    pub(super) fn new() -> Self {
        Self { begun: Instant::now(), last_event: Instant::now() }
    }

    /// How long the wait has lasted.
    pub(super) fn waited(&self) -> Duration {
        self.begun.elapsed()
    }

    /// Something was told just now.
    pub(super) fn reset(&mut self) {
        self.last_event = Instant::now();
    }

    /// Says what is waited for, if nothing was said for long.
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
