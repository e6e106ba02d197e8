//! Decisions of people: which messages wait for one, and handing it in.
//!
//! A task with `.waitForTaskToken` goes on when somebody hands its token back. Step Functions has no list of
//! tokens; but a task's token usually is among what the task was called with, and that stands in the
//! execution's history.

mod choice;
mod search;
mod token;
mod waiting;

pub use choice::{Unclear, choose};
pub use search::{MessageState, Search};
pub use token::Token;
pub use waiting::{Contents, WaitingTask};

use cloud::{Cloud, CloudError};

/// What is decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// The task's result, a JSON text.
    Result(String),
    /// The task fails.
    Failure {
        /// The error's name, for the state's `Catch` and `Retry`.
        error: String,
        /// What else is to be known about it.
        cause: Option<String>,
    },
}

/// Hands a decision in.
///
/// # Errors
/// When the task does not wait any more, or Step Functions refuses or cannot be reached.
pub async fn decide(cloud: &Cloud, token: &Token, decision: &Decision) -> Result<(), CloudError> {
    let tokens = &cloud.task_tokens;
    match decision {
        Decision::Result(output) => tokens.succeed(token.expose(), output).await,
        Decision::Failure { error, cause } => {
            tokens.fail(token.expose(), error, cause.as_deref()).await
        }
    }
}
