//! The event that WorkMail sends. It is stored as it arrived and read only where the flow needs it.
//!
//! The format changed over the years, and WorkMail's documentation disagrees with its samples. So
//! only `invocationId` is required, and `summaryVersion` is ignored. Unknown fields stay in the raw
//! JSON, which is the input of the execution.

use std::time::Duration;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::actions::interpret::interpret;
use crate::actions::verdict::{ActionType, Verdict};
use crate::actions::{Audience, Direction};
use crate::executions::MAX_INPUT_BYTES;
use crate::ledger::MAX_KEY_BYTES;
use crate::on_failure::OnFailure;
use crate::source::{Checked, Rejected, Source, VerdictJson};
use crate::workmail::limits::{CONTRACT, MAX_RULE_TIMEOUT};

/// A message that an organization's rule applies to.
#[derive(Debug, Clone)]
pub struct Message {
    raw: Box<RawValue>,
    invocation_id: String,
    message_id: Option<String>,
    direction: Option<Direction>,
    recipients: Vec<String>,
    truncated: bool,
}

/// Why an event is not a message. No variant quotes a value of the event.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MessageFault {
    /// Not JSON, a name with half a surrogate pair, or a known field that occurs twice.
    #[error("the event is not a readable JSON object (line {line}, column {column})")]
    Unreadable {
        /// The line of the error.
        line: usize,
        /// The column of the error.
        column: usize,
    },
    /// JSON, but not an object.
    #[error("the event is not a JSON object")]
    NotAnObject,
    /// Without it, a retry cannot be distinguished from another message.
    #[error("the event's `invocationId` is missing or not a non-empty string")]
    NoInvocationId,
    /// It has members that only events of Amazon SES have.
    #[error("the event has `Records`, or `mail` and `receipt`, as events of Amazon SES have")]
    ShapeOfSes,
    /// It is longer than a key can be.
    #[error(
        "the event's `invocationId` has {0} bytes; a key of the table has at most {MAX_KEY_BYTES}"
    )]
    LongInvocationId(usize),
    /// It is larger than the input of an execution can be.
    #[error("the event has {0} bytes; the input of an execution has at most {MAX_INPUT_BYTES}")]
    TooLarge(usize),
}

/// The fields that are read. Each one stays raw at first, so that no message is lost because an
/// optional field has an unexpected type or an unreadable value (half a surrogate pair, a number
/// out of range).
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Known<'a> {
    #[serde(borrow)]
    invocation_id: Option<&'a RawValue>,
    #[serde(borrow)]
    message_id: Option<&'a RawValue>,
    #[serde(borrow)]
    flow_direction: Option<&'a RawValue>,
    #[serde(borrow)]
    truncated: Option<&'a RawValue>,
    #[serde(borrow)]
    envelope: Option<&'a RawValue>,
    #[serde(borrow, rename = "Records")]
    records: Option<&'a RawValue>,
    #[serde(borrow)]
    mail: Option<&'a RawValue>,
    #[serde(borrow)]
    receipt: Option<&'a RawValue>,
}

impl Known<'_> {
    /// Whether the event has the shape of an event of Amazon SES. Such an event must never get an
    /// answer in WorkMail's format, which SES takes as "continue".
    fn has_shape_of_ses(&self) -> bool {
        self.records.is_some() || (self.mail.is_some() && self.receipt.is_some())
    }
}

impl Message {
    /// Reads the JSON text of an event.
    ///
    /// # Errors
    ///
    /// [`MessageFault`] if the event is not a message.
    pub fn parse(event: &str) -> Result<Self, MessageFault> {
        let raw: &RawValue = serde_json::from_str(event).map_err(|error| unreadable(&error))?;
        Self::from_raw(raw.to_owned())
    }

