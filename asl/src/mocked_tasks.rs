//! Mocked tasks: answers by state name, in the order of the attempts.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use serde_json::{Value, json};

use crate::expression::digest;
use crate::tasks::{Answer, Call, TaskResult, Tasks};

/// A prepared answer to one call.
#[derive(Debug, Clone, PartialEq)]
pub struct MockedAnswer {
    /// Prefer a call with these parameters.
    pub parameters: Option<Value>,
    /// Prefer a call from this iteration of the innermost Map.
    pub iteration: Option<usize>,
    /// The answer.
    pub answer: Answer,
}

/// Tasks with prepared answers by state, and S3 objects by bucket and key.
#[derive(Debug, Default)]
pub struct MockedTasks {
    answers: Mutex<HashMap<String, Vec<Option<MockedAnswer>>>>,
    objects: BTreeMap<String, BTreeMap<String, String>>,
    missed: Mutex<BTreeSet<String>>,
}

impl MockedTasks {
    /// Creates tasks from answers by state name, in the order of the attempts.
    #[must_use]
    pub fn new(answers: HashMap<String, Vec<MockedAnswer>>) -> Self {
        let answers = answers.into_iter();
        let answers =
            answers.map(|(state, mocked)| (state, mocked.into_iter().map(Some).collect()));
        Self { answers: Mutex::new(answers.collect()), ..Self::default() }
    }

    /// Adds S3 objects: bucket, then key, then content.
    #[must_use]
    pub fn with_objects(mut self, objects: BTreeMap<String, BTreeMap<String, String>>) -> Self {
        self.objects = objects;
        self
    }

    /// The states for which answers were prepared, in no particular order.
    #[must_use]
    pub fn states(&self) -> Vec<String> {
        let answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        answers.keys().cloned().collect()
    }

    /// The states that were called when no answer was left for them.
    #[must_use]
    pub fn missed(&self) -> BTreeSet<String> {
        self.missed.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Removes and returns the answer that fits best: the one for the call's iteration, else the
    /// one for its parameters, else the first that is left.
    fn take(&self, call: &Call) -> Option<Answer> {
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        let answers = answers.get_mut(&*call.state)?;
        let left = |mocked: &Option<MockedAnswer>, fits: &dyn Fn(&MockedAnswer) -> bool| {
            mocked.as_ref().is_some_and(fits)
        };
        let iteration = call.iterations.last();
        let of_iteration =
            |mocked: &MockedAnswer| iteration.is_some() && mocked.iteration.as_ref() == iteration;
        let of_parameters =
            |mocked: &MockedAnswer| mocked.parameters.as_ref() == Some(&*call.parameters);
        let at = answers
            .iter()
            .position(|mocked| left(mocked, &of_iteration))
            .or_else(|| answers.iter().position(|mocked| left(mocked, &of_parameters)))
            .or_else(|| answers.iter().position(|mocked| left(mocked, &|_| true)))?;
        answers.get_mut(at)?.take().map(|mocked| mocked.answer)
    }
}

#[async_trait]
impl Tasks for MockedTasks {
    async fn answer(&self, call: Call) -> Answer {
        self.take(&call).unwrap_or_else(|| {
            let mut missed = self.missed.lock().unwrap_or_else(PoisonError::into_inner);
            missed.insert(call.state.to_string());
            Answer::at_once(TaskResult::Failed {
                error: Some("NoAnswer".to_owned()),
                cause: Some(format!("no mocked answer is left for the state '{}'", call.state)),
            })
        })
    }

    async fn object(&self, bucket: &str, key: &str) -> Option<String> {
        self.objects.get(bucket)?.get(key).cloned()
    }

    async fn listing(&self, bucket: &str, prefix: &str) -> Option<Vec<Value>> {
        let objects = self.objects.get(bucket)?.iter();
        let objects = objects.filter(|(key, _)| key.starts_with(prefix)).map(|(key, text)| {
            let etag = digest::hex(text.as_bytes(), "MD5").unwrap_or_default();
            json!({
                "Etag": format!("\"{etag}\""),
                "LastModified": 0,
                "Key": key,
                "Size": text.len(),
                "StorageClass": "STANDARD",
            })
        });
        Some(objects.collect())
    }
}
