//! `deployer trace`.

use jiff::Timestamp;

use crate::config::{StackName, bad_values};
use crate::error::{CommandError, Sentence};
use crate::exit::Exit;
use crate::finding::Finding;
use crate::installation::lookup;
use crate::logs::parse_time;
use crate::next_command::NextCommand;
use crate::options::stack::StackArgs;
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
    let (name, query) = values(args, session.now())?;
    let cloud = session.connect().await?;
    let installation = lookup::find(&cloud, name.as_str(), &session.next).await?;
    let with_contents = args.with_contents;
    let search = Search { cloud: &cloud, installation: &installation, with_contents };
    let records = search.find(&query).await?;
    if records.is_empty() {
        return Err(unknown(&query, &session.next));
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

fn values(args: &TraceArgs, now: Timestamp) -> Result<(StackName, TraceQuery), CommandError> {
    let name = args.stack.parse();
    let since = args.since.as_deref().map(|text| parse_time(text, now, "--since")).transpose();
    // No id contains characters that have a meaning in a filter pattern.
    let legal = |byte: u8| byte.is_ascii_graphic() && !br#""\*"#.contains(&byte);
    let id = match !args.id.is_empty() && args.id.bytes().all(legal) {
        true => Ok(args.id.clone()),
        false => {
            let sentence = "an id has neither spaces nor quotes, backslashes, asterisks";
            Err(Finding::error("id", "ID", sentence))
        }
    };
    match (name, since, id) {
        (Ok(name), Ok(since), Ok(id)) => Ok((name, TraceQuery { id, since, now })),
        (name, since, id) => {
            let faults = [id.err(), name.err(), since.err()];
            Err(bad_values(faults.into_iter().flatten().collect()))
        }
    }
}

fn unknown(query: &TraceQuery, next: &NextCommand) -> CommandError {
    let sentence = format!(
        "nothing is known of {}: no entry in the ledger, no execution, and no log line since {}",
        query.id,
        query.from(None)
    );
    CommandError::new(Exit::Work, Sentence(sentence))
        .hint("--since 30d, say, searches the log further back, as far as logs are kept")
        .hint(format!(
            "{} lists the messages of the last minutes with their ids",
            next.code(&["logs"])
        ))
}
