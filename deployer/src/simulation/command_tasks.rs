//! Commands that answer tasks: JSON in, JSON out.
//!
//! A command gets the input of the task on its standard input, and the variables `TASK_STATE` (the
//! state's name) and `TASK_ATTEMPT` (from 1). What it writes to its standard output is the task's output.
//! If its exit code is not 0, the task fails: with the error and the cause that it writes to its standard output,
//! as `{"error": …, "cause": …}`, else with [`FAILED`] and the last line of its standard error. While it
//! runs, the simulation's clock stops.

use std::io::{self, Write};
use std::process::{Output, Stdio};
use std::thread;

use async_trait::async_trait;
use serde::Deserialize;
use serde_json::Value;

use crate::host::shell::shell;
use asl::{Answer, Call, TaskResult, Tasks};

/// The error of a task whose command failed without naming an error.
const FAILED: &str = "Task.Failed";
/// The error of a task whose command wrote something that is not JSON.
const NO_JSON: &str = "Task.OutputNotJson";
/// The error of a task whose command did not run.
const NOT_RUN: &str = "Task.NotRun";

/// A command that answers the tasks of one state.
#[derive(Debug)]
pub struct CommandTasks {
    /// The line for the system's shell: `sh`, on Windows `cmd`.
    pub command: String,
}

#[async_trait]
impl Tasks for CommandTasks {
    async fn answer(&self, call: Call) -> Answer {
        let command = self.command.clone();
        // On a blocking thread, because Tokio's paused clock does not jump while one is busy.
        let ran = tokio::task::spawn_blocking(move || run(&command, &call)).await;
        let ran = ran.map_err(io::Error::other).flatten();
        Answer::at_once(match ran {
            Ok(output) => result(&output),
            Err(error) => failed(NOT_RUN, error.to_string()),
        })
    }

    async fn object(&self, _: &str, _: &str) -> Option<String> {
        None
    }

    async fn listing(&self, _: &str, _: &str) -> Option<Vec<Value>> {
        None
    }
}

fn run(command: &str, call: &Call) -> io::Result<Output> {
    let mut child = shell(command)
        .env("TASK_STATE", &*call.state)
        .env("TASK_ATTEMPT", (call.retries + 1).to_string())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let (input, parameters) = (child.stdin.take(), call.parameters.to_string());
    thread::scope(|scope| {
        // While the output is read, because a pipe holds little. A command need not read all of its input.
        scope.spawn(move || input.map(|mut input| input.write_all(parameters.as_bytes())));
        child.wait_with_output()
    })
}

fn result(output: &Output) -> TaskResult {
    let printed = String::from_utf8_lossy(&output.stdout);
    if !output.status.success() {
        return failure(&printed, output);
    }
    // Programs on Windows begin with a byte order mark.
    match printed.trim_start_matches('\u{feff}').trim() {
        "" => TaskResult::Succeeded(Value::Null),
        printed => match serde_json::from_str(printed) {
            Ok(value) => TaskResult::Succeeded(value),
            Err(error) => failed(NO_JSON, format!("the command's output is not JSON: {error}")),
        },
    }
}

fn failure(printed: &str, output: &Output) -> TaskResult {
    #[derive(Deserialize)]
    struct Written {
        error: String,
        cause: Option<String>,
    }
    if let Ok(Written { error, cause }) = serde_json::from_str(printed) {
        return TaskResult::Failed { error: Some(error), cause };
    }
    let stderr = String::from_utf8_lossy(&output.stderr);
    let last = stderr.lines().map(str::trim).rfind(|line| !line.is_empty());
    failed(FAILED, last.map_or_else(|| output.status.to_string(), str::to_owned))
}

fn failed(error: &str, cause: String) -> TaskResult {
    TaskResult::Failed { error: Some(error.to_owned()), cause: Some(cause) }
}