    /// Reads an event as it arrived.
    ///
    /// # Errors
    ///
    /// [`MessageFault`] if the event is not a message.
    pub fn from_raw(raw: Box<RawValue>) -> Result<Self, MessageFault> {
        let text = raw.get();
        if text.len() > MAX_INPUT_BYTES {
            return Err(MessageFault::TooLarge(text.len()));
        }
        if !text.starts_with('{') {
            return Err(MessageFault::NotAnObject);
        }
        let known: Known = serde_json::from_str(text).map_err(|error| unreadable(&error))?;
        if known.has_shape_of_ses() {
            return Err(MessageFault::ShapeOfSes);
        }
        let invocation_id = known.invocation_id.and_then(non_empty);
        let invocation_id = invocation_id.ok_or(MessageFault::NoInvocationId)?;
        if invocation_id.len() > MAX_KEY_BYTES {
            return Err(MessageFault::LongInvocationId(invocation_id.len()));
        }
        Ok(Self {
            invocation_id,
            message_id: known.message_id.and_then(non_empty),
            direction: known
                .flow_direction
                .and_then(read::<String>)
                .as_deref()
                .and_then(Direction::from_word),
            recipients: known.envelope.and_then(read).as_ref().map(recipients).unwrap_or_default(),
            truncated: known.truncated.and_then(read).unwrap_or_default(),
            raw,
        })
    }

    /// The id that is the same at every invocation for this message.
    #[must_use]
    pub fn invocation_id(&self) -> &str {
        &self.invocation_id
    }

    /// The id of the message's content in WorkMail.
    #[must_use]
    pub fn message_id(&self) -> Option<&str> {
        self.message_id.as_deref()
    }

    /// The direction of the message, if the event has it.
    #[must_use]
    pub fn direction(&self) -> Option<Direction> {
        self.direction
    }

    /// The recipients that the event names.
    #[must_use]
    pub fn recipients(&self) -> &[String] {
        &self.recipients
    }

    /// Whether WorkMail truncated the list of recipients.
    #[must_use]
    pub fn truncated(&self) -> bool {
        self.truncated
    }

    /// Whom the message is for.
    #[must_use]
    pub fn audience(&self) -> Audience<'_> {
        Audience {
            recipients: &self.recipients,
            truncated: self.truncated,
            direction: self.direction,
            contract: &CONTRACT,
        }
    }
}

impl Source for Message {
    fn key(&self) -> &str {
        &self.invocation_id
    }

    fn input(&self) -> &str {
        self.raw.get()
    }

    fn asked_again_for(&self) -> Duration {
        MAX_RULE_TIMEOUT
    }

    fn interpret(&self, output: &str) -> Result<Checked, Rejected> {
        interpret(output, self.audience())
    }

    /// WorkMail ignores the answer that an asynchronous rule gets. If a synchronous rule was
    /// created by mistake, this answer lets the message pass, as an asynchronous rule would.
    fn unaffected(&self) -> VerdictJson {
        Verdict::for_all(ActionType::Default).into()
    }

    fn by_policy(&self, policy: OnFailure) -> Option<VerdictJson> {
        // Only inbound mail has a junk folder. An event without a direction could be outbound, and
        // then WorkMail would reject the answer on every retry.
        if policy == OnFailure::Junk && self.direction != Some(Direction::Inbound) {
            return None;
        }
        Verdict::by_policy(policy).map(VerdictJson::from)
    }
}

fn unreadable(error: &serde_json::Error) -> MessageFault {
    MessageFault::Unreadable { line: error.line(), column: error.column() }
}

fn read<T: DeserializeOwned>(raw: &RawValue) -> Option<T> {
    serde_json::from_str(raw.get()).ok()
}

fn non_empty(raw: &RawValue) -> Option<String> {
    read(raw).filter(|text: &String| !text.is_empty())
}

fn recipients(envelope: &Value) -> Vec<String> {
    let list = envelope.get("recipients").and_then(Value::as_array);
    list.into_iter()
        .flatten()
        .filter_map(|recipient| recipient.get("address")?.as_str())
        .map(str::to_owned)
        .collect()
}
