//! Checks whether the KMS key of what the stack stores can be used.

use super::{Check, Target};
use cloud::{Cloud, EncryptionKey};

const NAME: &str = "kms-key";

/// Whether the key exists and is enabled; nothing if no key is set.
pub(super) async fn check(cloud: &Cloud, target: &Target<'_>) -> Vec<Check> {
    let Some(key) = target.key else {
        return Vec::new();
    };
    let arn = key.arn();
    let state = match cloud.keys.key(arn).await {
        Ok(None) => Check::error(NAME, format!("there is no key {arn}"))
            .hint("correct --kms-key, or create the key"),
        Ok(Some(EncryptionKey { is_symmetric: false, .. })) => {
            Check::error(NAME, format!("{arn} is not a key for symmetric encryption"))
                .hint("AWS services encrypt only with symmetric keys: choose another one")
        }
        // Source: KMS developer guide, "Key states of AWS KMS keys".
        Ok(Some(EncryptionKey { state, .. })) if state == "Enabled" => {
            let policy = target.next.code(&["permissions", "--for", "kms-key"]);
            let sentence = "whether its policy lets CloudWatch Logs use it, only `up` shows";
            return vec![
                Check::ok(NAME, format!("{arn} is enabled")),
                Check::could_not_tell(NAME, sentence)
                    .hint(format!("{policy} prints the statement that the policy needs")),
            ];
        }
        Ok(Some(EncryptionKey { state, .. })) => {
            let state = state.escape_debug().to_string();
            let id = arn.rsplit('/').next().unwrap_or_default();
            let region = &cloud.region;
            let hint = match state.as_str() {
                "PendingDeletion" => format!(
                    "to keep it: `aws kms cancel-key-deletion --region {region} --key-id {id}`, and \
                     then `aws kms enable-key --region {region} --key-id {id}`"
                ),
                _ => format!("to enable it: `aws kms enable-key --region {region} --key-id {id}`"),
            };
            Check::error(NAME, format!("{arn} is not enabled: {state}")).hint(hint)
        }
        Err(error) => {
            Check::refused(NAME, &error).hint("the credentials need kms:DescribeKey on it")
        }
    };
    vec![state]
}
