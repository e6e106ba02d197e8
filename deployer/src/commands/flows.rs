//! `deployer flows`.

use crate::error::CommandError;
use crate::exit::Exit;
use crate::flow::{BUILT_IN, Manifest};
use crate::report::answers::Flows;
use crate::session::Session;

/// List the built-in message flows.
///
/// Shows each flow with its parameters. `deployer up --flow NAME` installs one;
/// `deployer init DIR --from NAME` copies one to start from, with its README.
#[derive(Debug, Clone, clap::Args)]
pub struct FlowsArgs {}

pub fn run(_: &FlowsArgs, session: &mut Session<'_>) -> Result<Exit, CommandError> {
    let manifests = BUILT_IN.iter().map(|flow| flow.manifest().map_err(CommandError::from));
    let manifests: Vec<Manifest> = manifests.collect::<Result<_, _>>()?;
    session.answer(&Flows::of(&manifests));
    Ok(Exit::Done)
}
