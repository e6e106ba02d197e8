//! `deployer trace`.

use crate::config::{StackName, bad_values};
use crate::error::{CommandError, Sentence};
use crate::exit::Exit;
use crate::installation::lookup;
use crate::logs::{parse_id, parse_time};
use crate::next_command::NextCommand;
use crate::options::stack::StackArgs;
use crate::report;
use crate::report::answers::Trace;
use crate::session::Session;
use crate::trace::{Search, TraceQuery, message_outcome, timeline};

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
    let (name, query) = values(args, session)?;
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
        return Err(unknown(&query.id, &since, &session.next));
    }
    for (nth, record) in records.iter().enumerate() {
        session.answer(&Trace {
            record,
            timeline: &timeline(record, with_contents),
            outcome: &message_outcome(record, with_contents),
            searched_from: query.from(record.entry.as_ref()),
            is_first: nth == 0,
        });
    }
    Ok(Exit::Done)
}

fn values(
    args: &TraceArgs,
    session: &Session<'_>,
) -> Result<(StackName, TraceQuery), CommandError> {
    let (now, zone) = (session.now(), session.zone());
    let name = args.stack.parse();
    let since = args.since.as_deref().map(|text| parse_time(text, now, &zone, "--since"));
    match (name, since.transpose(), parse_id(&args.id)) {
        (Ok(name), Ok(since), Ok(id)) => Ok((name, TraceQuery { id, since, now })),
        (name, since, id) => {
            let faults = [id.err(), name.err(), since.err()];
            Err(bad_values(faults.into_iter().flatten().collect()))
        }
    }
}

fn unknown(id: &str, since: &str, next: &NextCommand) -> CommandError {
    let sentence = format!(
        "nothing is known of {id} yet: as an invocation ID, it has no entry in the ledger and no execution; as \
         either ID, no log line since {since}"
    );
    CommandError::new(Exit::Work, Sentence(sentence))
        .hint(
            "log lines arrive up to some minutes late; --since 30d, for example, searches the log further back, as \
             far as logs are kept",
        )
        .hint(format!(
            "{} lists the messages of the last minutes with their ids",
            next.code(&["logs"])
        ))
}
