//! `build: COMMAND` in a `function.yaml`: the user's own command makes the code.

use super::build::{BuildError, Job, Target};
use super::code::CodeFile;
use super::tool;
use crate::host::shell::shell;

/// Runs the line in the function's folder. The code is what it writes into the folder that `FUNCTION_OUTPUT` names.
/// `FUNCTION_RUNTIME` and `FUNCTION_ARCHITECTURE` say what for; on this machine, the architecture is `local`.
/// Fails when the command does, or writes nothing.
pub(super) fn build(job: Job<'_>, line: &str) -> Result<Vec<CodeFile>, BuildError> {
    let settings = &job.function.settings;
    let architecture = match job.target {
        Target::Lambda => settings.architecture,
        Target::ThisMachine { .. } => "local",
    };
    let mut command = shell(line);
    command
        .current_dir(job.folder)
        .env("FUNCTION_OUTPUT", &job.output)
        .env("FUNCTION_RUNTIME", settings.runtime.as_str())
        .env("FUNCTION_ARCHITECTURE", architecture);
    tool::run(&mut command, line)?;
    let made = job.made()?;
    if made.is_empty() {
        return Err(BuildError::Nothing(line.to_owned()));
    }
    Ok(made)
}
