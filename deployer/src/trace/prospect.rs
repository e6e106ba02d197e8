//! What WorkMail's answer for a message will be after its execution is stopped or redriven.

use handler::on_failure::OnFailure;
use handler::rule::Rule;
use handler::source::Source;
use jiff::Timestamp;

use super::verdict::{MessageOutcome, message, message_outcome};
use super::{MessageRecord, timeline::end};
use crate::installation::HandlerSettings;

/// What WorkMail gets for a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prospect {
    /// Nothing: the rule is asynchronous, and the message was delivered immediately.
    Delivered,
    /// The verdict that there is already. The execution does not change it.
    Verdict,
    /// Nothing: WorkMail no longer retries. Without a verdict, the rule's fallback action applied.
    Over,
    /// The verdict of the policy `on-failure`, when it retries.
    Policy(OnFailure),
    /// No verdict: it retries until the rule's timeout, then applies the fallback action.
    None,
    /// What `on-failure` says, which could not be read.
    Unknown,
    /// What the redriven execution decides, if it does so in time.
    Execution,
}

impl Prospect {
    /// Its name in JSON output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Delivered => "delivered",
            Self::Verdict => "verdict",
            Self::Over => "over",
            Self::Policy(_) => "policy",
            Self::None => "none",
            Self::Unknown => "unknown",
            Self::Execution => "execution",
        }
    }
}

/// After a stop. `settings` are those of the handler, if they are known.
pub fn after_stop(
    record: &MessageRecord,
    settings: Option<HandlerSettings>,
    now: Timestamp,
) -> Prospect {
    if let Some(settled) = settled(record, settings, now) {
        return settled;
    }
    match settings.map(|settings| settings.on_failure) {
        None => Prospect::Unknown,
        Some(OnFailure::Retry) => Prospect::None,
        // A policy that WorkMail does not know for the direction of the message gives no verdict.
        Some(policy) => match message(record).map(|message| message.by_policy(policy)) {
            Some(None) => Prospect::None,
            _ => Prospect::Policy(policy),
        },
    }
}

/// After a redrive.
pub fn after_redrive(
    record: &MessageRecord,
    settings: Option<HandlerSettings>,
    now: Timestamp,
) -> Prospect {
    settled(record, settings, now).unwrap_or(Prospect::Execution)
}

/// What no execution can change anymore.
fn settled(
    record: &MessageRecord,
    settings: Option<HandlerSettings>,
    now: Timestamp,
) -> Option<Prospect> {
    // The lines say under which rule the message came; the setting can have changed since.
    let asynchronous = match record.lines.is_empty() {
        true => settings.is_some_and(|settings| settings.rule == Rule::Asynchronous),
        false => record.lines.iter().any(|(_, line)| line.is_asynchronous()),
    };
    if asynchronous {
        return Some(Prospect::Delivered);
    }
    let answered = record.lines.iter().any(|(_, line)| line.is_answer());
    let decided = matches!(message_outcome(record, false), MessageOutcome::Decided { .. });
    let over = record.asked_until().is_some_and(|until| until <= now);
    match (answered || decided, over) {
        (true, _) => Some(Prospect::Verdict),
        (false, true) => Some(Prospect::Over),
        (false, false) => None,
    }
}

/// How an execution ended, in Step Functions' word; `None` if it runs.
pub fn ended(record: &MessageRecord) -> Option<&'static str> {
    end(&record.history.as_ref()?.last()?.kind)
}
