//! `deployer stop`.

use crate::error::{CommandError, Sentence};
use crate::exit::Exit;
use crate::explain::no_execution;
use crate::installation::{HandlerSettings, lookup};
use crate::options::message_id::MessageIdArgs;
use crate::report;
use crate::report::answers::{ExecutionChange, Stopped};
use crate::session::Session;
use crate::trace::{Search, after_stop, ended, resolve};

/// The name of the error of a stopped execution.
const ERROR: &str = "Stopped";
/// The cause of that error, for the history.
const CAUSE: &str = "a person stopped it with deployer";

/// Stop the execution of one message.
///
/// First shows what answer WorkMail will then get for the message, and asks. An existing verdict
/// remains: the stop ends only what the flow would still do. Without a verdict, the execution
/// counts as failed: `on-failure` decides at WorkMail's next retry. With `on-failure: retry`,
/// WorkMail retries until the rule's timeout and then applies the rule's fallback action. A stopped
/// execution can be redriven (`deployer help redrive`).
///
/// Exits with 3 if nothing is known about the message, or its execution is no longer running.
#[derive(Debug, Clone, clap::Args)]
pub struct StopArgs {
    /// Which message.
    #[command(flatten)]
    pub message: MessageIdArgs,
    /// Stop without asking
    #[arg(long, short = 'y')]
    pub yes: bool,
}

/// Fails when a value is invalid, there is no stack, nothing is running, it is not confirmed, or
/// AWS refuses.
pub async fn run(args: &StopArgs, session: &mut Session<'_>) -> Result<Exit, CommandError> {
    let (name, query) = args.message.parse(session.now(), &session.zone())?;
    let cloud = session.connect().await?;
    let stack = lookup::stack(&cloud, name.as_str()).await?;
    let installation = lookup::find(&cloud, name.as_str(), &session.next).await?;
    let search = Search { cloud: &cloud, installation: &installation, with_contents: false };
    let since = report::moment(query.from(None), &session.zone());
    let resolved = resolve(&search, &query).await?.map_err(|unresolved| {
        no_execution::error(unresolved, &query, &since, &["stop"], &session.next)
    })?;
    let record = &resolved.record;
    if let Some(status) = ended(record) {
        let id = &record.invocation_id;
        let sentence =
            format!("the execution of message {id} has ended ({status}): nothing is running");
        let trace = session.next.code(&["trace", id]);
        return Err(CommandError::new(Exit::Work, Sentence(sentence))
            .hint(format!("{trace} shows what happened to the message")));
    }
    let settings = HandlerSettings::read(&cloud, &stack).await;
    let prospect = after_stop(record, settings, session.now());
    let change = ExecutionChange::of(&stack, &cloud.region, &resolved, prospect);
    session.preview(args.yes, &report::after_stop(prospect, record, &session.zone()));
    let question = format!("Stop execution {}?", change.place());
    session.confirm(args.yes, &question, "nothing was stopped").await?;
    cloud.executions.stop(&resolved.arn, ERROR, CAUSE).await?;
    session.answer(&Stopped(change));
    Ok(Exit::Done)
}
