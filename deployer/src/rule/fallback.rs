//! The action of a rule for recipients that got no verdict.

use handler::actions::Direction;
use handler::workmail::Message;
use serde::Serialize;

use crate::finding::Finding;

/// A rule's fallback action, by the names of WorkMail's console. Any action but another function.
///
/// Source: WorkMail administrator guide, "Inbound email rule actions" and "Outbound email rule actions".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Fallback {
    /// Delivered or sent as if no rule matched
    Default,
    /// Not delivered, and the sender is notified
    Bounce,
    /// Not delivered, silently
    Drop,
    /// Delivered to the junk folder; inbound only
    Junk,
    /// Delivered to the inbox, even if it is spam; inbound only
    NeverJunk,
    /// Sent by an SMTP gateway; outbound only
    SmtpGateway,
}

impl Fallback {
    /// Whether a rule for messages of this direction can have it.
    fn exists_for(self, direction: Direction) -> bool {
        match self {
            Self::Default | Self::Bounce | Self::Drop => true,
            Self::Junk | Self::NeverJunk => direction == Direction::Inbound,
            Self::SmtpGateway => direction == Direction::Outbound,
        }
    }
}

/// Checks that a rule for the message can have the action, because any other one would only mislead.
/// `location` is where the action is set.
/// Error: a finding if no rule for messages of this direction has the action.
pub fn check_fallback(
    fallback: Option<Fallback>,
    message: Option<&Message>,
    location: impl Into<String>,
) -> Result<(), Finding> {
    match (fallback, message.and_then(Message::direction)) {
        (Some(fallback), Some(direction)) if !fallback.exists_for(direction) => {
            let sentence = "rules for messages of this direction have no such action";
            Err(Finding::error("fallback", location, sentence))
        }
        _ => Ok(()),
    }
}
