//! Runs the tools of languages.

use std::io;
use std::process::{Command, Stdio};

use crate::host::harmless::printable_lines;

/// Why a tool failed.
#[derive(Debug, thiserror::Error)]
pub enum ToolError {
    /// None of the tools that can do it is installed.
    #[error("{file} needs {needs}, but {looked_for} not installed")]
    Missing {
        /// The file that requires it.
        file: &'static str,
        /// The tools in words.
        needs: &'static str,
        /// What was tried, with its verb: "`uv` and `python3 -m pip` are".
        looked_for: String,
    },
    #[error("`{line}` cannot be started")]
    Start {
        line: String,
        #[source]
        source: io::Error,
    },
    #[error("`{line}` failed ({status}):\n{output}")]
    Failed {
        line: String,
        status: String,
        /// The last lines that it wrote, escaped.
        output: String,
    },
}

/// How many lines of a failed tool are shown.
const LINES: usize = 15;

/// Whether a program can be started and answers with success.
pub(super) fn answers(program: &str, arguments: &[&str]) -> bool {
    output_of(program, arguments).is_some()
}

/// What a program prints, if it ends with success.
pub(super) fn output_of(program: &str, arguments: &[&str]) -> Option<String> {
    let mut command = Command::new(program);
    let output = command.args(arguments).stdin(Stdio::null()).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    output.status.success().then_some(text)
}

/// Runs a command to its end. `line` is the command for a person.
/// Fails when it cannot be started, or reports a failure.
pub(super) fn run(command: &mut Command, line: &str) -> Result<(), ToolError> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .map_err(|source| ToolError::Start { line: line.to_owned(), source })?;
    if output.status.success() {
        return Ok(());
    }
    let written = [output.stdout, output.stderr].concat();
    let written = printable_lines(&String::from_utf8_lossy(&written));
    let lines: Vec<&str> =
        written.lines().map(str::trim_end).filter(|line| !line.is_empty()).collect();
    Err(ToolError::Failed {
        line: line.to_owned(),
        status: output.status.to_string(),
        output: lines[lines.len().saturating_sub(LINES)..].join("\n"),
    })
}
