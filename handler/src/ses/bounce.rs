//! Who gets a bounce, and what it says.
//!
//! A bounce goes to the sender of the envelope. The null sender never gets one, because mail systems
//! would answer each other without an end, and a forged sender is a stranger.

use crate::finding::Finding;
use crate::ses::event::Message;
use crate::ses::policy::{AnswerPolicy, BounceWhen};

/// What a bounce says if the verdict does not say it.
const EXPLANATION: &str = "The recipient's message flow rejected this message.";

/// A bounce for some recipients of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bounce {
    /// The ID that SES gave the message.
    pub message_id: String,
    /// The address that the bounce comes from.
    pub sender: String,
    /// The recipients that do not get the message.
    pub recipients: Vec<String>,
    /// The text for the sender of the message.
    pub explanation: String,
}

/// The bounce for these recipients and their texts, unless the settings or the message forbid it.
pub(super) fn bounce(
    message: &Message,
    bounced: Vec<(String, Option<String>)>,
    policy: &AnswerPolicy,
    findings: &mut Vec<Finding>,
) -> Option<Bounce> {
    if bounced.is_empty() {
        return None;
    }
    let reason = match (&policy.bounce_sender, policy.bounce) {
        _ if message.sender().is_empty() => "the message has the null sender",
        (_, BounceWhen::Never) => "the setting BOUNCE is never",
        (_, BounceWhen::Authenticated) if !message.is_authenticated() => {
            "neither SPF nor DMARC passed"
        }
        (None, _) => "the setting BOUNCE_SENDER is empty",
        (Some(sender), _) => {
            return Some(Bounce {
                message_id: message.message_id().to_owned(),
                sender: sender.clone(),
                explanation: explanation(&bounced),
                recipients: bounced.into_iter().map(|(recipient, _)| recipient).collect(),
            });
        }
    };
    findings.push(Finding::warning(NOT_SENT, "$.actions", format!("no bounce: {reason}")));
    None
}

/// The code of the finding about a bounce that was not sent.
pub const NOT_SENT: &str = "bounce-not-sent";

/// One text for all recipients: each different text once, in the order of the recipients.
fn explanation(bounced: &[(String, Option<String>)]) -> String {
    let mut texts: Vec<&str> = Vec::new();
    for text in bounced.iter().map(|(_, text)| text.as_deref().unwrap_or(EXPLANATION)) {
        if !text.trim().is_empty() && !texts.contains(&text) {
            texts.push(text);
        }
    }
    if texts.is_empty() { EXPLANATION.to_owned() } else { texts.join("\n") }
}
