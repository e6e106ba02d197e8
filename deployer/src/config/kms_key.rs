//! Keys of AWS KMS: the one that encrypts artifacts, and the one that encrypts what the stack stores.

use clap::Args as ClapArgs;
use serde::{Deserialize, Serialize};

use super::Organizations;
use super::quoted::quoted;
use crate::finding::Finding;

/// The key of what the stack stores, as an option.
#[derive(Debug, Clone, Default, ClapArgs, Serialize, Deserialize)]
pub struct StackKeyArgs {
    /// ARN of the KMS key that encrypts the deduplication table, the logs, and the environment variables of
    /// functions [default: keys that AWS owns]
    #[arg(long, value_name = "KEY_ARN")]
    pub kms_key: Option<String>,
}

/// The ARN of a KMS key for the table, the logs, and the environment of a stack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StackKey(String);

impl StackKey {
    /// Reads the option, for a stack in the region of these organizations. Lambda and CloudWatch Logs
    /// take neither a key ID nor an alias. Source: Lambda API reference, `CreateFunction`,
    /// `KMSKeyArn`; CloudWatch Logs API reference, `AssociateKmsKey`, `kmsKeyId`.
    /// Error: a finding if AWS would refuse it.
    pub fn parse(
        args: &StackKeyArgs,
        organizations: Option<&Organizations>,
    ) -> Result<Option<Self>, Vec<Finding>> {
        let region = organizations.map(Organizations::region);
        let key = args.kms_key.as_deref().map(|text| Self::read(text, region)).transpose();
        key.map_err(|finding| vec![finding])
    }

    fn read(text: &str, region: Option<&str>) -> Result<Self, Finding> {
        let fault = |sentence: String| Err(Finding::error("kms-key", "--kms-key", sentence));
        let home = match text.splitn(6, ':').collect::<Vec<_>>()[..] {
            ["arn", "aws", "kms", home, account, name]
                if is_account(account) && name.strip_prefix("key/").is_some_and(is_key_id) =>
            {
                home
            }
            _ => {
                return fault(format!(
                    "`{}` is not the ARN of a KMS key, such as \
                     arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab; only \
                     --artifact-kms-key takes a key ID or an alias",
                    quoted(text)
                ));
            }
        };
        match region {
            Some(region) if home != region => fault(format!(
                "the key is in `{}`, but the stack is in {region}, and AWS encrypts with keys of the \
                 same region only",
                quoted(home)
            )),
            _ => Ok(Self(text.to_owned())),
        }
    }

    pub fn arn(&self) -> &str {
        &self.0
    }
}

/// A key of AWS KMS, as S3 accepts it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KmsKey(String);

/// The longest value of a tag, in which the bucket's key is recorded. The ARN of a key is shorter.
const MAX_LENGTH: usize = 256;

