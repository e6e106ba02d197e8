//! `deployer trace`.

use crate::session::legacy as connect;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};

use crate::config::{StackName, bad_values};
use crate::error::{CommandError, Sentence};
use crate::exit::Exit;
use crate::finding::Finding;
use crate::host::Host;
use crate::host::terminal::OutputFormat;
use crate::installation::lookup;
use crate::logs::moment;
use crate::report;
use crate::session::GlobalArgs;
use crate::trace::{Asked, Case, Fate, Moment, Search, fate, timeline};

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
    /// Name of the CloudFormation stack
    #[arg(long, value_name = "NAME", default_value = StackName::DEFAULT)]
    pub stack_name: String,
}

/// Runs the command.
///
/// # Errors
/// When a value is faulty, there is no stack, nothing is known, or AWS refuses a read.
pub(super) async fn run(
    args: &TraceArgs,
    global: &GlobalArgs,
    world: &mut Host,
) -> Result<Exit, CommandError> {
    let (name, asked) = values(args, (world.clock)())?;
    let cloud = connect::connect_anywhere(world, global).await?;
    let installation = lookup::find(&cloud, name.as_str()).await?;
    let with_contents = args.with_contents;
    let search = Search { cloud: &cloud, installation: &installation, with_contents };
    let cases = search.find(&asked).await?;
    if cases.is_empty() {
        return Err(unknown(&asked));
    }
    for (nth, case) in cases.iter().enumerate() {
        let moments = timeline(case, with_contents);
        let fate = fate(case, with_contents);
        let from = asked.from(case.entry.as_ref());
        match global.output {
            OutputFormat::Json => world.answer_object("trace", &Answer::of(case, &moments, &fate)),
            OutputFormat::Text => {
                let space = if nth == 0 { "" } else { "\n" };
                world.answer(&format!(
                    "{space}{}",
                    report::trace(case, &moments, &fate, from, asked.now)
                ));
            }
        }
    }
    Ok(Exit::Done)
}

fn values(args: &TraceArgs, now: Timestamp) -> Result<(StackName, Asked), CommandError> {
    let name = StackName::parse(&args.stack_name);
    let since = args.since.as_deref().map(|text| moment(text, now, "--since")).transpose();
    // What would mean something else in a filter pattern is part of no id.
    let legal = |byte: u8| byte.is_ascii_graphic() && !br#""\*"#.contains(&byte);
    let id = match !args.id.is_empty() && args.id.bytes().all(legal) {
        true => Ok(args.id.clone()),
        false => {
            let sentence = "an id has neither spaces nor quotes, backslashes, asterisks";
            Err(Finding::error("id", "ID", sentence))
        }
    };
    match (name, since, id) {
        (Ok(name), Ok(since), Ok(id)) => Ok((name, Asked { id, since, now })),
        (name, since, id) => {
            let faults = [id.err(), name.err(), since.err()];
            Err(bad_values(faults.into_iter().flatten().collect()))
        }
    }
}

fn unknown(asked: &Asked) -> CommandError {
    let sentence = format!(
        "nothing is known of {}: no entry in the ledger, no execution, and no log line since {}",
        asked.id,
        asked.from(None)
    );
    CommandError::new(Exit::Work, Sentence(sentence))
        .hint("--since 30d, say, searches the log further back, as far as logs are kept")
        .hint("`deployer logs` lists the messages of the last minutes with their ids")
}

#[derive(Serialize)]
struct Answer<'a> {
    message_id: Option<&'a str>,
    invocation_id: &'a str,
    execution_arn: Option<&'a str>,
    execution_found: bool,
    asked_until: Option<Timestamp>,
    entry: Option<Value>,
    timeline: &'a [Moment],
    #[serde(flatten)]
    fate: &'a Fate,
}

impl<'a> Answer<'a> {
    fn of(case: &'a Case, moments: &'a [Moment], fate: &'a Fate) -> Self {
        let entry = case.entry.as_ref().map(|entry| {
            json!({
                "claimed_at": entry.claimed_at, "expires_at": entry.expires_at,
                "output_state": case.output_state(), "recorded": entry.verdict.is_some(),
            })
        });
        Self {
            message_id: case.message_id(),
            invocation_id: &case.invocation_id,
            execution_arn: case.execution_arn.as_deref(),
            execution_found: case.history.is_some(),
            asked_until: case.asked_until(),
            entry,
            timeline: moments,
            fate,
        }
    }
}
