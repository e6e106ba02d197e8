//! A door before every call, so that a test can let several programs work at the same time, call by
//! call.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;

/// The door of one program. A program that has none is never stopped.
#[derive(Clone, Default)]
pub struct Door(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    /// The number of the program.
    number: usize,
    is_waiting: bool,
    is_open: bool,
    is_expired: bool,
}

impl Door {
    /// The closed door of the program with this number.
    #[must_use]
    pub fn of(number: usize) -> Self {
        Self(Arc::new(Mutex::new(State { number, ..State::default() })))
    }

    /// Whether the program waits for a call.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        self.lock().is_waiting
    }

    /// Lets one call through, the next time that the program is polled.
    pub fn open(&self) {
        self.lock().is_open = true;
    }

    /// Makes the credentials of this program expire.
    pub fn expire(&self) {
        self.lock().is_expired = true;
    }

    pub(super) fn number(&self) -> usize {
        self.lock().number
    }

    pub(super) fn is_expired(&self) -> bool {
        self.lock().is_expired
    }

    /// Waits until the door is open. Nothing wakes the program: the test that opens the door polls
    /// it.
    pub(super) async fn pass(&self) {
        std::future::poll_fn(|_| {
            let mut state = self.lock();
            state.is_waiting = !state.is_open;
            match std::mem::take(&mut state.is_open) {
                true => Poll::Ready(()),
                false => Poll::Pending,
            }
        })
        .await;
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
