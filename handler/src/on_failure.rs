//! The operator's policy for executions that fail and outputs that are not a valid verdict.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What to do when the state machine did not decide: `ON_FAILURE`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OnFailure {
    /// Answer with an error, so that the mail system retries until it times out.
    #[default]
    Retry,
    /// Deliver or send the mail as if no rule matched.
    Default,
    /// Reject the mail and notify the sender.
    Bounce,
    /// Discard the mail silently.
    Drop,
    /// Deliver to the junk folder (inbound mail only).
    Junk,
}

impl OnFailure {
    /// Every policy, in the order the documentation lists them.
    pub const ALL: [Self; 5] = [Self::Retry, Self::Default, Self::Bounce, Self::Drop, Self::Junk];

    /// The value in the configuration.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Retry => "retry",
            Self::Default => "default",
            Self::Bounce => "bounce",
            Self::Drop => "drop",
            Self::Junk => "junk",
        }
    }
}

impl fmt::Display for OnFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A value that is not the name of a policy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not one of retry, default, bounce, drop, junk")]
pub struct UnknownPolicy(pub String);

impl FromStr for OnFailure {
    type Err = UnknownPolicy;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|policy| policy.as_str() == word)
            .ok_or_else(|| UnknownPolicy(word.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_policy_is_read_back_from_its_word() {
        for policy in OnFailure::ALL {
            assert_eq!(policy.as_str().parse(), Ok(policy));
        }
        assert_eq!("fail".parse::<OnFailure>(), Err(UnknownPolicy("fail".to_owned())));
    }
}
