//! The answers of tasks, from a file: by the state's name, either one answer for every attempt or a list of
//! answers, one for each attempt.

use std::collections::{BTreeSet, HashMap};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::document::{Strict, item, member};
use crate::error::CommandError;
use crate::files::text::{name_of, read_input};
use crate::finding::Finding;
use asl::{Answer, Call, MockedAnswer, MockedTasks, TaskResult, Tasks};

/// Answers for the tasks of one execution.
#[derive(Debug, Default)]
pub struct Answers {
    /// The answers for every attempt.
    always: HashMap<String, Answer>,
    /// The answers for one attempt each.
    in_order: MockedTasks,
}

/// Why a file of answers cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum AnswersError {
    /// It cannot be read.
    #[error("cannot read the answers {}", name_of(path))]
    Read {
        /// The file as it was named.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// It is not YAML, which includes JSON.
    #[error("{} is not YAML", name_of(path))]
    Yaml {
        /// The file as it was named.
        path: PathBuf,
        #[source]
        source: serde_yaml::Error,
    },
    /// Its content is invalid.
    #[error("{} does not contain valid answers of tasks", name_of(path))]
    Faulty {
        /// The file as it was named.
        path: PathBuf,
        /// Everything that is wrong with it.
        findings: Vec<Finding>,
    },
}

impl From<AnswersError> for CommandError {
    fn from(error: AnswersError) -> Self {
        match error {
            AnswersError::Faulty { path, findings } => {
                Self::usage(AnswersError::Faulty { path, findings: Vec::new() }).findings(findings)
            }
            other => Self::usage(other),
        }
    }
}

/// One answer as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    /// The task's output; `null` is an output, too.
    #[serde(default, deserialize_with = "present")]
    output: Option<Value>,
    /// The name of the task's error.
    error: Option<String>,
    cause: Option<String>,
    /// How long it takes, in seconds.
    #[serde(default)]
    took: f64,
    /// Whether it never ends.
    #[serde(default)]
    never: bool,
}

fn present<'de, D: Deserializer<'de>>(value: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(value).map(Some)
}

impl Answers {
    /// The states that have answers, in no particular order.
    pub fn states(&self) -> Vec<String> {
        self.always.keys().cloned().chain(self.in_order.states()).collect()
    }

    /// The states whose tasks were called and had no answer, or none left.
    pub fn missed(&self) -> BTreeSet<String> {
        self.in_order.missed()
    }

    /// Reads a file, JSON or YAML.
    /// Fails when the file cannot be read, or its content is invalid.
    pub fn from_file(path: &Path) -> Result<Self, AnswersError> {
        let text = read_input(path, "--answers")
            .map_err(|source| AnswersError::Read { path: path.to_owned(), source })?;
        Self::from_text(&text, path)
    }

    /// Reads the text of the file `path`.
    /// Fails when its content is invalid.
    pub fn from_text(text: &str, path: &Path) -> Result<Self, AnswersError> {
        let at = || path.to_owned();
        let Strict(value) =
            Strict::from_yaml(text).map_err(|source| AnswersError::Yaml { path: at(), source })?;
        Self::from_value(value).map_err(|findings| AnswersError::Faulty { path: at(), findings })
    }

    /// Reads a value.
    /// Fails with everything that is wrong with it.
    pub fn from_value(value: Value) -> Result<Self, Vec<Finding>> {
        let Value::Object(states) = value else {
            return Err(vec![fault(
                "$",
                "an object with an answer, or a list of answers, for each state",
            )]);
        };
        let (mut always, mut in_order, mut faults) = (HashMap::new(), HashMap::new(), Vec::new());
        for (state, written) in states {
            let at = member("$", &state);
            match written {
                Value::Array(several) => {
                    let read = |(nth, one)| answer(one, &item(&at, nth));
                    let answers = several.into_iter().enumerate().map(read);
                    let (answers, wrong): (Vec<_>, Vec<_>) = answers.partition(Result::is_ok);
                    faults.extend(wrong.into_iter().filter_map(Result::err));
                    let mocked =
                        |answer| MockedAnswer { parameters: None, iteration: None, answer };
                    in_order.insert(state, answers.into_iter().flatten().map(mocked).collect());
                }
                one => match answer(one, &at) {
                    Ok(answer) => drop(always.insert(state, answer)),
                    Err(wrong) => faults.push(wrong),
                },
            }
        }
        if faults.is_empty() {
            return Ok(Self { always, in_order: MockedTasks::new(in_order) });
        }
        Err(faults)
    }
}

fn answer(written: Value, at: &str) -> Result<Answer, Finding> {
    let Value::Object(members) = written else {
        return Err(fault(at, "an object with output, error, or never"));
    };
    let written: Written = serde_json::from_value(Value::Object(members))
        .map_err(|error| Finding::error("answers", at, error.to_string()))?;
    let result = match written {
        Written { output: Some(output), error: None, cause: None, never: false, .. } => {
            TaskResult::Succeeded(output)
        }
        Written { output: None, error: Some(error), cause, never: false, .. } => {
            TaskResult::Failed { error: Some(error), cause }
        }
        Written { output: None, error: None, cause: None, never: true, .. } => TaskResult::Pending,
        _ => {
            return Err(fault(
                at,
                "exactly one of output, error (with or without cause), and never",
            ));
        }
    };
    let took = Duration::try_from_secs_f64(written.took)
        .map_err(|_| fault(&member(at, "took"), "a number of seconds, such as 2.5"))?;
    Ok(Answer { took, ..Answer::at_once(result) })
}

fn fault(at: &str, expected: &str) -> Finding {
    Finding::error("answers", at, format!("{expected} is expected"))
}

#[async_trait]
impl Tasks for Answers {
    async fn answer(&self, call: Call) -> Answer {
        match self.always.get(&*call.state) {
            Some(answer) => answer.clone(),
            None => self.in_order.answer(call).await,
        }
    }

    async fn object(&self, bucket: &str, key: &str) -> Option<String> {
        self.in_order.object(bucket, key).await
    }

    async fn listing(&self, bucket: &str, prefix: &str) -> Option<Vec<Value>> {
        self.in_order.listing(bucket, prefix).await
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn faults(value: Value) -> Vec<String> {
        let faults = Answers::from_value(value).unwrap_err();
        faults.into_iter().map(|fault| format!("{}: {}", fault.location, fault.sentence)).collect()
    }

    #[test]
    fn every_fault_is_reported_with_its_place() {
        let value = json!({
            "A": [{ "output": 1 }, { "output": 1, "error": "E" }, 3],
            "B b": { "took": -1, "output": null },
            "C": {}, "D": { "result": 1 },
        });
        assert_eq!(
            faults(value),
            [
                "$.A[1]: exactly one of output, error (with or without cause), and never is expected",
                "$.A[2]: an object with output, error, or never is expected",
                "$['B b'].took: a number of seconds, such as 2.5 is expected",
                "$.C: exactly one of output, error (with or without cause), and never is expected",
                "$.D: unknown field `result`, expected one of `output`, `error`, `cause`, `took`, `never`",
            ]
        );
        assert_eq!(faults(json!([])).len(), 1);
    }
}
