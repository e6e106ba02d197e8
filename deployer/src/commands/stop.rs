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
/// Says first what WorkMail's answer for the message will then be, and asks. A verdict that there is already stays: the stop
/// ends only what the flow would still do. Without a verdict, the execution counts as failed: `on-failure` decides when
/// WorkMail asks next, and with `on-failure: retry` WorkMail asks until the rule's timeout and then applies
/// the rule's fallback action. A stopped execution can be redriven (`deployer help redrive`).
///
/// Exits with 3 where nothing is known of the message, or its execution does not run any more.
#[derive(Debug, Clone, clap::Args)]
pub struct StopArgs {
    /// Which message.
    #[command(flatten)]
    pub message: MessageIdArgs,
    /// Stop without asking
    #[arg(long, short = 'y')]
    pub yes: bool,
}

/// Fails when a value is faulty, there is no stack, nothing runs, it is not confirmed, or AWS refuses.
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
        let sentence = format!("the execution of message {id} has ended ({status}): nothing runs");
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
