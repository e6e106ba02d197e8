//! `deployer cancel`.

use crate::error::CommandError;
use crate::exit::Exit;
use crate::explain::{blocked, failed_operation};
use crate::next_command::NextCommand;
use crate::operation::{OperationError, cancel};
use crate::options::stack::StackArgs;
use crate::plan::{Blocked, Cancellation, NotCancelled, plan_cancellation};
use crate::session::Session;
use cloud::{Cloud, ErrorKind, StackStatus};

/// Cancel the operation in progress on the stack.
///
/// An update is rolled back: the stack returns to its previous state. A first creation has no
/// previous state, so the stack is deleted, after a confirmation or with --yes. Rollbacks and
/// deletions cannot be canceled.
#[derive(Debug, Clone, clap::Args)]
pub struct CancelArgs {
    /// Which stack.
    #[command(flatten)]
    pub stack: StackArgs,
    /// Delete a stack that is still being created, without asking
    #[arg(long, short = 'y')]
    pub yes: bool,
}

/// Fails when the name is invalid, nothing can be canceled, or canceling fails.
pub async fn run(args: &CancelArgs, session: &mut Session<'_>) -> Result<Exit, CommandError> {
    let name = args.stack.name()?;
    let cloud = session.connect().await?;
    let mut cancellation = look(&cloud, name.as_str(), &session.next).await?;
    if matches!(cancellation, Cancellation::Creation { .. }) {
        let question = format!(
            "Stack {name} is being created for the first time; canceling deletes it. Delete it?"
        );
        session.confirm(args.yes, &question, "nothing was canceled").await?;
        // A creation that ended in the meantime cannot be canceled, and deleting its stack is not
        // confirmed.
        cancellation = look(&cloud, name.as_str(), &session.next).await?;
    }
    session
        .attempt(&cloud, async |operation| cancel(operation, &cancellation).await)
        .await
        .map_err(|error| failed(error, &session.next))?;
    Ok(Exit::Done)
}

async fn look(cloud: &Cloud, name: &str, next: &NextCommand) -> Result<Cancellation, CommandError> {
    let stack = cloud.stacks.describe(name).await?;
    let stack = stack.ok_or_else(|| blocked::absent(name))?;
    plan_cancellation(&stack).map_err(|reason| refused(&reason, name, next))
}

fn refused(reason: &NotCancelled, name: &str, next: &NextCommand) -> CommandError {
    let error = match reason {
        NotCancelled::NotOurs => return blocked::error(&Blocked::NotOurs, name, "", next),
        NotCancelled::Protected => return blocked::error(&Blocked::Protected, name, "", next),
        NotCancelled::Idle(status) => {
            return CommandError::failed(format!(
                "there is nothing to cancel: stack {name} has no operation in progress ({status})"
            ));
        }
        NotCancelled::TooLate(status) => format!(
            "it is too late to cancel: stack {name} is updated, and only what the update replaced \
             is still being deleted ({status})"
        ),
        NotCancelled::Unstoppable(status) => {
            format!("stack {name} is {status}, which cannot be canceled")
        }
    };
    CommandError::failed(error).hint(format!("{} follows it to its end", next.code(&["watch"])))
}

/// An update that ends while it is being canceled has succeeded.
fn failed(error: OperationError, next: &NextCommand) -> CommandError {
    match error {
        OperationError::Stack { status: StackStatus::UpdateComplete, .. } => {
            CommandError::new(Exit::Failed, error)
                .hint("the update ended before it could be canceled: the stack is updated")
        }
        OperationError::Cloud(refused)
            if refused.operation == "CancelUpdateStack" && refused.kind == ErrorKind::Invalid =>
        {
            CommandError::from(*refused).hint(format!(
                "the update progressed before it could be canceled: {} follows it",
                next.code(&["watch"])
            ))
        }
        error => failed_operation::error(error, next),
    }
}
