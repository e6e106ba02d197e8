//! What Task states were called with, noted while they are answered.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use serde_json::Value;

use asl::{Answer, Call, Tasks};

/// By the state's name, what it was called with the first time.
pub(super) type FirstCalls = BTreeMap<Arc<str>, Arc<Value>>;

/// Tasks that note what they are called with.
pub(super) struct Noted<T> {
    tasks: T,
    first: Mutex<FirstCalls>,
}

impl<T> Noted<T> {
    pub(super) fn new(tasks: T) -> Self {
        Self { tasks, first: Mutex::default() }
    }

    fn note(&self, call: &Call) {
        let mut first = self.first.lock().unwrap_or_else(PoisonError::into_inner);
        first.entry(Arc::clone(&call.state)).or_insert_with(|| Arc::clone(&call.parameters));
    }

    /// Those that answer.
    pub(super) fn tasks(&self) -> &T {
        &self.tasks
    }

    /// What was noted so far.
    pub(super) fn first_calls(&self) -> FirstCalls {
        self.first.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[async_trait]
impl<T: Tasks> Tasks for Noted<T> {
    async fn answer(&self, call: Call) -> Answer {
        self.note(&call);
        self.tasks.answer(call).await
    }

    async fn object(&self, bucket: &str, key: &str) -> Option<String> {
        self.tasks.object(bucket, key).await
    }

    async fn listing(&self, bucket: &str, prefix: &str) -> Option<Vec<Value>> {
        self.tasks.listing(bucket, prefix).await
    }
}
