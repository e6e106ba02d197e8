//! `deployer asl`, hidden: what only those need who work on the interpreter.

use crate::asl;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::world::World;

/// Look into the interpreter of the Amazon States Language.
#[derive(Debug, Clone, clap::Args)]
pub struct AslArgs {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Clone, clap::Subcommand)]
enum Task {
    /// Run recorded cases, one JSON object a line on stdin; one answer a line on stdout
    RunCases,
}

/// Runs the command.
///
/// # Errors
/// When the input cannot be read.
pub fn run(args: &AslArgs, world: &mut World) -> Result<Exit, CommandError> {
    let AslArgs { task: Task::RunCases } = args;
    let mut exit = Exit::Done;
    loop {
        let line = world.terminal.next_line();
        let line = line.map_err(|error| CommandError::new(Exit::Failed, error))?;
        let Some(line) = line else { return Ok(exit) };
        if line.trim().is_empty() {
            continue;
        }
        match serde_json::from_str(&line) {
            Ok(case) => world.answer(&asl::run_case(&case).to_string()),
            // The other cases are as good as they were.
            Err(error) => {
                world.terminal.tell(&format!("error: a case is not JSON: {error}"));
                exit = Exit::Usage;
            }
        }
    }
}
