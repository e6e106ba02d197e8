//! Where artifacts are stored.

use crate::config::StackName;

/// The name of the artifact bucket of an account and region.
#[must_use]
pub fn bucket_name(account: &str, region: &str) -> String {
    format!("message-flow-artifacts-{account}-{region}")
}

/// The prefix of a stack's objects in the bucket.
#[must_use]
pub fn prefix(stack_name: &StackName) -> String {
    format!("{stack_name}/")
}
