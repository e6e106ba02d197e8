//! IAM policies, formatted for pasting.

use super::style::{WARNING, styled};
use crate::rights::policy::{MAX_CHARACTERS, Policy};

/// A document, indented.
#[must_use]
pub fn policy(policy: &Policy) -> String {
    serde_json::to_string_pretty(&policy.document).expect("a JSON document can be written as text")
}

/// The remark if there are several documents.
#[must_use]
pub fn policy_remarks(policies: &[Policy]) -> Option<String> {
    let count = policies.len();
    (count > 1).then(|| {
        let remark = format!(
            "these are {count} documents, because a managed policy has {MAX_CHARACTERS} characters at \
             most; all of them are needed"
        );
        styled(WARNING, &remark)
    })
}
