//! MockedAnswer answers: by the state's name, in the order of the attempts.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use serde_json::{Value, json};

use super::tasks::{Answer, Call, TaskResult, Tasks};

/// An answer that waits for its call.
#[derive(Debug, Clone, PartialEq)]
pub struct MockedAnswer {
    /// Only for a call with these parameters, if there is one.
    pub parameters: Option<Value>,
    /// Only for this iteration of the innermost Map, if there is one.
    pub iteration: Option<usize>,
    /// The answer.
    pub answer: Answer,
}

/// Answers by state, and objects by bucket and key.
#[derive(Debug, Default)]
pub struct MockedTasks {
    answers: Mutex<HashMap<String, Vec<Option<MockedAnswer>>>>,
    objects: BTreeMap<String, BTreeMap<String, String>>,
    missed: Mutex<BTreeSet<String>>,
}

impl MockedTasks {
    /// Answers by the state's name, in the order of the attempts.
    #[must_use]
    pub fn new(answers: HashMap<String, Vec<MockedAnswer>>) -> Self {
        let answers = answers.into_iter();
        let answers =
            answers.map(|(state, mocked)| (state, mocked.into_iter().map(Some).collect()));
        Self { answers: Mutex::new(answers.collect()), ..Self::default() }
    }

    /// The same with objects: bucket, then key, then text.
    #[must_use]
    pub fn with_objects(mut self, objects: BTreeMap<String, BTreeMap<String, String>>) -> Self {
        self.objects = objects;
        self
    }

    /// The states that have, or had, answers, in no order.
    #[must_use]
    pub fn states(&self) -> Vec<String> {
        let answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        answers.keys().cloned().collect()
    }

    /// The states for whose calls there was no answer, or none left.
    #[must_use]
    pub fn missed(&self) -> BTreeSet<String> {
        self.missed.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The answer that fits best among those left: that of the call's iteration, else that of its
    /// parameters, else the first.
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
                cause: Some(format!(
                    "there is no canned answer left for the state '{}'",
                    call.state
                )),
            })
        })
    }

    async fn object(&self, bucket: &str, key: &str) -> Option<String> {
        self.objects.get(bucket)?.get(key).cloned()
    }

    async fn listing(&self, bucket: &str, prefix: &str) -> Option<Vec<Value>> {
        let objects = self.objects.get(bucket)?.iter();
        let objects = objects.filter(|(key, _)| key.starts_with(prefix)).map(|(key, text)| {
            let etag = crate::expression::digest::hex(text.as_bytes(), "MD5").unwrap_or_default();
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
