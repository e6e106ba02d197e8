//! The event that SES sends: `Records` with exactly one record, or `mail` and `receipt` alone.
//!
//! Which fields are present is documented for receipt rules, and for Mail Manager only by reference
//! to them. So only the message ID and at least one recipient of the envelope are required.

use std::time::Duration;

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::actions::interpret::interpret;
use crate::actions::verdict::{ActionType, Verdict};
use crate::actions::{Audience, Direction};
use crate::executions::MAX_INPUT_BYTES;
use crate::on_failure::OnFailure;
use crate::ses::address::envelope_sender;
use crate::ses::canonical;
use crate::ses::limits::{CONTRACT, ENTRY_LIFETIME};
use crate::ses::policy::InputPolicy;
use crate::ses::redaction::without_content;
use crate::ses::surrogates::repaired;
use crate::source::{Checked, Rejected, Source, VerdictJson};

/// The value of `eventSource` in a record of SES.
const EVENT_SOURCE: &str = "aws:ses";

/// The number of digits of the hash of the recipients in a key.
const RECIPIENT_DIGITS: usize = 12;

/// The longest key that is the name of its execution, too. Source: AWS Step Functions API reference,
/// `StartExecution`.
const MAX_NAME: usize = 80;

/// A message that SES received.
#[derive(Debug, Clone)]
pub struct Message {
    key: String,
    input: String,
    message_id: String,
    /// The sender of the envelope; empty for the null sender.
    sender: String,
    recipients: Vec<String>,
    mail: Object,
    receipt: Object,
}

type Object = Map<String, Value>;

/// Why an event is not a message from SES. No variant quotes a value of the event.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MessageFault {
    /// Not JSON.
    #[error("the event is not a readable JSON object (line {line}, column {column})")]
    Unreadable {
        /// The line of the error.
        line: usize,
        /// The column of the error.
        column: usize,
    },
    /// Neither of the two shapes.
    #[error("the event has neither a record of SES nor `mail` and `receipt`")]
    AnotherShape,
    /// SES sends one record; a second one would stay undecided.
    #[error("the event has {0} records, not one")]
    NotOneRecord(usize),
    /// Without it, a retry cannot be distinguished from another message.
    #[error("the event's `mail.messageId` is missing or not a non-empty string")]
    NoMessageId,
    /// Without recipients, no action is for anyone.
    #[error("the event's `receipt.recipients` is missing or has no address")]
    NoRecipients,
    /// It is larger than the input of an execution can be, although all that can be left out is.
    #[error("the event has {0} bytes; the input of an execution has at most {MAX_INPUT_BYTES}")]
    TooLarge(usize),
}

impl Message {
    /// Reads the JSON text of an event.
    ///
    /// # Errors
    ///
    /// [`MessageFault`] if the event is not a message from SES.
    pub fn parse(event: &str, policy: &InputPolicy) -> Result<Self, MessageFault> {
        let event: Value = serde_json::from_str(&repaired(event)).map_err(|error| {
            MessageFault::Unreadable { line: error.line(), column: error.column() }
        })?;
        let (mail, receipt) = parts(event)?;
        let message_id = text(&mail, "messageId").filter(|id| !id.is_empty());
        let message_id = message_id.ok_or(MessageFault::NoMessageId)?.to_owned();
        let recipients = recipients(&receipt);
        if recipients.is_empty() {
            return Err(MessageFault::NoRecipients);
        }
        let key = key(&message_id, &recipients);
        let parts =
            canonical::Parts { key: &key, message_id: &message_id, recipients: &recipients };
        let input = canonical::input(&parts, &mail, &receipt, policy);
        if input.len() > MAX_INPUT_BYTES {
            return Err(MessageFault::TooLarge(input.len()));
        }
        let sender = envelope_sender(text(&mail, "source")).to_owned();
        Ok(Self { key, input, message_id, sender, recipients, mail, receipt })
    }

    /// The ID that SES gave the message.
    #[must_use]
    pub fn message_id(&self) -> &str {
        &self.message_id
    }

