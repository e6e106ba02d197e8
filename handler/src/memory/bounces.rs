//! Bounces in memory: a list of those that were sent.

use std::sync::{Arc, Mutex, PoisonError};

use crate::bounces::Bounces;
use crate::call_error::CallError;
use crate::ses::bounce::Bounce;

/// The bounces that were sent. Clones share the list.
#[derive(Debug, Clone, Default)]
pub struct MemoryBounces {
    sent: Arc<Mutex<Vec<Bounce>>>,
}

impl MemoryBounces {
    /// The bounces that were sent, in their order.
    #[must_use]
    pub fn sent(&self) -> Vec<Bounce> {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Bounces for MemoryBounces {
    async fn send(&self, bounce: &Bounce) -> Result<(), CallError> {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner).push(bounce.clone());
        Ok(())
    }
}
