//! The stack's name, and the names derived from it.

use std::fmt;

use super::quoted::quoted;
use crate::digest::sha256;
use crate::finding::Finding;

/// A name that CloudFormation accepts: `[a-zA-Z][-a-zA-Z0-9]*`, 128 characters at most. Source:
/// CloudFormation API reference, `CreateStack`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StackName(String);

/// The maximum length of a function name, in characters. Source: Lambda API reference,
/// `CreateFunction`.
const MAX_FUNCTION_NAME: usize = 64;
const FUNCTION_SUFFIX: &str = "-MfsmFunction";

/// Whether CloudFormation accepts this as the name of a stack or of a change set.
pub(super) fn is_legal(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_alphabetic())
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && text.len() <= 128
}

/// A stack's name with a suffix as the name of a function. If it would be too long, the stack's name is cut and made
/// distinct by a hash.
pub(super) fn shortened(stack_name: &str, suffix: &str) -> String {
    if stack_name.len() + suffix.len() <= MAX_FUNCTION_NAME {
        return format!("{stack_name}{suffix}");
    }
    let mark = &sha256(stack_name.as_bytes())[..8];
    let room = MAX_FUNCTION_NAME - suffix.len() - mark.len() - 1;
    format!("{}-{mark}{suffix}", &stack_name[..room])
}

impl StackName {
    /// The name if none is given.
    pub const DEFAULT: &'static str = "workmail-message-flow";

    pub fn parse(text: &str) -> Result<Self, Finding> {
        if is_legal(text) {
            return Ok(Self(text.to_owned()));
        }
        Err(Finding::error(
            "stack-name",
            "--stack-name",
            format!(
                "`{}`: a stack name begins with a letter and has only the letters a-z and A-Z, \
                 digits and hyphens, 128 at most",
                quoted(text)
            ),
        ))
    }
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The function's name. It never changes for a stack name, so that `down` and `up` yield the
    /// ARN that the WorkMail rule names. Names that would be too long are cut and made distinct by
    /// a hash.
    pub fn function_name(&self) -> String {
        shortened(&self.0, FUNCTION_SUFFIX)
    }

    /// The function's log group, with the name that Lambda uses by default.
    pub fn function_log_group(&self) -> String {
        format!("/aws/lambda/{}", self.function_name())
    }

    /// The state machine's log group. Names under /aws/vendedlogs/ do not count toward the size
    /// limit of the account's log resource policy.
    pub fn state_machine_log_group(&self) -> String {
        format!("/aws/vendedlogs/states/{}", self.0)
    }
}

impl fmt::Display for StackName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_cloudformation_would_refuse_are_refused() {
        for name in ["", "1st", "-a", "a_b", "a b", "ä", "a\n", "a/b", &"a".repeat(129)] {
            assert!(StackName::parse(name).is_err(), "{name:?}");
        }
        for name in ["a", "Mail-1", &"a".repeat(128)] {
            assert!(StackName::parse(name).is_ok(), "{name:?}");
        }
    }

    #[test]
    fn function_names_fit_lambda_and_stay_distinct() {
        let name = |text: &str| StackName::parse(text).unwrap().function_name();
        assert_eq!(name("workmail-message-flow"), "workmail-message-flow-MfsmFunction");
        let longest = "a".repeat(51);
        assert_eq!(name(&longest), format!("{longest}-MfsmFunction"));
        let long = (name(&"a".repeat(127)), name(&"a".repeat(128)));
        assert_ne!(long.0, long.1);
        assert_eq!((long.0.len(), long.1.len()), (64, 64));
    }
}
