//! `deployer trace`.

use crate::decision::{WAITS, without_token};
use crate::error::CommandError;
use crate::exit::Exit;
use crate::explain::no_execution;
use crate::graph::Graph;
use crate::installation::lookup;
use crate::options::message_id;
use crate::options::page::PageArgs;
use crate::options::stack::StackArgs;
use crate::report;
use crate::report::answers::Trace;
use crate::session::Session;
use crate::trace::{
    Search, TimelineEvent, TimelineEventKind, function_moments, message_outcome, timeline_with,
};
use cloud::Cloud;
use serde_json::Value;

/// Show what happened to one message, from WorkMail to the verdict.
///
/// The last part shows what the verdict means for the recipients, or why there is none. Message
/// contents, including addresses, are hidden unless you pass --with-contents. This also holds for
/// the log lines of the flow's functions, which are counted. Exits with 3 if
/// nothing is known about the message.
#[derive(Debug, Clone, clap::Args)]
pub struct TraceArgs {
    /// Message ID or invocation ID; both are in every log line and in every event
    #[arg(value_name = "ID")]
    pub id: String,
    /// How far back to search the log [default: to the claim if it is known, otherwise 1d]
    #[arg(long, value_name = "TIME")]
    pub since: Option<String>,
    /// Show inputs, outputs, causes of errors, and log lines of the flow's functions, which contain
    /// addresses and subjects
    #[arg(long)]
    pub with_contents: bool,
    /// Whether to write a page.
    #[command(flatten)]
    pub page: PageArgs,
    /// Which stack.
    #[command(flatten)]
    pub stack: StackArgs,
}

/// Fails when a value is invalid, there is no stack, nothing is known, or AWS refuses a read.
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
    let graph = match args.page.html {
        Some(_) => definition(installation.machine.as_deref(), &cloud).await,
        None => None,
    };
    let graph = graph.as_ref().and_then(Value::as_object).map(Graph::of);
    let (now, zone) = (session.now(), session.zone());
    let mut page = report::TracedPage::default();
    for (nth, record) in records.iter().enumerate() {
        let groups = &installation.flow_function_logs;
        let of_functions =
            function_moments(&*cloud.logs, groups, &record.calls, with_contents).await?;
        let mut timeline = timeline_with(record, of_functions, with_contents);
        hide_tokens(&mut timeline, installation.machine.as_deref(), &cloud).await;
        let outcome = message_outcome(record, with_contents);
        let graph = graph.as_ref();
        page.add(&report::TracedMessage {
            record,
            timeline: &timeline,
            outcome: &outcome,
            graph,
            now,
            zone: &zone,
        });
        session.answer(&Trace {
            record,
            timeline: &timeline,
            outcome: &outcome,
            searched_from: query.from(record.entry.as_ref()),
            is_first: nth == 0,
        });
    }
    args.page.write(|| page.html())?;
    Ok(Exit::Done)
}

/// Hides the tokens of tasks that wait for a decision, because anyone who has one can decide.
async fn hide_tokens(timeline: &mut [TimelineEvent], machine: Option<&str>, cloud: &Cloud) {
    let mut inputs: Vec<_> =
        timeline.iter_mut().filter_map(|event| callback(&mut event.kind)).collect();
    if inputs.is_empty() {
        return;
    }
    // Without the definition, nothing of these inputs is shown.
    let definition = definition(machine, cloud).await;
    for (state, input) in &mut inputs {
        **input = without_token(definition.as_ref(), state.as_deref(), input);
    }
}

/// The definition of the state machine, if it can be read.
async fn definition(machine: Option<&str>, cloud: &Cloud) -> Option<Value> {
    let text = cloud.machines.definition(machine?).await.ok().flatten()?;
    serde_json::from_str(&text).ok()
}

/// The state that called a task with its token, and what it called it with.
fn callback(event: &mut TimelineEventKind) -> Option<(&Option<String>, &mut String)> {
    let TimelineEventKind::Called { state, resource, input, .. } = event else { return None };
    let waits = resource.as_ref().is_some_and(|resource| resource.ends_with(WAITS));
    input.as_mut().filter(|_| waits).map(|input| (&*state, input))
}
