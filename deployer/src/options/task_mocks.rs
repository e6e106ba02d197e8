//! The answers of tasks in a simulation, as options.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::config::bad_values;
use crate::document::suggestion::closest;
use crate::error::CommandError;
use crate::finding::Finding;
use crate::flow::{Flow, unknown_state};
use crate::logs::span;
use crate::simulation::{Answers, CommandTasks, TaskMocks};

/// The answers of Task states, and their failures.
#[derive(Debug, Clone, clap::Args)]
pub struct TaskMocksArgs {
    /// File with the answers of Task states, or `-` for standard input
    #[arg(long, value_name = "FILE")]
    pub answers: Option<PathBuf>,
    /// Let a command answer a Task state, instead of --answers: JSON in, JSON out; may be repeated
    #[arg(long, value_name = "STATE=COMMAND")]
    pub task: Vec<String>,
    /// Make every attempt of a Task state fail with an error; may be repeated
    #[arg(long, value_name = "STATE=ERROR")]
    pub fail: Vec<String>,
    /// Make every attempt of a Task state take longer, such as Scan=40m; may be repeated
    #[arg(long, value_name = "STATE=TIME")]
    pub slow: Vec<String>,
}

/// Answers that a flow's folder has: the file and its text.
pub type Sample = (String, String);

impl TaskMocksArgs {
    /// Reads the options and the file, or else the sample. Every state that they name must be a
    /// Task state of the flow.
    /// Fails when the file cannot be read, or with all errors in options and names.
    pub fn read(&self, flow: &Flow, sample: Option<&Sample>) -> Result<TaskMocks, CommandError> {
        let answers = match (&self.answers, sample) {
            (Some(path), _) => Some(Answers::from_file(path)?),
            (None, Some((origin, text))) => Some(Answers::from_text(text, Path::new(origin))?),
            (None, None) => None,
        };
        let mut mocks = TaskMocks { answers: answers.unwrap_or_default(), ..TaskMocks::default() };
        let known = flow.task_states();
        let mut faults = Vec::new();
        let mut named = mocks.answers.states();
        named.sort();
        for state in named {
            faults.extend(unknown(&state, flow, "--answers"));
        }
        for pair in &self.task {
            match command(pair, flow, &known) {
                Ok((state, command)) => {
                    mocks.sources.insert(state, Arc::new(CommandTasks { command }));
                }
                Err(fault) => faults.push(fault),
            }
        }
        for pair in &self.fail {
            match read(pair, "--fail", flow, |error| Some(error.to_owned())) {
                Ok((state, error)) => {
                    mocks.failing.insert(state, error);
                }
                Err(fault) => faults.push(fault),
            }
        }
        for pair in &self.slow {
            match read(pair, "--slow", flow, span) {
                Ok((state, longer)) => {
                    mocks.slow.insert(state, longer);
                }
                Err(fault) => faults.push(fault),
            }
        }
        if faults.is_empty() { Ok(mocks) } else { Err(bad_values(faults)) }
    }
}

/// `STATE=VALUE`; a state's name may have a `=` in it.
fn read<T>(
    pair: &str,
    option: &'static str,
    flow: &Flow,
    value: impl Fn(&str) -> Option<T>,
) -> Result<(String, T), Finding> {
    let split = pair.rsplit_once('=').filter(|(_, value)| !value.is_empty());
    let read = split.and_then(|(state, text)| Some((state, value(text)?)));
    let Some((state, value)) = read else {
        let expected = match option {
            "--slow" => "STATE=TIME, such as Scan=90s, Scan=40m or Scan=2h",
            _ => "STATE=ERROR, such as Scan=States.Timeout",
        };
        return Err(Finding::error("task", option, format!("{expected} is expected")));
    };
    unknown(state, flow, option).map_or(Ok((state.to_owned(), value)), Err)
}

/// `STATE=COMMAND`; both may have a `=` in them, so the state is the first Task state before a `=`.
fn command(pair: &str, flow: &Flow, known: &BTreeSet<&str>) -> Result<(String, String), Finding> {
    let splits = || pair.match_indices('=').map(|(at, _)| (&pair[..at], &pair[at + 1..]));
    let split = splits().find(|(state, _)| known.contains(state)).or_else(|| splits().next());
    match split {
        Some((state, command)) if !command.trim().is_empty() => {
            let (state, command) = (state.to_owned(), command.to_owned());
            unknown(&state, flow, "--task").map_or(Ok((state, command)), Err)
        }
        _ => {
            let expected = "STATE=COMMAND, such as Scan='python3 scan.py', is expected";
            Err(Finding::error("task", "--task", expected))
        }
    }
}

/// The error in the name of a Task state that an option gives.
pub(super) fn unknown(state: &str, flow: &Flow, option: &'static str) -> Option<Finding> {
    let (tasks, all) = (flow.task_states(), flow.states());
    let sentence = match all.contains(state) {
        true => format!("`{state}` is not a Task state, and only Task states make calls"),
        false => format!("the state machine has no Task state `{state}`"),
    };
    let finding = Finding::error("task", option, sentence);
    let other = closest(state, all.iter().copied()).filter(|other| !tasks.contains(other));
    match other.filter(|_| !all.contains(state) && closest(state, tasks.iter().copied()).is_none())
    {
        Some(other) => Some(finding.fix(format!("did you mean `{other}`? It is not a Task state"))),
        None => unknown_state(state, &tasks, finding, "name one of its Task states: "),
    }
}