impl KmsKey {
    /// Reads a key for objects in `region`. Source: KMS developer guide, "Key identifiers (KeyId)"; S3 API
    /// reference, `PutObject`, `x-amz-server-side-encryption-aws-kms-key-id`.
    pub fn parse(text: &str, region: Option<&str>) -> Result<Self, Finding> {
        let fault = |sentence: String| {
            Err(Finding::error("artifact-kms-key", "--artifact-kms-key", sentence))
        };
        let (home, name) = match text.splitn(6, ':').collect::<Vec<_>>()[..] {
            ["arn", "aws", "kms", home, account, name] if is_account(account) => {
                // An ARN says which kind of name it has.
                let id = name.strip_prefix("key/").filter(|id| is_key_id(id));
                (Some(home), id.or(Some(name).filter(|name| is_alias(name))))
            }
            _ => (None, Some(text).filter(|text| is_key_id(text) || is_alias(text))),
        };
        if name.is_none() || text.len() > MAX_LENGTH {
            return fault(format!(
                "`{}` is not a KMS key, which is a key ID such as \
                 1234abcd-12ab-34cd-56ef-1234567890ab, an alias such as alias/mail, or the ARN of either, \
                 with up to {MAX_LENGTH} characters",
                quoted(text)
            ));
        }
        match (home, region) {
            (Some(home), Some(region)) if home != region => fault(format!(
                "the key is in `{}`, but S3 encrypts objects in {region} with keys of {region} only",
                quoted(home)
            )),
            _ => Ok(Self(text.to_owned())),
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The ARN of the key, for policies; of every key, if only an alias is known.
    pub fn arn(&self, region: &str, account: &str) -> String {
        match (self.alias(), self.0.starts_with("arn:")) {
            (None, true) => self.0.clone(),
            (None, false) => format!("arn:aws:kms:{region}:{account}:key/{}", self.0),
            (Some(_), true) => {
                let account = self.0.split(':').nth(4).unwrap_or(account);
                format!("arn:aws:kms:{region}:{account}:key/*")
            }
            (Some(_), false) => format!("arn:aws:kms:{region}:{account}:key/*"),
        }
    }

    /// The name of the alias, if it is one.
    pub fn alias(&self) -> Option<&str> {
        let name = self.0.rsplit(':').next().unwrap_or_default();
        name.starts_with("alias/").then_some(name)
    }
}

fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_key_id(text: &str) -> bool {
    let hex = |part: &str, length: usize| {
        part.len() == length && part.bytes().all(|byte| byte.is_ascii_hexdigit())
    };
    match text.strip_prefix("mrk-") {
        Some(multi_region) => hex(multi_region, 32),
        None => match text.split('-').collect::<Vec<_>>()[..] {
            [a, b, c, d, e] => hex(a, 8) && hex(b, 4) && hex(c, 4) && hex(d, 4) && hex(e, 12),
            _ => false,
        },
    }
}

fn is_alias(text: &str) -> bool {
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || b"/_-".contains(&byte);
    text.strip_prefix("alias/").is_some_and(|name| !name.is_empty() && name.bytes().all(legal))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "1234abcd-12ab-34cd-56ef-1234567890ab";

    fn parse(text: &str) -> Result<KmsKey, Finding> {
        KmsKey::parse(text, Some("us-east-1"))
    }

    #[test]
    fn a_key_is_an_id_an_alias_or_an_arn_in_the_region_of_the_bucket() {
        let arn = |name: &str| format!("arn:aws:kms:us-east-1:123456789012:{name}");
        let multi_region = format!("mrk-{}", "0a".repeat(16));
        for (text, resource, alias) in [
            (ID.to_owned(), arn(&format!("key/{ID}")), None),
            (arn(&format!("key/{ID}")), arn(&format!("key/{ID}")), None),
            (multi_region.clone(), arn(&format!("key/{multi_region}")), None),
            ("alias/mail/a_b-c".to_owned(), arn("key/*"), Some("alias/mail/a_b-c")),
            (arn("alias/mail"), arn("key/*"), Some("alias/mail")),
        ] {
            let key = parse(&text).unwrap();
            assert_eq!(key.as_str(), text);
            assert_eq!(key.arn("us-east-1", "123456789012"), resource);
            assert_eq!(key.alias(), alias);
        }
        let other = "arn:aws:kms:us-east-1:111122223333:alias/mail";
        let resource = "arn:aws:kms:us-east-1:111122223333:key/*";
        assert_eq!(parse(other).unwrap().arn("us-east-1", "123456789012"), resource);
    }

    #[test]
    fn what_is_no_key_is_refused() {
        let long = format!("alias/{}", "a".repeat(251));
        for text in [
            "",
            "mail",
            "alias/",
            "alias/a b",
            "alias/${x}",
            "1234abcd",
            "arn:aws:kms:us-east-1:123456789012:key/mail",
            "arn:aws:kms:us-east-1:1234:key/1234abcd-12ab-34cd-56ef-1234567890ab",
            "arn:aws:s3:::bucket",
            "arn:aws:kms:us-east-1:123456789012:1234abcd-12ab-34cd-56ef-1234567890ab",
            &long,
        ] {
            assert!(parse(text).unwrap_err().sentence.contains("is not a KMS key"), "{text}");
        }
        let elsewhere = parse(&format!("arn:aws:kms:eu-west-1:123456789012:key/{ID}")).unwrap_err();
        assert!(elsewhere.sentence.contains("the key is in `eu-west-1`"), "{elsewhere}");
    }

    #[test]
    fn the_key_of_a_stack_is_an_arn_in_its_region() {
        let arn = format!("arn:aws:kms:us-east-1:123456789012:key/{ID}");
        let read = |text: &str| StackKey::read(text, Some("us-east-1"));
        assert_eq!(read(&arn).unwrap().arn(), arn);
        let multi_region =
            format!("arn:aws:kms:us-east-1:123456789012:key/mrk-{}", "0a".repeat(16));
        assert_eq!(read(&multi_region).unwrap().arn(), multi_region);
        for text in [
            "",
            ID,
            "alias/mail",
            "arn:aws:kms:us-east-1:123456789012:alias/mail",
            "arn:aws-cn:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
            "arn:aws:kms:us-east-1:123456789012:key/${x}",
            "arn:aws:kms:us-east-1:1:key/1234abcd-12ab-34cd-56ef-1234567890ab",
        ] {
            assert!(read(text).unwrap_err().sentence.contains("is not the ARN"), "{text}");
        }
        let elsewhere = read(&arn.replace("us-east-1", "eu-west-1")).unwrap_err();
        assert!(elsewhere.sentence.contains("the key is in `eu-west-1`"), "{elsewhere}");
    }
}
