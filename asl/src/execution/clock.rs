//! An execution's clock: its timers, and what must happen before its time may pass.

use std::collections::BTreeSet;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use jiff::Timestamp;

use crate::expression::ambient::Ambient;

/// The clock of one execution. Its time passes only when the execution cannot continue otherwise,
/// so that waiting takes no real time.
pub(crate) struct Clock {
    /// Holds the time itself, because expressions read it too.
    ambient: Arc<Ambient>,
    timers: Mutex<Timers>,
}

#[derive(Default)]
struct Timers {
    /// When branches continue. The number keeps equal times apart.
    pending: BTreeSet<(Timestamp, u64)>,
    created: u64,
    /// A branch yielded and can continue at the next poll.
    yielded: bool,
    /// How many tasks wait for something outside of this program.
    outside: usize,
}

/// What an execution that cannot continue by itself waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WaitingFor {
    /// Nothing: a branch only yielded to the other branches.
    NextPoll,
    /// A time on its clock.
    Time(Timestamp),
    /// An answer from outside of this program.
    Outside,
    /// Nothing that could ever happen.
    Nothing,
}

impl Clock {
    pub(crate) fn new(ambient: Arc<Ambient>) -> Self {
        Self { ambient, timers: Mutex::default() }
    }

    fn timers(&self) -> MutexGuard<'_, Timers> {
        self.timers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the execution waits for, once all of it has been polled.
    pub(crate) fn waiting_for(&self) -> WaitingFor {
        let mut timers = self.timers();
        // The order matters. While a branch can continue or an answer from outside is missing, time
        // must not pass: either could still lead to an event before the first timer.
        if std::mem::take(&mut timers.yielded) {
            WaitingFor::NextPoll
        } else if timers.outside > 0 {
            WaitingFor::Outside
        } else if let Some(&(time, _)) = timers.pending.first() {
            WaitingFor::Time(time)
        } else {
            WaitingFor::Nothing
        }
    }

    pub(crate) fn sleep_until(&self, until: Timestamp) -> Sleep<'_> {
        Sleep { clock: self, until, timer: None }
    }

    pub(crate) fn sleep(&self, duration: Duration) -> Sleep<'_> {
        self.sleep_until(later(self.ambient.now(), duration))
    }

    /// Lets the other branches continue first.
    pub(crate) fn yield_now(&self) -> YieldNow<'_> {
        YieldNow { clock: self, yielded: false }
    }

    /// Runs a future that may wait for something outside of this program, while the clock stops.
    pub(crate) async fn outside<T>(&self, future: impl Future<Output = T>) -> T {
        let mut future = std::pin::pin!(future);
        let mut guard = OutsideGuard { clock: self, counted: false };
        std::future::poll_fn(move |context| {
            let polled = future.as_mut().poll(context);
            // Count only while the future is pending: mocked tasks answer at the first poll and
            // never stop the clock. The guard also counts down if the branch is dropped, for
            // example because another branch failed; otherwise the clock would stop forever.
            guard.set(polled.is_pending());
            polled
        })
        .await
    }
}

/// A time later by a duration, or the end of time if it is out of range.
pub(crate) fn later(time: Timestamp, duration: Duration) -> Timestamp {
    time.checked_add(duration).unwrap_or(Timestamp::MAX)
}

/// Waits for a time. It registers no waker, because the execution is polled again whenever its
/// clock moves.
pub(crate) struct Sleep<'a> {
    clock: &'a Clock,
    until: Timestamp,
    timer: Option<u64>,
}

impl Future for Sleep<'_> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        if self.clock.ambient.now() >= self.until {
            return Poll::Ready(());
        }
        if self.timer.is_none() {
            let mut timers = self.clock.timers();
            timers.created += 1;
            let timer = timers.created;
            timers.pending.insert((self.until, timer));
            drop(timers);
            self.timer = Some(timer);
        }
        Poll::Pending
    }
}

impl Drop for Sleep<'_> {
    fn drop(&mut self) {
        if let Some(timer) = self.timer {
            self.clock.timers().pending.remove(&(self.until, timer));
        }
    }
}

/// Yields once. Like [`Sleep`], it registers no waker.
pub(crate) struct YieldNow<'a> {
    clock: &'a Clock,
    yielded: bool,
}

impl Future for YieldNow<'_> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        if self.yielded {
            return Poll::Ready(());
        }
        self.yielded = true;
        self.clock.timers().yielded = true;
        Poll::Pending
    }
}

/// Counts a future among those that wait outside, as long as it is pending.
struct OutsideGuard<'a> {
    clock: &'a Clock,
    counted: bool,
}

impl OutsideGuard<'_> {
    fn set(&mut self, outside: bool) {
        if outside != self.counted {
            let mut timers = self.clock.timers();
            timers.outside =
                if outside { timers.outside + 1 } else { timers.outside.saturating_sub(1) };
            self.counted = outside;
        }
    }
}

impl Drop for OutsideGuard<'_> {
    fn drop(&mut self) {
        self.set(false);
    }
}
