//! `deployer trace`.

use crate::decision::{WAITS, without_token};
use crate::error::CommandError;
use crate::exit::Exit;
use crate::explain::no_execution;
use crate::installation::lookup;
use crate::options::message_id;
use crate::options::stack::StackArgs;
use crate::report;
use crate::report::answers::Trace;
use crate::session::Session;
use crate::trace::{Search, TimelineEvent, TimelineEventKind, message_outcome, timeline};
use cloud::Cloud;

/// Tell what happened to a message: each time WorkMail asked, what its execution did, what became of it.
///
/// The last part says what the verdict means for the recipients, or why there is none. Of the message's
/// contents nothing is shown, addresses included, unless --with-contents asks for them. Exits with 3 where
/// nothing is known of the message.
#[derive(Debug, Clone, clap::Args)]
pub struct TraceArgs {
    /// Message id or invocation id; both stand in every log line and in every event
    #[arg(value_name = "ID")]
    pub id: String,
    /// How far back the log is searched [default: to the claim, where it is known, else 1d]
    #[arg(long, value_name = "TIME")]
    pub since: Option<String>,
    /// Show inputs, outputs and causes of errors, which hold addresses and subjects
    #[arg(long)]
    pub with_contents: bool,
    /// Which stack.
    #[command(flatten)]
    pub stack: StackArgs,
}

/// Fails when a value is faulty, there is no stack, nothing is known, or AWS refuses a read.
pub async fn run(args: &TraceArgs, session: &mut Session<'_>) -> Result<Exit, CommandError> {
    let (since, now) = (args.since.as_deref(), session.now());
    let (name, query) = message_id::parse(&args.id, since, &args.stack, now, &session.zone())?;
    let cloud = session.connect().await?;
    let installation = lookup::find(&cloud, name.as_str(), &session.next).await?;
    let with_contents = args.with_contents;
    let search = Search { cloud: &cloud, installation: &installation, with_contents };
    if session.host.terminal.screen().is_some() {
        session.remark(&report::searching(&args.id));
    }
    let records = search.find(&query).await?;
    if records.is_empty() {
        let since = report::moment(query.from(None), &session.zone());
        return Err(no_execution::unknown(&query, &since, &session.next));
    }
    for (nth, record) in records.iter().enumerate() {
        let mut timeline = timeline(record, with_contents);
        hide_tokens(&mut timeline, installation.machine.as_deref(), &cloud).await;
        session.answer(&Trace {
            record,
            timeline: &timeline,
            outcome: &message_outcome(record, with_contents),
            searched_from: query.from(record.entry.as_ref()),
            is_first: nth == 0,
        });
    }
    Ok(Exit::Done)
}

/// Leaves out the tokens of tasks that wait for a decision, because who has one decides.
async fn hide_tokens(timeline: &mut [TimelineEvent], machine: Option<&str>, cloud: &Cloud) {
    let mut inputs: Vec<_> =
        timeline.iter_mut().filter_map(|event| callback(&mut event.kind)).collect();
    if inputs.is_empty() {
        return;
    }
    // Without the definition, nothing of these inputs is shown.
    let definition = match machine {
        Some(machine) => cloud.machines.definition(machine).await.ok().flatten(),
        None => None,
    };
    let definition = definition.and_then(|text| serde_json::from_str(&text).ok());
    for (state, input) in &mut inputs {
        **input = without_token(definition.as_ref(), state.as_deref(), input);
    }
}

/// The state that called a task with its token, and what it called it with.
fn callback(event: &mut TimelineEventKind) -> Option<(&Option<String>, &mut String)> {
    let TimelineEventKind::Called { state, resource, input, .. } = event else { return None };
    let waits = resource.as_ref().is_some_and(|resource| resource.ends_with(WAITS));
    input.as_mut().filter(|_| waits).map(|input| (&*state, input))
}
