//! The verdict, in WorkMail's format.
//!
//! Deserialize only the output of [`Verdict::to_json`]. To read the output of other programs, use
//! [`interpret`](crate::actions::interpret).
//!
//! Source: WorkMail administrator guide, "Configuring AWS Lambda for Amazon WorkMail".

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::on_failure::OnFailure;
use crate::source::VerdictJson;

/// What the mail system does with a message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// At least one. Recipients that no action covers get the fallback action of the rule.
    pub actions: Vec<RecipientAction>,
}

/// An action and the recipients it is for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RecipientAction {
    /// What to do.
    pub action: Action,
    /// The addresses that the action is for. New ones are added to the message as BCC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recipients: Option<Vec<String>>,
    /// Whether the action is for all recipients that no other action names.
    #[serde(default, skip_serializing_if = "is_false")]
    pub all_recipients: bool,
}

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Action {
    /// The type of the action.
    #[serde(rename = "type")]
    pub kind: ActionType,
    /// The only documented parameter is `bounceMessage` of [`ActionType::Bounce`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parameters: Option<Map<String, Value>>,
}

/// The types of actions. No type routes a message to another server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ActionType {
    /// Not delivered, and the sender is notified.
    Bounce,
    /// Not delivered, silently.
    Drop,
    /// Delivered or sent as if no rule matched.
    Default,
    /// Inbound only: to the inbox, even if it is spam.
    BypassSpamCheck,
    /// Inbound only: to the junk folder, spam or not.
    MoveToJunk,
}

impl ActionType {
    /// Every type.
    pub const ALL: [Self; 5] =
        [Self::Bounce, Self::Drop, Self::Default, Self::BypassSpamCheck, Self::MoveToJunk];

    /// The name that WorkMail uses.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Bounce => "BOUNCE",
            Self::Drop => "DROP",
            Self::Default => "DEFAULT",
            Self::BypassSpamCheck => "BYPASS_SPAM_CHECK",
            Self::MoveToJunk => "MOVE_TO_JUNK",
        }
    }

    /// Whether WorkMail accepts it only for inbound mail.
    #[must_use]
    pub fn is_inbound_only(self) -> bool {
        matches!(self, Self::BypassSpamCheck | Self::MoveToJunk)
    }
}

impl Verdict {
    /// One action for everyone.
    #[must_use]
    pub fn for_all(kind: ActionType) -> Self {
        let action = Action { kind, parameters: None };
        Self { actions: vec![RecipientAction { action, recipients: None, all_recipients: true }] }
    }

    /// The verdict of a policy for everyone; `None` if the policy has none.
    #[must_use]
    pub fn by_policy(policy: OnFailure) -> Option<Self> {
        let kind = match policy {
            OnFailure::Retry => return None,
            OnFailure::Default => ActionType::Default,
            OnFailure::Bounce => ActionType::Bounce,
            OnFailure::Drop => ActionType::Drop,
            OnFailure::Junk => ActionType::MoveToJunk,
        };
        Some(Self::for_all(kind))
    }

    /// The names of the types of its actions, each once, however many actions have it.
    #[must_use]
    pub fn action_types(&self) -> Vec<&'static str> {
        let given = |kind: &ActionType| self.actions.iter().any(|one| one.action.kind == *kind);
        ActionType::ALL.into_iter().filter(given).map(ActionType::as_str).collect()
    }

    /// The JSON text of the answer: booleans are booleans, absent fields are absent.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("a verdict holds only strings, booleans and JSON values")
    }
}

impl From<Verdict> for VerdictJson {
    fn from(verdict: Verdict) -> Self {
        Self::from_checked(verdict.to_json(), verdict.action_types())
            .expect("a verdict is written as JSON")
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_false(flag: &bool) -> bool {
    !flag
}
