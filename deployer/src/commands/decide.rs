//! `deployer decide`.

use clap::ArgGroup;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::config::bad_values;
use crate::decision::{
    Decision, MessageState, Search, Token, Unclear, WaitingTask, choose, decide,
};
use crate::error::{CommandError, Sentence};
use crate::exit::Exit;
use crate::files::text::read_text;
use crate::finding::Finding;
use crate::installation::{Installation, lookup};
use crate::logs::parse_id;
use crate::next_command::NextCommand;
use crate::options::stack::StackArgs;
use crate::report;
use crate::report::answers::{Decided, Waiting};
use crate::session::Session;
use crate::trace;
use cloud::{Cloud, CloudError};

/// Approve or reject a waiting message, or list the waiting ones.
///
/// This is for state machines with a task that ends in `.waitForTaskToken`, such as the built-in
/// flow `approval`. The task gets {"decision":"approve"} or {"decision":"reject"} as its result, or
/// the value of --answer. Its token is taken from the input of the task, and never shown. Exits
/// with 3 if the message is not waiting.
#[derive(Debug, Clone, clap::Args)]
#[command(group = ArgGroup::new("decided").args(["decision", "answer", "fail"]).requires("id"))]
#[command(override_usage = "deployer decide [OPTIONS]\n       \
    deployer decide [OPTIONS] <ID> <DECISION>\n       \
    deployer decide [OPTIONS] <ID> --answer <JSON|@FILE>\n       \
    deployer decide [OPTIONS] <ID> --fail <ERROR>")]
pub struct DecideArgs {
    /// Message ID or invocation ID [default: list waiting messages]
    #[arg(value_name = "ID", requires = "decided")]
    pub id: Option<String>,
    /// Decision
    #[arg(value_name = "DECISION")]
    pub decision: Option<Word>,
    /// Result of the task, instead of a decision: JSON, or @ and the name of a JSON file
    #[arg(long, value_name = "JSON|@FILE")]
    pub answer: Option<String>,
    /// Make the task fail with this error, for its Catch and Retry
    #[arg(long, value_name = "ERROR")]
    pub fail: Option<String>,
    /// Cause of the error
    #[arg(long, value_name = "TEXT", requires = "fail", conflicts_with_all = ["decision", "answer"])]
    pub cause: Option<String>,
    /// State to decide, if several are waiting
    #[arg(long, value_name = "STATE", requires = "id")]
    pub state: Option<String>,
    /// Show sender, recipients, and subject in the list
    #[arg(long, conflicts_with = "id")]
    pub with_contents: bool,
    /// Which stack.
    #[command(flatten)]
    pub stack: StackArgs,
}

/// A decision in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Word {
    /// {"decision":"approve"}
    Approve,
    /// {"decision":"reject"}
    Reject,
}

/// Fails when a value is invalid, there is no stack, the message is not waiting, or AWS refuses.
pub async fn run(args: &DecideArgs, session: &mut Session<'_>) -> Result<Exit, CommandError> {
    let name = args.stack.name()?;
    let decided = decided(args)?;
    let cloud = session.connect().await?;
    let installation = lookup::find(&cloud, name.as_str(), &session.next).await?;
    let Some(machine) = &installation.machine else {
        let sentence = format!("stack {name} has no state machine");
        return Err(CommandError::new(Exit::Work, Sentence(sentence)));
    };
    let search = Search { cloud: &cloud, machine, with_contents: args.with_contents };
    let Some((id, decision)) = decided else {
        session.answer(&Waiting::of(&search.everything().await?));
        return Ok(Exit::Done);
    };
    let tasks = match search.message(id).await? {
        MessageState::Nothing => match by_message_id(&search, &installation, id, session).await? {
            MessageState::Running(tasks) => tasks,
            state => return Err(not_running(id, &state, session)),
        },
        MessageState::Running(tasks) => tasks,
        state => return Err(not_running(id, &state, session)),
    };
    let task = choose(&tasks, args.state.as_deref())
        .map_err(|unclear| refused(id, unclear, &session.next))?;
    let token = task.token.as_ref().ok_or_else(|| hidden(task))?;
    send(&cloud, token, &decision, id, &session.next).await?;
    session.answer(&Decided::of(task, &decision));
    Ok(Exit::Done)
}

/// How far back the log is searched for a message ID: WorkMail retries for four hours at most.
const LOG_SEARCH: SignedDuration = SignedDuration::from_hours(24);

