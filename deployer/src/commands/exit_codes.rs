//! `deployer exit-codes`, which is also the help topic `deployer help exit-codes`.

use crate::error::CommandError;
use crate::exit::Exit;
use crate::report::answers::ExitCodes;
use crate::session::Session;

/// Explain the exit codes.
#[derive(Debug, Clone, clap::Args)]
#[command(long_about = Exit::table(), help_template = "{about}")]
pub struct ExitCodesArgs {}

pub fn run(_: &ExitCodesArgs, session: &mut Session<'_>) -> Result<Exit, CommandError> {
    session.answer(&ExitCodes::all());
    Ok(Exit::Done)
}
