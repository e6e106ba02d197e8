//! The calls to AWS that were made, without their contents.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// A call to AWS that ended, with all its attempts. It has no other part of the request or the
/// response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FinishedCall {
    /// The service, as the SDK names it.
    pub service: String,
    /// The operation, as AWS names it.
    pub operation: String,
    /// From the first attempt to the end of the last, with the waits between them.
    pub duration: Duration,
    /// How often it was tried.
    pub attempts: u32,
    /// How it ended.
    pub outcome: CallOutcome,
    /// The ID under which AWS can find the last attempt.
    pub request_id: Option<String>,
}

/// How a call ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CallOutcome {
    /// AWS accepted it, with this HTTP status.
    Accepted(Option<u16>),
    /// AWS refused it.
    Refused {
        /// The HTTP status.
        status: u16,
        /// The code of the error; responses to HEAD requests have none.
        code: Option<String>,
    },
    /// There was no response that could be used.
    Unanswered,
}

/// Receives every call of a connection, or none.
#[derive(Clone, Default)]
pub struct CallObserver(Option<Arc<Observe>>);

type Observe = dyn Fn(&FinishedCall) + Send + Sync;

impl CallObserver {
    /// Passes every call to `observe` when it ends.
    #[must_use]
    pub fn new(observe: impl Fn(&FinishedCall) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(observe)))
    }

    /// Whether calls are observed.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.0.is_some()
    }

    pub(crate) fn observe(&self, call: &FinishedCall) {
        if let Some(observe) = &self.0 {
            observe(call);
        }
    }
}

impl fmt::Debug for CallObserver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CallObserver").field(&self.is_on()).finish()
    }
}

/// Two observers are equal if they pass calls to the same closure.
impl PartialEq for CallObserver {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Some(one), Some(other)) => Arc::ptr_eq(one, other),
            (None, None) => true,
            _ => false,
        }
    }
}

impl Eq for CallObserver {}
