//! `deployer redrive`.

use crate::error::{CommandError, Sentence};
use crate::exit::Exit;
use crate::explain::no_execution;
use crate::installation::{HandlerSettings, lookup};
use crate::options::message_id::MessageIdArgs;
use crate::report;
use crate::report::answers::{ExecutionChange, Redriven};
use crate::session::Session;
use crate::trace::{Prospect, Resolved, Search, after_redrive, resolve};
use cloud::{Cloud, CloudError};

/// Continue the failed execution of one message.
///
/// Step Functions redrives an execution that failed, timed out, or was stopped, within 14 days,
/// with its original input and definition; what succeeded is not done again. While WorkMail retries
/// the message (240 minutes at most) and has no verdict, the redriven execution decides.
///
/// A message is never decided twice: if there already is a verdict, or WorkMail no longer retries,
/// a redrive changes nothing for the mail, but the flow's remaining actions run. Such an execution
/// is redriven only with --even-if-decided.
///
/// Exits with 3 if nothing is known about the message, or its execution cannot be redriven; with 6
/// if it is not confirmed, or already decided.
#[derive(Debug, Clone, clap::Args)]
pub struct RedriveArgs {
    /// Which message.
    #[command(flatten)]
    pub message: MessageIdArgs,
    /// Redrive even if the message is decided: nothing changes for the mail, and the flow's
    /// remaining actions run
    #[arg(long)]
    pub even_if_decided: bool,
    /// Redrive without asking
    #[arg(long, short = 'y')]
    pub yes: bool,
}

/// Fails when a value is invalid, there is no stack, the execution cannot be redriven, it is not
/// confirmed, or AWS refuses.
pub async fn run(args: &RedriveArgs, session: &mut Session<'_>) -> Result<Exit, CommandError> {
    let (name, query) = args.message.parse(session.now(), &session.zone())?;
    let cloud = session.connect().await?;
    let stack = lookup::stack(&cloud, name.as_str()).await?;
    let installation = lookup::find(&cloud, name.as_str(), &session.next).await?;
    let search = Search { cloud: &cloud, installation: &installation, with_contents: false };
    let command = &["redrive"];
    let since = report::moment(query.from(None), &session.zone());
    let resolved = resolve(&search, &query).await?.map_err(|unresolved| {
        no_execution::error(unresolved, &query, &since, command, &session.next)
    })?;
    check(&cloud, &resolved, session).await?;
    let record = &resolved.record;
    let settings = HandlerSettings::read(&cloud, &stack).await;
    let prospect = after_redrive(record, settings, session.now());
    let is_decided = matches!(prospect, Prospect::Verdict | Prospect::Over);
    if is_decided && !args.even_if_decided {
        return Err(decided(prospect, &resolved, session));
    }
    let change = ExecutionChange::of(&stack, &cloud.region, &resolved, prospect);
    session.preview(args.yes, &report::after_redrive(prospect, record, &session.zone()));
    let question = format!("Redrive execution {}?", change.place());
    session.confirm(args.yes, &question, "nothing was redriven").await?;
    let token = (session.host.new_id)().to_string();
    let redriven = cloud.executions.redrive(&resolved.arn, &token).await;
    redriven.map_err(|error| refused(error, &resolved, session))?;
    session.answer(&Redriven(change));
    Ok(Exit::Done)
}

/// Makes sure that Step Functions can redrive the execution.
async fn check(
    cloud: &Cloud,
    resolved: &Resolved,
    session: &Session<'_>,
) -> Result<(), CommandError> {
    let id = &resolved.record.invocation_id;
    let Some(state) = cloud.executions.state(&resolved.arn).await? else {
        let sentence = format!("the execution of message {id} no longer exists");
        return Err(CommandError::new(Exit::Work, Sentence(sentence)));
    };
    let trace = session.next.code(&["trace", id]);
    let sentence = match state.status.as_str() {
        "RUNNING" => {
            format!("the execution of message {id} is running: there is nothing to redrive")
        }
        "SUCCEEDED" => {
            format!("the execution of message {id} succeeded: there is nothing to redrive")
        }
        status if state.redrivable == Some(false) => {
            let why = state.not_redrivable_because.unwrap_or_default();
            format!("Step Functions cannot redrive the execution of message {id} ({status}): {why}")
        }
        _ => return Ok(()),
    };
    Err(CommandError::new(Exit::Work, Sentence(sentence))
        .hint(format!("{trace} shows what happened to the message")))
}

/// Why the execution of a decided message is not redriven.
fn decided(prospect: Prospect, resolved: &Resolved, session: &Session<'_>) -> CommandError {
    let id = &resolved.record.invocation_id;
    let why = report::why_settled(prospect, &resolved.record, &session.zone());
    let sentence = format!("message {id} is decided, and nothing was redriven. {why}");
    let redrive = session.next.code(&["redrive", id, "--even-if-decided"]);
    let trace = session.next.code(&["trace", id]);
    CommandError::new(Exit::NeedsConfirmation, Sentence(sentence))
        .hint(format!(
            "{trace} shows what happened to it, and which of the flow's actions are left"
        ))
        .hint(format!(
            "{redrive} runs those actions; the mail does not change, unless an action changes it"
        ))
}

/// Source: Step Functions API reference, `RedriveExecution`, errors.
fn refused(error: CloudError, resolved: &Resolved, session: &Session<'_>) -> CommandError {
    if error.code.as_deref() != Some("ExecutionNotRedrivable") {
        return error.into();
    }
    let trace = session.next.code(&["trace", &resolved.record.invocation_id]);
    CommandError::new(Exit::Work, error)
        .hint(format!("it changed in the meantime: {trace} shows its current state"))
}
