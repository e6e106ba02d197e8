//! Whether the mail system waits for a verdict.
//!
//! A synchronous rule invokes the function and does with the message what the function answers. An
//! asynchronous rule delivers the message immediately, and Lambda invokes the function with a copy
//! of the event: for metrics, notices and other work that decides nothing.
//!
//! Source: WorkMail administrator guide, "Configuring AWS Lambda for Amazon WorkMail".

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The kind of the rule that invokes the function: `RULE`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Rule {
    /// The mail system invokes until it gets a verdict.
    #[default]
    Synchronous,
    /// The mail system waits for nothing. Lambda retries an invocation that fails.
    Asynchronous,
}

impl Rule {
    /// Every kind, in the order the documentation lists them.
    pub const ALL: [Self; 2] = [Self::Synchronous, Self::Asynchronous];

    /// The value in the configuration.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Synchronous => "synchronous",
            Self::Asynchronous => "asynchronous",
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A value that is not the name of a kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not one of synchronous, asynchronous")]
pub struct UnknownRule(pub String);

impl FromStr for Rule {
    type Err = UnknownRule;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|rule| rule.as_str() == word)
            .ok_or_else(|| UnknownRule(word.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_read_back_from_its_word() {
        for rule in Rule::ALL {
            assert_eq!(rule.as_str().parse(), Ok(rule));
        }
        assert_eq!("async".parse::<Rule>(), Err(UnknownRule("async".to_owned())));
    }
}
