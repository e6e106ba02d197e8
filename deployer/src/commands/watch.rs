//! `deployer watch`.

use crate::error::CommandError;
use crate::exit::Exit;
use crate::operation::watch;
use crate::options::stack::StackArgs;
use crate::report;
use crate::report::answers::Idle;
use crate::session::Session;

/// Follow the operation in progress on the stack.
///
/// Shows the operation's events from the first one and ends when it ends, no matter who started it:
/// with 0 if it succeeded, with 1 if it failed. Without an operation, it shows the stack's status
/// and exits with 0; without a stack, it exits with 3. Writes nothing.
#[derive(Debug, Clone, clap::Args)]
pub struct WatchArgs {
    /// Which stack.
    #[command(flatten)]
    pub stack: StackArgs,
}

/// Fails when the name is invalid, AWS refuses a read, or the operation fails.
pub async fn run(args: &WatchArgs, session: &mut Session<'_>) -> Result<Exit, CommandError> {
    let name = args.stack.name()?;
    let cloud = session.connect().await?;
    let stack = match cloud.stacks.describe(name.as_str()).await? {
        Some(stack) if stack.status.is_busy() => stack,
        other => {
            session.answer(&Idle::of(name.as_str(), other.as_ref()));
            return Ok(if other.is_some() { Exit::Done } else { Exit::Work });
        }
    };
    let watched = session.operate(&cloud, async |op| watch(op, &stack).await).await?;
    if let (true, Some(stack)) = (session.is_text(), watched.stack) {
        session.print(&report::outputs(&stack.outputs));
    }
    Ok(Exit::Done)
}