/// What is known of the message with WorkMail's message ID: by the inputs of running executions,
/// else by the log, which names the executions of messages that are no longer waiting.
/// Fails when several of its executions run, or AWS refuses a read.
async fn by_message_id(
    search: &Search<'_>,
    installation: &Installation,
    id: &str,
    session: &mut Session<'_>,
) -> Result<MessageState, CommandError> {
    let mut running = search.running(id).await?;
    if running.len() > 1 {
        let waits = |state: &MessageState| matches!(state, MessageState::Running(tasks) if !tasks.is_empty());
        running.retain(|(_, state)| waits(state));
    }
    if running.len() > 1 {
        let ids: Vec<String> = running.iter().map(|(id, _)| format!("`{id}`")).collect();
        let sentence = format!("message {id} waits in several executions: {}", ids.join(", "));
        return Err(CommandError::usage(Sentence(sentence)).hint("name it by its invocation ID"));
    }
    if let Some((_, state)) = running.pop() {
        return Ok(state);
    }
    session.remark(&report::searching(id));
    let log = trace::Search { cloud: search.cloud, installation, with_contents: false };
    let executions = log.invocations(id, searched_from(session)).await?;
    for arn in executions.into_iter().rev().filter_map(|(_, arn)| arn) {
        match search.execution(&arn).await? {
            MessageState::Nothing => {}
            state => return Ok(state),
        }
    }
    Ok(MessageState::Nothing)
}

fn searched_from(session: &Session<'_>) -> Timestamp {
    session.now().checked_sub(LOG_SEARCH).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// The message and the decision about it, if there is one.
fn decided(args: &DecideArgs) -> Result<Option<(&str, Decision)>, CommandError> {
    let Some(id) = &args.id else { return Ok(None) };
    parse_id(id).map_err(|fault| bad_values(vec![fault]))?;
    if let Some(error) = &args.fail {
        let (error, cause) = (error.clone(), args.cause.clone());
        return Ok(Some((id, Decision::Failure { error, cause })));
    }
    let output = match (&args.answer, args.decision) {
        (Some(answer), _) => json_text(answer)?,
        (None, Some(Word::Reject)) => json!({ "decision": "reject" }).to_string(),
        (None, _) => json!({ "decision": "approve" }).to_string(),
    };
    Ok(Some((id, Decision::Result(output))))
}

/// The text of --answer, unchanged.
fn json_text(answer: &str) -> Result<String, CommandError> {
    let text = match answer.strip_prefix('@') {
        None => answer.to_owned(),
        Some(path) => read_text(std::path::Path::new(path)).map_err(|source| {
            bad_values(vec![Finding::error("unreadable", "--answer", format!("{path}: {source}"))])
        })?,
    };
    match serde_json::from_str::<Value>(&text) {
        Ok(_) => Ok(text),
        Err(fault) => {
            let finding = Finding::error("json", "--answer", format!("it is not JSON: {fault}"))
                .fix("strings need their own quotation marks, such as '\"yes\"'");
            Err(bad_values(vec![finding]))
        }
    }
}

async fn send(
    cloud: &Cloud,
    token: &Token,
    decision: &Decision,
    id: &str,
    next: &NextCommand,
) -> Result<(), CommandError> {
    decide(cloud, token, decision).await.map_err(|error| {
        let late = is_late(&error);
        let error = CommandError::from(error);
        match late {
            true => error.hint(format!(
                "it is no longer waiting: it timed out, or someone else decided; {} shows which",
                next.code(&["trace", id])
            )),
            false => error,
        }
    })
}

/// Source: Step Functions API reference, `SendTaskSuccess`, errors.
fn is_late(error: &CloudError) -> bool {
    matches!(error.code.as_deref(), Some("TaskTimedOut" | "TaskDoesNotExist" | "InvalidToken"))
}

fn not_running(id: &str, state: &MessageState, session: &Session<'_>) -> CommandError {
    let next = &session.next;
    let sentence = match state {
        MessageState::Ended { kind } => {
            format!("message {id} no longer waits for a decision: its execution ended ({kind})")
        }
        _ => {
            let since = report::moment(searched_from(session), &session.zone());
            format!(
                "nothing is known about {id} yet: as an invocation ID, it has no execution; as a \
                 message ID, it is in no running execution and in no log line since {since}"
            )
        }
    };
    let error = CommandError::new(Exit::Work, Sentence(sentence));
    match state {
        MessageState::Ended { .. } => {
            error.hint(format!("{} shows what happened to it", next.code(&["trace", id])))
        }
        _ => {
            error.hint(format!("{} lists waiting messages, with both IDs", next.code(&["decide"])))
        }
    }
}

fn refused(id: &str, unclear: Unclear, next: &NextCommand) -> CommandError {
    let sentence = Sentence(format!("message {id} {unclear}"));
    match unclear {
        Unclear::NoneWaits => CommandError::new(Exit::Work, sentence)
            .hint(format!("{} shows where it is", next.code(&["trace", id]))),
        Unclear::AnotherState { .. } => CommandError::new(Exit::Work, sentence),
        Unclear::SeveralStates { .. } => {
            CommandError::usage(sentence).hint("choose one with --state STATE")
        }
        Unclear::SeveralTasks { .. } => CommandError::failed(sentence.to_string())
            .hint("each task has its own token: decide where the token was sent"),
    }
}

fn hidden(task: &WaitingTask) -> CommandError {
    let sentence = format!(
        "the token of state `{}` is not a value by itself in the input of its call to {}",
        task.state, task.resource
    );
    CommandError::failed(sentence).hint("decide where the token was sent").hint(
        "`decide` finds the token if the state has a parameter or argument that is only \
             $$.Task.Token or {% $states.context.Task.Token %}",
    )
}
