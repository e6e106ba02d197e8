//! What the policy of a KMS key must allow CloudWatch Logs, so that log groups can be encrypted with the key.
//!
//! The key belongs to the user, so the deployer prints the statement and changes no key. All other
//! services use the key with the rights of a principal of the account, which a key's default policy
//! leaves to IAM. Source: CloudWatch Logs user guide, "Encrypt log data in CloudWatch Logs using AWS
//! Key Management Service"; KMS developer guide, "Default key policy".

use serde_json::json;

use super::policy::Policy;
use super::scope::{Scope, Site};

/// The document with the one statement. In a key's policy, the resource `*` is that key.
pub fn key_policy(site: &Site<'_>) -> Policy {
    let groups = Scope::LogGroups.resources(site);
    let groups: Vec<&String> = groups.iter().filter(|arn| !arn.ends_with(":*")).collect();
    Policy::of(&[json!({
        "Sid": "MessageFlowLogs",
        "Effect": "Allow",
        "Principal": { "Service": format!("logs.{}.amazonaws.com", site.organizations.region()) },
        "Action": [
            "kms:Decrypt*",
            "kms:Describe*",
            "kms:Encrypt*",
            "kms:GenerateDataKey*",
            "kms:ReEncrypt*",
        ],
        "Resource": "*",
        "Condition": { "ArnEquals": { "kms:EncryptionContext:aws:logs:arn": groups } },
    })])
}
