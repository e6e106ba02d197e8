//! A message of any mail system, and how its event shows which one it comes from.
//!
//! The shapes exclude each other. An event with the shapes of two mail systems, or of none, gets an
//! error and never an answer: Amazon SES takes every unknown answer as "continue".

use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::error::InvocationError;
use crate::on_failure::OnFailure;
use crate::ses::policy::InputPolicy;
use crate::source::{Checked, Rejected, Source, VerdictJson};
use crate::{ses, workmail};

/// The name of Amazon SES in errors.
pub const AMAZON_SES: &str = "Amazon SES";

/// The name of the other mail system in errors.
pub const AMAZON_WORKMAIL: &str = "Amazon WorkMail";

/// A message of one of the mail systems.
#[derive(Debug, Clone)]
pub enum Incoming {
    /// From Amazon WorkMail.
    WorkMail(workmail::Message),
    /// From Amazon SES.
    Ses(ses::Message),
}

/// Which mail systems may invoke the function.
#[derive(Debug, Clone, Copy)]
pub struct Admitted<'a> {
    /// Whether WorkMail may.
    pub workmail: bool,
    /// How the input for messages from SES is made, if SES may.
    pub ses: Option<&'a InputPolicy>,
}

/// An event that has the shapes of two mail systems.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the event has the shapes of two mail systems")]
struct SeveralShapes;

/// The members that show the shape of an event.
#[derive(Deserialize)]
struct Shape<'a> {
    #[serde(borrow, rename = "Records")]
    records: Option<&'a RawValue>,
    #[serde(borrow)]
    mail: Option<&'a RawValue>,
    #[serde(borrow)]
    receipt: Option<&'a RawValue>,
    #[serde(borrow, rename = "invocationId")]
    invocation_id: Option<&'a RawValue>,
}

impl Incoming {
    /// Reads an event.
    ///
    /// # Errors
    ///
    /// [`InvocationError::SourceNotEnabled`] if its mail system is not admitted, and
    /// [`InvocationError::InvalidMessage`] if it is not the event of exactly one mail system.
    pub fn read(event: Box<RawValue>, admitted: Admitted<'_>) -> Result<Self, InvocationError> {
        let Some(policy) = admitted.ses else {
            return workmail_only(event);
        };
        // An event that is not an object has none of the members.
        let shape = serde_json::from_str::<Shape>(event.get());
        let shape = shape.map_err(|error| invalid(unreadable(&error)))?;
        let bare = shape.mail.is_some() && shape.receipt.is_some();
        match (shape.records.is_some(), bare, shape.invocation_id.is_some()) {
            (true, false, false) | (false, true, false) => {
                ses::Message::parse(event.get(), policy).map(Self::Ses).map_err(invalid)
            }
            (false, false, true) if !admitted.workmail => {
                Err(InvocationError::SourceNotEnabled(AMAZON_WORKMAIL))
            }
            (false, false, true) => workmail_only(event),
            (false, false, false) => Err(invalid(ses::event::MessageFault::AnotherShape)),
            _ => Err(invalid(SeveralShapes)),
        }
    }

    /// The mail system's ID of the message.
    #[must_use]
    pub fn message_id(&self) -> Option<&str> {
        match self {
            Self::WorkMail(message) => message.message_id(),
            Self::Ses(message) => Some(message.message_id()),
        }
    }

    /// The event without addresses, subject, headers and anything unknown.
    #[must_use]
    pub fn without_content(&self) -> Value {
        match self {
            Self::WorkMail(message) => message.without_content(),
            Self::Ses(message) => message.without_content(),
        }
    }
}

fn workmail_only(event: Box<RawValue>) -> Result<Incoming, InvocationError> {
    workmail::Message::from_raw(event).map(Incoming::WorkMail).map_err(|fault| match fault {
        workmail::event::MessageFault::ShapeOfSes => InvocationError::SourceNotEnabled(AMAZON_SES),
        fault => invalid(fault),
    })
}

fn unreadable(error: &serde_json::Error) -> ses::event::MessageFault {
    ses::event::MessageFault::Unreadable { line: error.line(), column: error.column() }
}

fn invalid(fault: impl std::error::Error + Send + Sync + 'static) -> InvocationError {
    InvocationError::InvalidMessage(Box::new(fault))
}

/// The same as the message inside.
impl Source for Incoming {
    fn key(&self) -> &str {
        match self {
            Self::WorkMail(message) => message.key(),
            Self::Ses(message) => message.key(),
        }
    }

    fn input(&self) -> &str {
        match self {
            Self::WorkMail(message) => message.input(),
            Self::Ses(message) => message.input(),
        }
    }

    fn asked_again_for(&self) -> Duration {
        match self {
            Self::WorkMail(message) => message.asked_again_for(),
            Self::Ses(message) => message.asked_again_for(),
        }
    }

    fn interpret(&self, output: &str) -> Result<Checked, Rejected> {
        match self {
            Self::WorkMail(message) => message.interpret(output),
            Self::Ses(message) => message.interpret(output),
        }
    }

    fn unaffected(&self) -> VerdictJson {
        match self {
            Self::WorkMail(message) => message.unaffected(),
            Self::Ses(message) => message.unaffected(),
        }
    }

    fn by_policy(&self, policy: OnFailure) -> Option<VerdictJson> {
        match self {
            Self::WorkMail(message) => message.by_policy(policy),
            Self::Ses(message) => message.by_policy(policy),
        }
    }
}
