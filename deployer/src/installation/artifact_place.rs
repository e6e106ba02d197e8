//! Where artifacts are stored.

use crate::config::StackName;

/// Where a stack's artifacts are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArtifactPlace {
    pub bucket: String,
    /// The account that owns it.
    pub owner: String,
    /// The prefix of the stack's objects.
    pub prefix: String,
}

impl ArtifactPlace {
    /// The place for a stack in an account and region.
    pub fn new(account: String, region: &str, stack_name: &StackName) -> Self {
        let bucket = bucket_name(&account, region);
        Self { bucket, owner: account, prefix: prefix(stack_name) }
    }
}

/// The name of the artifact bucket of an account and region.
pub fn bucket_name(account: &str, region: &str) -> String {
    format!("message-flow-artifacts-{account}-{region}")
}

/// The prefix of a stack's objects in the bucket.
pub fn prefix(stack_name: &StackName) -> String {
    format!("{stack_name}/")
}
