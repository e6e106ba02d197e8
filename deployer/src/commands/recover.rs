//! `deployer recover`.

use crate::config::{self, Tags, bad_values};
use crate::error::CommandError;
use crate::exit::Exit;
use crate::explain::{blocked, failed_operation};
use crate::finding::Finding;
use crate::next_command::NextCommand;
use crate::operation::{OperationError, recover};
use crate::options::stack::StackArgs;
use crate::plan::{Blocked, NotRecovered, Recovery, plan_recovery, unlike_original};
use crate::report::answers;
use crate::session::Session;
use cloud::{Cloud, Stack, StackStatus};

/// Recover a stack from UPDATE_ROLLBACK_FAILED.
///
/// Shows which resources could not be rolled back, lets CloudFormation continue the rollback, and
/// follows the stack until it is in its state before the update. Fix the cause first, because the
/// rollback tries the same again.
#[derive(Debug, Clone, clap::Args)]
pub struct RecoverArgs {
    /// Which stack.
    #[command(flatten)]
    pub stack: StackArgs,
    /// Mark a resource as rolled back without rolling it back (last resort); may be repeated
    #[arg(long, value_name = "LOGICAL_ID")]
    pub skip: Vec<String>,
    /// Role that CloudFormation assumes [default: the one it was given before, or your credentials]
    #[arg(long, value_name = "ARN")]
    pub role_arn: Option<String>,
    /// Skip resources without asking
    #[arg(long, short = 'y')]
    pub yes: bool,
}

/// Fails when the name is invalid, the stack is in another state, or the rollback fails again.
pub async fn run(args: &RecoverArgs, session: &mut Session<'_>) -> Result<Exit, CommandError> {
    let name = args.stack.name()?;
    let name = name.as_str();
    let role_arn = config::role_arn(args.role_arn.as_deref());
    let role_arn = role_arn.map_err(|fault| bad_values(vec![fault]))?;
    let cloud = session.connect().await?;
    let stack = cloud.stacks.describe(name).await?;
    let stack = stack.ok_or_else(|| blocked::absent(name))?;
    let recovery = look(&cloud, &stack, &args.skip, role_arn.as_deref(), &session.next).await?;
    session.answer(&answers::Recovery::of(&recovery, name));
    if !recovery.skip.is_empty() {
        let question = format!("Skip {}?", recovery.skip.join(", "));
        session.confirm(args.yes, &question, "nothing was changed").await?;
    }
    let recovered = session.attempt(&cloud, async |op| recover(op, &recovery).await).await;
    recovered.map_err(|error| failed(error, &session.next))?;
    Ok(Exit::Done)
}

async fn look(
    cloud: &Cloud,
    stack: &Stack,
    skip: &[String],
    role_arn: Option<&str>,
    next: &NextCommand,
) -> Result<Recovery, CommandError> {
    let resources = match stack.status {
        StackStatus::UpdateRollbackFailed => cloud.stacks.stack_resources(&stack.id).await?,
        _ => Vec::new(),
    };
    let is_failed = stack.status == StackStatus::UpdateRollbackFailed;
    let is_original = match is_failed && !Tags::mark_as_own(&stack.tags) {
        true => {
            let template = cloud.stacks.processed_template(&stack.id).await?;
            let template = template.and_then(|text| serde_json::from_str(&text).ok());
            unlike_original(template.as_ref()).is_empty()
        }
        false => false,
    };
    plan_recovery(stack, is_original, &resources, skip, role_arn)
        .map_err(|reason| refused(reason, &stack.name, next))
}

fn refused(reason: NotRecovered, name: &str, next: &NextCommand) -> CommandError {
    let (status, hint) = match reason {
        NotRecovered::NotOurs => return blocked::error(&Blocked::NotOurs, name, "", next),
        NotRecovered::NotStuck { named, stuck } => return not_stuck(&named, &stuck),
        NotRecovered::Busy(status) => {
            (status, format!("{} follows the operation to its end", next.code(&["watch"])))
        }
        NotRecovered::Sound(status) => (
            status,
            format!("{} updates it, {} removes it", next.code(&["up"]), next.code(&["down"])),
        ),
        NotRecovered::NeverCreated(status) => (
            status,
            format!(
                "there is no previous state: {} removes what is left and creates the stack again, \
                 {} removes it",
                next.code(&["up"]),
                next.code(&["down"])
            ),
        ),
        NotRecovered::DeleteFailed => (
            StackStatus::DeleteFailed,
            format!("{} shows what cannot be deleted, and continues", next.code(&["down"])),
        ),
    };
    let sentence = format!("stack {name} is {status}: there is no failed rollback to recover from");
    CommandError::failed(sentence).hint(hint)
}

/// The error for resources that --skip names and that do not block the rollback.
fn not_stuck(named: &[String], stuck: &[String]) -> CommandError {
    let sentence =
        format!("it does not block the rollback; could not be rolled back: {}", stuck.join(", "));
    let fault = |id: &String| Finding::error("not-stuck", format!("--skip {id}"), sentence.clone());
    bad_values(named.iter().map(fault).collect())
}

/// If the rollback fails again, only the last resort is left.
fn failed(error: OperationError, next: &NextCommand) -> CommandError {
    let again =
        matches!(error, OperationError::Stack { status: StackStatus::UpdateRollbackFailed, .. });
    let error = failed_operation::error(error, next);
    if !again {
        return error;
    }
    error.hint(format!(
        "as the last resort, {} marks a resource as rolled back without rolling it back",
        next.code(&["recover", "--skip", "LOGICAL_ID"])
    ))
}
