//! The name of a bucket that the deployer does not own.

use super::quoted::quoted;
use crate::finding::Finding;

/// 3 to 63 lowercase letters, digits, dots and hyphens, with a letter or digit at both ends.
/// Source: Amazon S3 user guide, "General purpose bucket naming rules".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BucketName(String);

impl BucketName {
    pub fn parse(text: &str) -> Result<Self, Finding> {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        let sound = (3..=63).contains(&text.len())
            && text.bytes().all(|byte| plain(byte) || byte == b'-' || byte == b'.')
            && text.bytes().next().is_some_and(plain)
            && text.bytes().next_back().is_some_and(plain)
            && !text.contains("..");
        if sound {
            return Ok(Self(text.to_owned()));
        }
        Err(Finding::error(
            "bucket",
            "--bucket",
            format!(
                "`{}`: a bucket's name has 3 to 63 lower-case letters, digits, dots and hyphens, and \
                 begins and ends with a letter or digit",
                quoted(text)
            ),
        ))
    }
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_the_rules_of_s3() {
        for name in ["abc", "my-artifacts.2026", &"a".repeat(63)] {
            assert_eq!(BucketName::parse(name).unwrap().as_str(), name);
        }
        for name in ["", "ab", "Abc", "-abc", "abc.", "a..b", "a_b", "a b", &"a".repeat(64)] {
            assert!(BucketName::parse(name).is_err(), "{name}");
        }
    }
}
