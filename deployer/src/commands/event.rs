//! `deployer event`.

use serde::Serialize;

use crate::error::CommandError;
use crate::exit::Exit;
use crate::host::Host;
use crate::host::terminal::OutputFormat;
use crate::options::new_event::{self, MessageArgs};
use crate::session::GlobalArgs;

/// Print an event as WorkMail would send it, for tests.
///
/// Every field can be set; the ids are new ones unless they are given. The event stands on one line, as
/// JSON. A subject of more than 256 characters is cut, and so is the list of recipients of an event of
/// more than 128 KB, as WorkMail does it.
#[derive(Debug, Clone, clap::Args)]
pub struct EventArgs {
    /// What the event says.
    #[command(flatten)]
    pub message: MessageArgs,
    /// How often WorkMail asks again: that many more lines with the same event
    #[arg(long, value_name = "COUNT", default_value_t = 0)]
    pub retries: u16,
}

/// Runs the command.
///
/// # Errors
/// When the message cannot be read, or an option's value is no JSON.
pub(super) fn run(
    args: &EventArgs,
    global: &GlobalArgs,
    world: &mut Host,
) -> Result<Exit, CommandError> {
    let text = new_event::text(&args.message, world)?;
    for attempt in 0..=args.retries {
        match global.output {
            OutputFormat::Text => world.answer(&text),
            OutputFormat::Json => world.answer_object("event", &Answer { attempt, text: &text }),
        }
    }
    Ok(Exit::Done)
}

#[derive(Serialize)]
struct Answer<'a> {
    attempt: u16,
    text: &'a str,
}
