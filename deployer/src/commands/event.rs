//! `deployer event`.

use crate::error::CommandError;
use crate::exit::Exit;
use crate::options::new_event::{self, MessageArgs};
use crate::report::answers::Event;
use crate::session::Session;

/// Print an event as WorkMail would send it, for tests.
///
/// Every field can be set; the IDs are new unless you set them. The event is printed on one line,
/// as JSON. As in WorkMail, a subject of more than 256 characters is cut, and so is the list of
/// recipients of an event of more than 128 KB.
#[derive(Debug, Clone, clap::Args)]
pub struct EventArgs {
    /// What the event says.
    #[command(flatten)]
    pub message: MessageArgs,
    /// Number of retries by WorkMail: that many more lines with the same event
    #[arg(long, value_name = "COUNT", default_value_t = 0)]
    pub retries: u16,
}

/// Fails when the message cannot be read, or an option's value is not JSON.
pub fn run(args: &EventArgs, session: &mut Session<'_>) -> Result<Exit, CommandError> {
    let text = new_event::text(&args.message, session.host)?;
    for attempt in 0..=args.retries {
        session.answer(&Event { attempt, text: &text });
    }
    Ok(Exit::Done)
}
