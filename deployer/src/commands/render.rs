//! `deployer render`.

use crate::config::{Config, FlowArgs};
use crate::error::CommandError;
use crate::exit::Exit;
use crate::host::harmless::in_json;
use crate::session::Session;

/// Print the CloudFormation template.
///
/// Needs no credentials and no network. Without an organization, the template is for a placeholder.
/// The output is JSON, and the same inputs give the same bytes.
#[derive(Debug, Clone, clap::Args)]
pub struct RenderArgs {
    /// What describes the flow.
    #[command(flatten)]
    pub flow: FlowArgs,
}

/// Fails when an input is invalid.
pub async fn run(args: &RenderArgs, session: &mut Session<'_>) -> Result<Exit, CommandError> {
    let (flow, note) = args.flow.or_example();
    let (stack, warnings) = session.inputs(Config::from_args(&flow)?).await?.render()?;
    note.into_iter().for_each(|note| session.remark(note));
    session.warn(&warnings);
    session.print(&in_json(&stack.template.pretty()));
    Ok(Exit::Done)
}
