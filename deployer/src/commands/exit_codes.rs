//! `deployer exit-codes`, which is also the help topic `deployer help exit-codes`.

use serde::Serialize;

use crate::error::CommandError;
use crate::exit::Exit;
use crate::host::Host;
use crate::host::terminal::OutputFormat;
use crate::session::GlobalArgs;

/// Say what the exit codes mean.
#[derive(Debug, Clone, clap::Args)]
#[command(long_about = Exit::table(), help_template = "{about}")]
pub struct ExitCodesArgs {}

/// Runs the command.
///
/// # Errors
/// None; the signature is every command's.
pub(super) fn run(
    _: &ExitCodesArgs,
    global: &GlobalArgs,
    world: &mut Host,
) -> Result<Exit, CommandError> {
    match global.output {
        OutputFormat::Text => world.answer(&Exit::table()),
        OutputFormat::Json => {
            let exit_codes =
                Exit::ALL.map(|exit| Row { code: exit.code(), meaning: exit.meaning() });
            world.answer_object("exit_codes", &Answer { exit_codes: &exit_codes });
        }
    }
    Ok(Exit::Done)
}

#[derive(Serialize)]
struct Answer<'a> {
    exit_codes: &'a [Row],
}

#[derive(Serialize)]
struct Row {
    code: u8,
    meaning: &'static str,
}
