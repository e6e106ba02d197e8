//! Which of an execution's tasks a decision is for.

use super::WaitingTask;

/// Why it is unclear which task is meant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unclear {
    /// No task waits.
    #[error("waits for no decision; its execution is running")]
    NoneWaits,
    /// No task of that state waits.
    #[error("waits for no decision in state `{state}`, but in {}", names(.waiting))]
    AnotherState {
        /// The state that was named.
        state: String,
        /// The states whose tasks wait.
        waiting: Vec<String>,
    },
    /// Tasks of several states wait.
    #[error("waits for decisions in several states: {}", names(.waiting))]
    SeveralStates { waiting: Vec<String> },
    /// Several tasks of one state wait, in iterations of a Map.
    #[error("waits for {count} decisions in state `{state}`, which cannot be distinguished here")]
    SeveralTasks { state: String, count: usize },
}

fn names(states: &[String]) -> String {
    let quoted: Vec<String> = states.iter().map(|state| format!("`{state}`")).collect();
    quoted.join(", ")
}

/// Returns the only waiting task, or the only one of `state`.
/// Fails if there is not exactly one.
pub fn choose<'a>(
    tasks: &'a [WaitingTask],
    state: Option<&str>,
) -> Result<&'a WaitingTask, Unclear> {
    let matches = |task: &&WaitingTask| state.is_none_or(|state| task.state == state);
    let matching: Vec<&WaitingTask> = tasks.iter().filter(matches).collect();
    let mut waiting: Vec<String> = tasks.iter().map(|task| task.state.clone()).collect();
    waiting.sort();
    waiting.dedup();
    match (&matching[..], state) {
        ([task], _) => Ok(task),
        ([], _) if tasks.is_empty() => Err(Unclear::NoneWaits),
        ([], state) => {
            let state = state.unwrap_or_default().to_owned();
            Err(Unclear::AnotherState { state, waiting })
        }
        ([_, ..], None) if waiting.len() > 1 => Err(Unclear::SeveralStates { waiting }),
        ([first, ..], _) => {
            Err(Unclear::SeveralTasks { state: first.state.clone(), count: matching.len() })
        }
    }
}
