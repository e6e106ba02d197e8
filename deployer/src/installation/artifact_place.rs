//! Where artifacts are stored.

use serde_json::Value;

use super::logical_ids::FUNCTION;
use crate::config::{BucketName, StackName};

/// Where a stack's artifacts are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArtifactPlace {
    pub bucket: String,
    /// The account that owns it.
    pub owner: String,
    /// The prefix of the stack's objects.
    pub prefix: String,
    /// Whether the bucket is the user's own: then the deployer does not create, configure, empty,
    /// or remove it.
    pub is_given: bool,
}

/// The prefix of all objects in a bucket that is not the deployer's.
const GIVEN: &str = "message-flow-artifacts/";

impl ArtifactPlace {
    /// The place for a stack in an account and region: the deployer's bucket, unless another one is given.
    pub fn new(
        account: String,
        region: &str,
        stack_name: &StackName,
        given: Option<&BucketName>,
    ) -> Self {
        Self::named(account, region, stack_name.as_str(), given.map(BucketName::as_str))
    }

    fn named(account: String, region: &str, stack_name: &str, given: Option<&str>) -> Self {
        let own = bucket_name(&account, region);
        let given = given.filter(|given| *given != own);
        let prefix = if given.is_some() { GIVEN } else { "" };
        Self {
            bucket: given.map_or(own, str::to_owned),
            owner: account,
            prefix: format!("{prefix}{stack_name}/"),
            is_given: given.is_some(),
        }
    }

    /// The key of an object in this place.
    pub fn key(&self, sha256: &str, kms_key: Option<&str>, extension: &str) -> String {
        format!("{}{}", self.prefix, artifact_name(sha256, kms_key, extension))
    }

    /// The digest of the content that an artifact has to have, as its key says.
    pub fn digest(&self, key: &str) -> Option<String> {
        let name = key.strip_prefix(&self.prefix).filter(|name| is_artifact_name(name))?;
        Some(name[..DIGEST_DIGITS].to_owned())
    }

    /// The place of the artifacts of a deployed stack of the deployer, and the key of its handler.
    pub fn deployed(
        account: &str,
        region: &str,
        stack_name: &str,
        template: &Value,
    ) -> Option<(Self, String)> {
        let code = template.pointer(&format!("/Resources/{FUNCTION}/Properties/Code"))?;
        let (bucket, key) = (code["S3Bucket"].as_str()?, code["S3Key"].as_str()?);
        let place = Self::named(account.to_owned(), region, stack_name, Some(bucket));
        Some((place, key.to_owned()))
    }

    /// Whether an object is one of the stack's artifacts. In a user's own bucket, others may put
    /// objects under the same prefix.
    pub fn has(&self, key: &str) -> bool {
        let Some(name) = key.strip_prefix(&self.prefix) else { return false };
        !self.is_given || is_artifact_name(name)
    }
}

/// The name of an artifact below its prefix. Objects that are encrypted with different keys have different names,
/// so that a change of the key makes new ones.
fn artifact_name(sha256: &str, kms_key: Option<&str>, extension: &str) -> String {
    let key =
        kms_key.map(|key| format!("-{}", &crate::digest::sha256(key.as_bytes())[..KEY_DIGITS]));
    format!("{sha256}{}.{extension}", key.unwrap_or_default())
}

/// The hexadecimal digits of a digest.
const DIGEST_DIGITS: usize = 64;
/// The hexadecimal digits that represent a key.
const KEY_DIGITS: usize = 8;

fn is_artifact_name(name: &str) -> bool {
    let Some((digests, extension)) = name.split_once('.') else { return false };
    let hex = |text: &str, length: usize| {
        text.len() == length && text.bytes().all(|byte| byte.is_ascii_hexdigit())
    };
    let (content, key) = digests.split_once('-').map_or((digests, None), |(a, b)| (a, Some(b)));
    matches!(extension, "zip" | "template.json")
        && hex(content, DIGEST_DIGITS)
        && key.is_none_or(|key| hex(key, KEY_DIGITS))
}

/// The name of the artifact bucket of an account and region.
pub fn bucket_name(account: &str, region: &str) -> String {
    format!("message-flow-artifacts-{account}-{region}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(given: Option<&str>) -> ArtifactPlace {
        let name = StackName::parse("mail").unwrap();
        let given = given.map(|given| BucketName::parse(given, "artifact-bucket").unwrap());
        ArtifactPlace::new("123456789012".to_owned(), "us-east-1", &name, given.as_ref())
    }

    #[test]
    fn in_a_given_bucket_only_artifacts_count() {
        let given = place(Some("company"));
        let plain = artifact_name(&"0a".repeat(32), None, "zip");
        let encrypted = artifact_name(&"0a".repeat(32), Some("alias/mail"), "template.json");
        for name in [&plain, &encrypted] {
            let key = format!("message-flow-artifacts/mail/{name}");
            assert!(given.has(&key), "{name}");
            assert_eq!(given.digest(&key), Some("0a".repeat(32)));
            assert_eq!(place(None).digest(&key), None);
            assert!(!given.has(&format!("mail/{name}")), "{name}");
            assert!(place(None).has(&format!("mail/{name}")), "{name}");
        }
        for other in ["notes.txt", "0a.zip", "a/b.zip", ""] {
            assert!(!given.has(&format!("message-flow-artifacts/mail/{other}")), "{other}");
            assert!(place(None).has(&format!("mail/{other}")), "{other}");
        }
    }

    #[test]
    fn the_deployers_own_bucket_is_not_a_given_one() {
        let own = bucket_name("123456789012", "us-east-1");
        assert_eq!(place(Some(&own)), place(None));
        let template = serde_json::json!({"Resources": {"MfsmFunction": {"Properties": {"Code": {
            "S3Bucket": own, "S3Key": "mail/k"}}}}});
        let deployed = ArtifactPlace::deployed("123456789012", "us-east-1", "mail", &template);
        assert_eq!(deployed, Some((place(None), "mail/k".to_owned())));
    }
}
