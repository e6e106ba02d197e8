//! What the language of verdicts has to know about a message: whom it is for, and what its mail
//! system accepts.

/// The direction of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// To the organization.
    Inbound,
    /// From the organization.
    Outbound,
}

impl Direction {
    /// The direction that a value of `flowDirection` names.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "INBOUND" => Some(Self::Inbound),
            "OUTBOUND" => Some(Self::Outbound),
            _ => None,
        }
    }
}

/// Whom a message is for.
#[derive(Debug, Clone, Copy)]
pub struct Audience<'a> {
    /// The recipients that the event names.
    pub recipients: &'a [String],
    /// Whether the mail system cut the list of recipients.
    pub truncated: bool,
    /// The direction of the message, if the event has it.
    pub direction: Option<Direction>,
    /// What the mail system accepts.
    pub contract: &'static Contract,
}

/// What a mail system accepts as a verdict.
#[derive(Debug, PartialEq, Eq)]
pub struct Contract {
    /// Its name.
    pub mail_system: &'static str,
    /// What applies to recipients that no action covers, as a subject of a sentence.
    pub fallback: &'static str,
    /// The limits of its answer; `None` if the verdict itself is not its answer.
    pub limits: Option<Limits>,
}

/// The limits of an answer that contains the verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The number of different actions.
    pub actions: usize,
    /// The number of recipients that the actions for an outbound message name.
    pub outbound_recipients: usize,
    /// The size of the answer, in bytes.
    pub bytes: usize,
}