    /// The sender of the envelope; empty for the null sender.
    #[must_use]
    pub fn sender(&self) -> &str {
        &self.sender
    }

    /// Whether SPF or DMARC passed.
    #[must_use]
    pub fn is_authenticated(&self) -> bool {
        ["spfVerdict", "dmarcVerdict"].iter().any(|name| passed(&self.receipt, name))
    }

    /// Whom the message is for. SES never cuts the list of recipients.
    #[must_use]
    pub fn audience(&self) -> Audience<'_> {
        Audience {
            recipients: &self.recipients,
            truncated: false,
            direction: Some(Direction::Inbound),
            contract: &CONTRACT,
        }
    }

    /// The event without addresses, headers and anything unknown.
    #[must_use]
    pub fn without_content(&self) -> Value {
        without_content(&self.mail, &self.receipt)
    }
}

impl Source for Message {
    fn key(&self) -> &str {
        &self.key
    }

    fn input(&self) -> &str {
        &self.input
    }

    fn asked_again_for(&self) -> Duration {
        ENTRY_LIFETIME
    }

    fn interpret(&self, output: &str) -> Result<Checked, Rejected> {
        interpret(output, self.audience())
    }

    fn unaffected(&self) -> VerdictJson {
        Verdict::for_all(ActionType::Default).into()
    }

    fn by_policy(&self, policy: OnFailure) -> Option<VerdictJson> {
        Verdict::by_policy(policy).map(VerdictJson::from)
    }
}

/// The `mail` and the `receipt` of an event of either shape.
fn parts(mut event: Value) -> Result<(Object, Object), MessageFault> {
    let mut inner = match event.get_mut("Records").map(Value::take) {
        Some(Value::Array(mut records)) => match records.as_mut_slice() {
            [record] if record.get("eventSource").is_none_or(|source| source == EVENT_SOURCE) => {
                record.get_mut("ses").map(Value::take).ok_or(MessageFault::AnotherShape)?
            }
            [_] => return Err(MessageFault::AnotherShape),
            records => return Err(MessageFault::NotOneRecord(records.len())),
        },
        Some(_) => return Err(MessageFault::AnotherShape),
        None => event,
    };
    let mut part = |name| match inner.get_mut(name).map(Value::take) {
        Some(Value::Object(part)) => Some(part),
        _ => None,
    };
    part("mail").zip(part("receipt")).ok_or(MessageFault::AnotherShape)
}

pub(super) fn text<'a>(object: &'a Object, name: &str) -> Option<&'a str> {
    object.get(name)?.as_str()
}

/// The recipients of the envelope, in an order that does not depend on that of the event.
fn recipients(receipt: &Object) -> Vec<String> {
    let list = receipt.get("recipients").and_then(Value::as_array);
    let addresses = list.into_iter().flatten().filter_map(Value::as_str).map(str::trim);
    let mut all: Vec<String> =
        addresses.filter(|address| !address.is_empty()).map(str::to_owned).collect();
    all.sort_by_cached_key(|address| (address.to_lowercase(), address.clone()));
    all.dedup();
    all
}

/// The key of a message. Two rules that match the same message for different recipients invoke
/// separately, and so does a rule that invokes for each recipient: each invocation then is a message
/// of its own.
fn key(message_id: &str, recipients: &[String]) -> String {
    let mut folded: Vec<String> = recipients.iter().map(|address| address.to_lowercase()).collect();
    folded.dedup();
    let digits = hex(&folded.join("\n"));
    let key = format!("ses-{message_id}-{}", &digits[..RECIPIENT_DIGITS]);
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    if key.len() <= MAX_NAME && key.bytes().all(legal) { key } else { format!("ses-{}", hex(&key)) }
}

fn hex(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn passed(receipt: &Object, verdict: &str) -> bool {
    receipt.get(verdict).and_then(|verdict| verdict.get("status")).is_some_and(|is| is == "PASS")
}
