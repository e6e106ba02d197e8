//! Decisions made by people: which messages wait for one, and how to submit it.
//!
//! A task with `.waitForTaskToken` continues when its token is handed back. Step Functions has no
//! list of tokens, but a task's token is usually part of the task's input, which is in the
//! execution's history.

mod choice;
mod search;
mod token;
mod waiting;

pub use choice::{Unclear, choose};
pub use search::{MessageState, Search};
pub use token::{Token, without_token};
pub use waiting::{Contents, WAITS, WaitingTask};

use cloud::{Cloud, CloudError};

/// A decision about a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// The task's result, a JSON text.
    Result(String),
    /// The task fails.
    Failure {
        /// The error's name, for the state's `Catch` and `Retry`.
        error: String,
        /// Details about the error.
        cause: Option<String>,
    },
}

/// Submits a decision.
/// Fails if the task no longer waits, or Step Functions refuses or cannot be reached.
pub async fn decide(cloud: &Cloud, token: &Token, decision: &Decision) -> Result<(), CloudError> {
    let tokens = &cloud.task_tokens;
    match decision {
        Decision::Result(output) => tokens.succeed(token.expose(), output).await,
        Decision::Failure { error, cause } => {
            tokens.fail(token.expose(), error, cause.as_deref()).await
        }
    }
}
