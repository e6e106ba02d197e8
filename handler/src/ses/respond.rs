//! The answer to SES: one disposition for the whole message, and who gets a bounce.
//!
//! SES takes any other answer, even `null` or a verdict in WorkMail's format, as "continue", which
//! delivers the message. So an answer to SES has a type of its own.
//!
//! Source: Amazon SES developer guide, "Invoke Lambda function action".

use serde::Serialize;

use crate::actions::effects::{Effect, effects};
use crate::actions::verdict::{ActionType, Verdict};
use crate::finding::Finding;
use crate::ses::bounce::{Bounce, bounce};
use crate::ses::event::Message;
use crate::ses::policy::{AnswerPolicy, Passing};

/// What SES does with the rest of its rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Disposition {
    /// The next action of the rule runs.
    Continue,
    /// No further action of this rule runs.
    StopRule,
    /// No further action of this rule and no further rule of the rule set runs.
    StopRuleSet,
}

impl Disposition {
    /// Every disposition.
    pub const ALL: [Self; 3] = [Self::Continue, Self::StopRule, Self::StopRuleSet];

    /// The word that SES knows.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Continue => "CONTINUE",
            Self::StopRule => "STOP_RULE",
            Self::StopRuleSet => "STOP_RULE_SET",
        }
    }
}

/// The codes of the findings about a verdict that SES cannot carry out as it is.
pub const INEXPRESSIBLE: [&str; 4] =
    ["mixed-verdict", "no-junk-folder", "recipient-not-added", "spam-check-not-bypassed"];

/// What to do about a message: the answer, and what must happen before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// The answer.
    pub disposition: Disposition,
    /// The bounce to send before the answer.
    pub bounce: Option<Bounce>,
    /// What the verdict asks for and SES cannot do. Warnings only.
    pub findings: Vec<Finding>,
}

/// What happens for one recipient.
enum Fate {
    Delivered,
    Dropped,
    Bounced { recipient: String, text: Option<String> },
}

/// Translates a verdict.
///
/// | what the recipients get | disposition |
/// | --- | --- |
/// | all get the message | `CONTINUE` |
/// | none gets it | the one that stops, and a bounce for those to be bounced |
/// | some get it | as `MIXED` says: `CONTINUE` and no bounce, or as if none got it |
#[must_use]
pub fn respond(message: &Message, verdict: &Verdict, policy: &AnswerPolicy) -> Response {
    let mut findings = Vec::new();
    let fates: Vec<Fate> = effects(message.audience(), Some(verdict))
        .into_iter()
        .filter_map(|effect| fate(effect, policy, &mut findings))
        .collect();
    let delivered = fates.iter().filter(|fate| matches!(fate, Fate::Delivered)).count();
    let passes = match (delivered, fates.len()) {
        (0, _) => Passing::Stop,
        (some, all) if some == all => Passing::Deliver,
        (some, all) => {
            let sentence = format!(
                "{some} of {all} recipients get the message; SES decides for all of them together"
            );
            findings.push(Finding::warning("mixed-verdict", "$.actions", sentence));
            policy.mixed
        }
    };
    if passes == Passing::Deliver {
        return Response { disposition: Disposition::Continue, bounce: None, findings };
    }
    let bounced: Vec<(String, Option<String>)> = fates
        .into_iter()
        .filter_map(|fate| match fate {
            Fate::Bounced { recipient, text } => Some((recipient, text)),
            Fate::Delivered | Fate::Dropped => None,
        })
        .collect();
    let bounce = bounce(message, bounced, policy, &mut findings);
    Response { disposition: policy.stop, bounce, findings }
}

/// What happens for a recipient; `None` for one that the verdict adds, because SES cannot.
///
/// If several actions name a recipient, the first one counts. The check of the verdict has a warning
/// about them.
fn fate(effect: Effect, policy: &AnswerPolicy, findings: &mut Vec<Finding>) -> Option<Fate> {
    let mut cannot = |code, sentence: &str| {
        if !findings.iter().any(|finding| finding.code == code) {
            findings.push(Finding::warning(code, "$.actions", sentence));
        }
    };
    if effect.added {
        cannot("recipient-not-added", "SES cannot add recipients to a message");
        return None;
    }
    let Some(action) = effect.actions.into_iter().next() else {
        return Some(by(policy.fallback));
    };
    Some(match action.kind {
        ActionType::Default => Fate::Delivered,
        ActionType::Drop => Fate::Dropped,
        ActionType::Bounce => {
            let text = action.parameters.as_ref().and_then(|all| all.get("bounceMessage"));
            let text = text.and_then(|text| text.as_str()).map(str::to_owned);
            Fate::Bounced { recipient: effect.recipient.unwrap_or_default(), text }
        }
        ActionType::BypassSpamCheck => {
            cannot("spam-check-not-bypassed", "SES cannot bypass the spam check of a mailbox");
            Fate::Delivered
        }
        ActionType::MoveToJunk => {
            cannot("no-junk-folder", "SES has no junk folder; the setting JUNK_AS applies");
            by(policy.junk_as)
        }
    })
}

fn by(passing: Passing) -> Fate {
    match passing {
        Passing::Deliver => Fate::Delivered,
        Passing::Stop => Fate::Dropped,
    }
}
