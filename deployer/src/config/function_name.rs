//! The name of a Lambda function that a flow brings, and the names derived from it.

use std::fmt;

use super::quoted::quoted;
use super::stack_name::shortened;
use crate::finding::Finding;

/// The name of a function's folder: words of small letters and digits, each beginning with a letter, with hyphens
/// between them, [`MAX_LENGTH`] characters at most. So each name has logical ids of its own.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FunctionName(String);

/// Leaves half of what Lambda accepts (64 characters) to the name of the stack.
/// Source: Lambda API reference, `CreateFunction`, `FunctionName`.
const MAX_LENGTH: usize = 32;

/// The logical ids of a function and of what belongs to it; each is followed by the function's name.
const FUNCTION: &str = "MfsmFlowFunction";
const ROLE: &str = "MfsmFlowRole";
const LOG_GROUP: &str = "MfsmFlowLogGroup";

impl FunctionName {
    /// Fails when a folder cannot have this name.
    pub fn parse(text: &str) -> Result<Self, Finding> {
        let is_word = |word: &str| {
            word.starts_with(|first: char| first.is_ascii_lowercase())
                && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        };
        if text.len() <= MAX_LENGTH && text.split('-').all(is_word) {
            return Ok(Self(text.to_owned()));
        }
        let sentence = format!(
            "`{}`: the name of a function consists of words of the letters a-z and digits, each \
             beginning with a letter, with hyphens between them, {MAX_LENGTH} characters at most",
            quoted(text)
        );
        Err(Finding::error("function-name", "$", sentence)
            .fix("such as `translate` or `add-footer`"))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What Lambda calls the function in a stack. Long names of stacks are shortened and made distinct by a hash.
    pub fn in_stack(&self, stack_name: &str) -> String {
        shortened(stack_name, &format!("-{}", self.0))
    }

    /// Its log group in a stack, with the name that Lambda uses by default.
    pub fn log_group(&self, stack_name: &str) -> String {
        format!("/aws/lambda/{}", self.in_stack(stack_name))
    }

    /// The logical id of the function.
    pub fn function_id(&self) -> String {
        self.logical_id(FUNCTION)
    }

    /// The logical id of its role.
    pub fn role_id(&self) -> String {
        self.logical_id(ROLE)
    }

    /// The logical id of its log group.
    pub fn log_group_id(&self) -> String {
        self.logical_id(LOG_GROUP)
    }

    /// The name of the function that has this logical id.
    pub fn of_function_id(logical_id: &str) -> Option<Self> {
        let words = logical_id.strip_prefix(FUNCTION)?;
        let mut name = String::new();
        for char in words.chars() {
            if char.is_ascii_uppercase() && !name.is_empty() {
                name.push('-');
            }
            name.push(char.to_ascii_lowercase());
        }
        Self::parse(&name).ok().filter(|name| name.function_id() == logical_id)
    }

    fn logical_id(&self, kind: &str) -> String {
        let capitalized = |word: &str| word[..1].to_ascii_uppercase() + &word[1..];
        let words: String = self.0.split('-').map(capitalized).collect();
        format!("{kind}{words}")
    }
}

impl fmt::Display for FunctionName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_logical_ids_of_its_own() {
        for name in ["a", "add-footer", "b2b", &"a".repeat(32)] {
            let name = FunctionName::parse(name).unwrap();
            assert_eq!(FunctionName::of_function_id(&name.function_id()), Some(name));
        }
        let footer = FunctionName::parse("add-footer").unwrap();
        assert_eq!(footer.function_id(), "MfsmFlowFunctionAddFooter");
        assert_eq!(footer.role_id(), "MfsmFlowRoleAddFooter");
        for other in ["MfsmFunction", "MfsmFlowFunction", "MfsmFlowFunctiona", "MfsmFlowRoleA"] {
            assert_eq!(FunctionName::of_function_id(other), None, "{other}");
        }
    }

    #[test]
    fn other_names_are_refused() {
        for name in [
            "",
            "-",
            "a-",
            "-a",
            "a--b",
            "A",
            "a_b",
            "a b",
            "1a",
            "a-1",
            "ä",
            "a/b",
            "..",
            &"a".repeat(33),
        ] {
            assert!(FunctionName::parse(name).is_err(), "{name}");
        }
    }

    #[test]
    fn in_a_stack_with_a_long_name_the_name_fits_lambda() {
        let name = FunctionName::parse("translate").unwrap();
        assert_eq!(name.in_stack("mail"), "mail-translate");
        let (one, other) = (name.in_stack(&"a".repeat(127)), name.in_stack(&"a".repeat(128)));
        assert!(one.len() == 64 && one != other && one.ends_with("-translate"), "{one}");
        assert_eq!(name.log_group("mail"), "/aws/lambda/mail-translate");
    }
}
