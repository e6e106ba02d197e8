//! `deployer render`.

use crate::config::FlowArgs;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::host::Host;
use crate::plan::inputs;
use crate::report;

/// Print the CloudFormation template.
///
/// Needs no credentials and no network. The output is JSON, and the same inputs give the same bytes.
#[derive(Debug, Clone, clap::Args)]
pub struct RenderArgs {
    /// What describes the flow.
    #[command(flatten)]
    pub flow: FlowArgs,
}

/// Runs the command.
///
/// # Errors
/// When an input is faulty.
pub(super) fn run(args: &RenderArgs, world: &mut Host) -> Result<Exit, CommandError> {
    let wanted = inputs::wanted(&args.flow)?;
    for line in report::warnings(&wanted.warnings) {
        world.terminal.tell(&line);
    }
    world.answer(&wanted.desired.template.pretty());
    Ok(Exit::Done)
}
