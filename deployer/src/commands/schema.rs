//! `deployer schema`.

use crate::error::CommandError;
use crate::exit::Exit;
use crate::report;
use crate::session::Session;

/// Print the JSON Schema of what --output json prints.
///
/// A JSON Schema (draft 2020-12) that describes every object of every command, one per line. It is
/// the same document in either output format.
#[derive(Debug, Clone, clap::Args)]
pub struct SchemaArgs {}

pub fn run(_: &SchemaArgs, session: &mut Session<'_>) -> Result<Exit, CommandError> {
    session.print(report::SCHEMA_DOCUMENT.trim_end());
    Ok(Exit::Done)
}
