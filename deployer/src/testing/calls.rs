//! Records what Task states are called with.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use serde_json::Value;

use asl::{Answer, Call, Tasks};

/// By the state's name, the parameters of its first call.
pub(super) type FirstCalls = BTreeMap<Arc<str>, Arc<Value>>;

/// Tasks that record their first calls.
pub(super) struct RecordedTasks<T> {
    tasks: T,
    first: Mutex<FirstCalls>,
}

impl<T> RecordedTasks<T> {
    pub(super) fn new(tasks: T) -> Self {
        Self { tasks, first: Mutex::default() }
    }

    fn record(&self, call: &Call) {
        let mut first = self.first.lock().unwrap_or_else(PoisonError::into_inner);
        first.entry(Arc::clone(&call.state)).or_insert_with(|| Arc::clone(&call.parameters));
    }

    /// The tasks that answer.
    pub(super) fn tasks(&self) -> &T {
        &self.tasks
    }

    /// What is recorded so far.
    pub(super) fn first_calls(&self) -> FirstCalls {
        self.first.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[async_trait]
impl<T: Tasks> Tasks for RecordedTasks<T> {
    async fn answer(&self, call: Call) -> Answer {
        self.record(&call);
        self.tasks.answer(call).await
    }

    async fn object(&self, bucket: &str, key: &str) -> Option<String> {
        self.tasks.object(bucket, key).await
    }

    async fn listing(&self, bucket: &str, prefix: &str) -> Option<Vec<Value>> {
        self.tasks.listing(bucket, prefix).await
    }
}
