//! The event that options describe, for `event`, `invoke` and `local`.

use std::path::PathBuf;

use handler::actions::Direction;
use serde_json::Value;

use crate::config::bad_values;
use crate::error::{CommandError, Sentence};
use crate::finding::Finding;
use crate::host::Host;
use crate::message::mail::address::fault;
use crate::message::{Draft, Eml, Field, FieldEdit, Invalid};

/// How SMTP writes the sender of a bounce.
const NO_SENDER: &str = "<>";

/// The contents of an event.
#[derive(Debug, Clone, clap::Args)]
pub struct MessageArgs {
    /// File with a message, as a mail program saves it, or `-` for standard input: its sender,
    /// recipients, and subject are used, unless options set others
    #[arg(long, value_name = "FILE")]
    pub eml: Option<PathBuf>,
    /// Direction of the message
    #[arg(long, value_name = "WAY", default_value = "inbound")]
    pub direction: Way,
    /// Author, or the person on whose behalf the message was sent [default: from@example.com]; '<>'
    /// for a bounce, which has no sender
    #[arg(long, value_name = "ADDRESS")]
    pub mail_from: Option<String>,
    /// Actual sender of mail that was sent on behalf of --mail-from; otherwise the event has no
    /// such field
    #[arg(long, value_name = "ADDRESS")]
    pub sender: Option<String>,
    /// Recipient; may be repeated [default: recipient@example.com]
    #[arg(long, value_name = "ADDRESS")]
    pub recipient: Vec<String>,
    /// Subject [default: Hello]
    #[arg(long, value_name = "TEXT")]
    pub subject: Option<String>,
    /// ID under which WorkMail provides the message's content [default: a new one]
    #[arg(long, value_name = "ID")]
    pub message_id: Option<String>,
    /// ID that is the same on every invocation for the message [default: a new one]
    #[arg(long, value_name = "ID")]
    pub invocation_id: Option<String>,
    /// Mark the list of recipients as truncated by WorkMail
    #[arg(long)]
    pub truncated: bool,
    /// Version of the event's format
    #[arg(long, value_name = "DATE", default_value = "2018-10-10")]
    pub summary_version: String,
    /// Set a field of the event to any value; may be repeated
    #[arg(long, value_name = "FIELD=JSON")]
    pub set: Vec<String>,
    /// Omit a field of the event; may be repeated
    #[arg(long, value_name = "FIELD")]
    pub without: Vec<String>,
    /// Create an event that the handler must refuse
    #[arg(long, value_name = "KIND")]
    pub invalid: Option<Invalid>,
}

/// The direction of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Way {
    /// To the organization
    Inbound,
    /// From the organization
    Outbound,
}

/// The text of the event.
/// Fails when the message cannot be read, or an option's value is not JSON.
pub fn text(args: &MessageArgs, host: &Host) -> Result<String, CommandError> {
    let mut event = draft(args, host)?.event();
    for edit in edits(args)? {
        edit.apply(&mut event);
    }
    Ok(match args.invalid {
        Some(invalid) => invalid.text(event),
        None => Value::Object(event).to_string(),
    })
}

fn draft(args: &MessageArgs, host: &Host) -> Result<Draft, CommandError> {
    let eml = match &args.eml {
        Some(path) => Eml::from_file(path)?,
        None => Eml::example(),
    };
    check(args, &eml)?;
    let mail_from =
        args.mail_from.as_deref().map(|given| if given == NO_SENDER { "" } else { given });
    let Some(mail_from) = mail_from.map(str::to_owned).or(eml.from) else {
        return Err(missing("an author", "--mail-from ADDRESS"));
    };
    let recipients =
        if args.recipient.is_empty() { eml.recipients } else { args.recipient.clone() };
    if recipients.is_empty() {
        return Err(missing("a recipient", "--recipient ADDRESS"));
    }
    let new_id = host.new_id;
    Ok(Draft {
        summary_version: args.summary_version.clone(),
        mail_from,
        recipients,
        sender: args.sender.clone().or(eml.sender),
        subject: args.subject.clone().or(eml.subject).unwrap_or_default(),
        message_id: args.message_id.clone().unwrap_or_else(|| new_id().hyphenated().to_string()),
        invocation_id: args.invocation_id.clone().unwrap_or_else(|| new_id().simple().to_string()),
        direction: match args.direction {
            Way::Inbound => Direction::Inbound,
            Way::Outbound => Direction::Outbound,
        },
        truncated: args.truncated,
    })
}

/// Finds all invalid addresses, and all parts of the message that cannot be read and that no option
/// replaces.
fn check(args: &MessageArgs, eml: &Eml) -> Result<(), CommandError> {
    let mut faults = Vec::new();
    let mail_from = args.mail_from.iter().filter(|given| !matches!(given.as_str(), "" | NO_SENDER));
    let given = mail_from
        .map(|given| ("--mail-from", given))
        .chain(args.sender.iter().map(|given| ("--sender", given)))
        .chain(args.recipient.iter().map(|given| ("--recipient", given)));
    for (option, address) in given {
        if let Some(why) = fault(address) {
            let sentence = format!("`{}` is not an address: {why}", address.escape_debug());
            let fix = match option {
                "--mail-from" => {
                    "name an address such as from@example.com, or '<>' for a bounce, which has no sender"
                }
                _ => {
                    "name an address such as someone@example.com; --set gives the event any other value"
                }
            };
            faults.push(Finding::error("address", option, sentence).fix(fix));
        }
    }
    for fault in &eml.faults {
        let (is_given, option, example) = match fault.field {
            Field::From => (args.mail_from.is_some(), "--mail-from", "ADDRESS"),
            Field::Sender => (args.sender.is_some(), "--sender", "ADDRESS"),
            Field::Recipients => (!args.recipient.is_empty(), "--recipient", "ADDRESS"),
            Field::Subject => (args.subject.is_some(), "--subject", "TEXT"),
        };
        if !is_given {
            let finding = Finding::error("eml", "--eml", fault.sentence.as_str());
            faults.push(finding.fix(format!("give it with {option} {example}")));
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(bad_values(faults)) }
}

fn missing(what: &str, option: &str) -> CommandError {
    CommandError::usage(Sentence(format!("the message does not name {what}")))
        .hint(format!("{option} names one"))
}

fn edits(args: &MessageArgs) -> Result<Vec<FieldEdit>, CommandError> {
    let (set, faults): (Vec<_>, Vec<_>) =
        args.set.iter().map(|pair| FieldEdit::parse(pair)).partition(Result::is_ok);
    if !faults.is_empty() {
        return Err(bad_values(faults.into_iter().filter_map(Result::err).collect()));
    }
    let without = args.without.iter().cloned().map(FieldEdit::Without);
    Ok(set.into_iter().flatten().chain(without).collect())
}
