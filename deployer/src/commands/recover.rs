//! `deployer recover`.

use crate::session::legacy as connect;
use serde::Serialize;

use crate::config::{self, StackName, bad_values};
use crate::error::CommandError;
use crate::exit::Exit;
use crate::explain::{blocked, failed_operation};
use crate::finding::Finding;
use crate::host::Host;
use crate::host::terminal::OutputFormat;
use crate::operation::{Operation, OperationError, recover};
use crate::plan::{Blocked, NotRecovered, Recovery, plan_recovery};
use crate::report;
use crate::session::GlobalArgs;
use cloud::{Cloud, Stack, StackResource, StackStatus};

/// Get a stack out of UPDATE_ROLLBACK_FAILED.
///
/// Shows which resources could not be put back, lets CloudFormation continue the rollback, and follows
/// the stack until it is as it was before the update. Mend what is in the way first: a rollback that goes
/// on tries again.
#[derive(Debug, Clone, clap::Args)]
pub struct RecoverArgs {
    /// Name of the CloudFormation stack
    #[arg(long, value_name = "NAME", default_value = StackName::DEFAULT)]
    pub stack_name: String,
    /// Take a resource for put back although it is not; the last resort; may be repeated
    #[arg(long, value_name = "LOGICAL_ID")]
    pub skip: Vec<String>,
    /// Role for CloudFormation to act with [default: the one it was given before, or your own rights]
    #[arg(long, value_name = "ARN")]
    pub role_arn: Option<String>,
    /// Skip resources without asking
    #[arg(long, short = 'y')]
    pub yes: bool,
}

/// Runs the command.
///
/// # Errors
/// When the name is faulty, the stack is in another state, or the rollback fails again.
pub(super) async fn run(
    args: &RecoverArgs,
    global: &GlobalArgs,
    world: &mut Host,
) -> Result<Exit, CommandError> {
    let name = StackName::parse(&args.stack_name).map_err(|fault| bad_values(vec![fault]))?;
    let name = name.as_str();
    let role_arn = config::role_arn(args.role_arn.as_deref());
    let role_arn = role_arn.map_err(|fault| bad_values(vec![fault]))?;
    let cloud = connect::connect_anywhere(world, global).await?;
    let stack = cloud.stacks.describe(name).await?;
    let stack = stack.ok_or_else(|| blocked::absent(name))?;
    let recovery = look(&cloud, &stack, &args.skip, role_arn.as_deref()).await?;
    match global.output {
        OutputFormat::Text => world.terminal.tell(&report::recovery(&recovery, name)),
        OutputFormat::Json => world.answer_object("recovery", &Answer::of(&recovery, name)),
    }
    if !recovery.skip.is_empty() {
        let question = format!("Skip {}?", recovery.skip.join(", "));
        crate::session::legacy::ask(world, args.yes, &question, "nothing was changed").await?;
    }
    let clock = world.clock;
    let mut reporter = world.reporter(global.output, true, String::new());
    let mut operation = Operation { cloud: &cloud, observer: &mut reporter, clock };
    recover(&mut operation, &recovery).await.map_err(|error| failed(error, name))?;
    Ok(Exit::Done)
}

async fn look(
    cloud: &Cloud,
    stack: &Stack,
    skip: &[String],
    role_arn: Option<&str>,
) -> Result<Recovery, CommandError> {
    let resources = match stack.status {
        StackStatus::UpdateRollbackFailed => cloud.stacks.stack_resources(&stack.id).await?,
        _ => Vec::new(),
    };
    plan_recovery(stack, &resources, skip, role_arn).map_err(|reason| refused(reason, &stack.name))
}

fn refused(reason: NotRecovered, name: &str) -> CommandError {
    let (status, hint) = match reason {
        NotRecovered::NotOurs => return blocked::error(&Blocked::NotOurs, name, ""),
        NotRecovered::NotStuck { named, stuck } => return not_stuck(&named, &stuck),
        NotRecovered::Busy(status) => (status, "`deployer watch` follows what goes on to its end"),
        NotRecovered::Sound(status) => {
            (status, "`deployer up` updates it, `deployer down` removes it")
        }
        NotRecovered::NeverCreated(status) => (
            status,
            "there is nothing to go back to: `deployer up` removes what is left and creates the stack \
             anew, `deployer down` removes it",
        ),
        NotRecovered::DeleteFailed => {
            (StackStatus::DeleteFailed, "`deployer down` says what refuses to go, and goes on")
        }
    };
    let sentence = format!("stack {name} is {status}: there is no failed rollback to recover from");
    CommandError::failed(sentence).hint(hint)
}

/// Resources that were named and are not in the way.
fn not_stuck(named: &[String], stuck: &[String]) -> CommandError {
    let sentence =
        format!("it is not in the way; what could not be put back: {}", stuck.join(", "));
    let fault = |id: &String| Finding::error("not-stuck", format!("--skip {id}"), sentence.clone());
    bad_values(named.iter().map(fault).collect())
}

/// A rollback that fails again leaves the last resort.
fn failed(error: OperationError, name: &str) -> CommandError {
    let again =
        matches!(error, OperationError::Stack { status: StackStatus::UpdateRollbackFailed, .. });
    let error = failed_operation::error(error, name);
    if !again {
        return error;
    }
    error.hint(
        "as the last resort, `deployer recover --skip LOGICAL_ID` takes a resource for put back although \
         it is not",
    )
}

#[derive(Serialize)]
struct Answer<'a> {
    stack_name: &'a str,
    stack_id: &'a str,
    failed: &'a [StackResource],
    skip: &'a [String],
}

impl<'a> Answer<'a> {
    fn of(recovery: &'a Recovery, stack_name: &'a str) -> Self {
        let Recovery { stack_id, failed, skip, .. } = recovery;
        Self { stack_name, stack_id, failed, skip }
    }
}
