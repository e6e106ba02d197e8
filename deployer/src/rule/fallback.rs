//! The action of a rule for recipients that got no verdict.

use handler::workmail::event::Direction;
use serde::Serialize;

/// A rule's fallback action, by the names of WorkMail's console. Any action but another function.
///
/// Source: WorkMail administrator guide, "Inbound email rule actions" and "Outbound email rule actions".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Fallback {
    /// Delivered or sent as if there were no rule
    Default,
    /// Not delivered, and the sender is told
    Bounce,
    /// Not delivered, silently
    Drop,
    /// Delivered to the junk folder; inbound only
    Junk,
    /// Delivered to the inbox, spam or not; inbound only
    NeverJunk,
    /// Sent by an SMTP gateway; outbound only
    SmtpGateway,
}

impl Fallback {
    /// Whether a rule for messages of this direction can have it.
    #[must_use]
    pub fn exists_for(self, direction: Direction) -> bool {
        match self {
            Self::Default | Self::Bounce | Self::Drop => true,
            Self::Junk | Self::NeverJunk => direction == Direction::Inbound,
            Self::SmtpGateway => direction == Direction::Outbound,
        }
    }
}
