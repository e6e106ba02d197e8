//! The name of a bucket that the deployer does not own.

use super::quoted::quoted;
use crate::finding::Finding;

/// The beginnings and ends that S3 reserves.
const RESERVED_BEGINNINGS: [&str; 3] = ["xn--", "sthree-", "amzn-s3-demo-"];
const RESERVED_ENDS: [&str; 5] = ["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"];

/// 3 to 63 lowercase letters, digits, dots and hyphens, with a letter or digit at both ends.
/// Source: Amazon S3 user guide, "General purpose bucket naming rules".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BucketName(String);

impl BucketName {
    /// Reads a name, which is the value of this option.
    pub fn parse(text: &str, option: &'static str) -> Result<Self, Finding> {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        let sound = (3..=63).contains(&text.len())
            && text.bytes().all(|byte| plain(byte) || byte == b'-' || byte == b'.')
            && text.bytes().next().is_some_and(plain)
            && text.bytes().next_back().is_some_and(plain)
            && !text.contains("..");
        let fault = |rule: String| {
            let sentence = format!("`{}`: {rule}", quoted(text));
            Err(Finding::error(option, format!("--{option}"), sentence))
        };
        if !sound {
            return fault(
                "a bucket's name has 3 to 63 lower-case letters, digits, dots and hyphens, and \
                 begins and ends with a letter or digit"
                    .to_owned(),
            );
        }
        if text.parse::<std::net::Ipv4Addr>().is_ok() {
            return fault("a bucket's name must not look like an IP address".to_owned());
        }
        if let Some(start) = RESERVED_BEGINNINGS.iter().find(|start| text.starts_with(**start)) {
            return fault(format!("names that begin with {start} are reserved by S3"));
        }
        if let Some(end) = RESERVED_ENDS.iter().find(|end| text.ends_with(**end)) {
            return fault(format!("names that end with {end} are reserved by S3"));
        }
        Ok(Self(text.to_owned()))
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
            assert_eq!(BucketName::parse(name, "bucket").unwrap().as_str(), name);
        }
        let long = "a".repeat(64);
        for name in ["", "ab", "Abc", "-abc", "abc.", "a..b", "a_b", "a b", &long] {
            let fault = BucketName::parse(name, "bucket").unwrap_err();
            assert!(fault.sentence.contains("3 to 63"), "{name}");
        }
        for name in ["192.168.5.4", "xn--abc", "sthree-abc", "abc-s3alias", "abc--x-s3"] {
            assert!(BucketName::parse(name, "bucket").is_err(), "{name}");
        }
    }
}
