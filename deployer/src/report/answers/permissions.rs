//! `permissions`: the IAM policies that are needed to run deployer.

use serde::Serialize;

use crate::report::style::{WARNING, styled};
use crate::report::{Answer, Reader};
use crate::rights::policy::{MAX_CHARACTERS, Policy};

/// The policies, and what they are for.
#[derive(Serialize)]
pub struct Permissions<'a> {
    pub stack_name: &'a str,
    /// The account of the organization.
    pub account: &'a str,
    pub region: &'a str,
    /// The policies; several where one would be too long.
    pub policies: Vec<Policy>,
}

impl Answer for Permissions<'_> {
    const KIND: &'static str = "permissions";

    /// The documents, as they are pasted into IAM.
    fn text(&self, _: &Reader<'_>) -> Option<String> {
        let document = |policy: &Policy| {
            serde_json::to_string_pretty(&policy.document)
                .expect("a JSON document can be written as text")
        };
        let documents: Vec<String> = self.policies.iter().map(document).collect();
        Some(documents.join("\n"))
    }

    fn note(&self, _: &Reader<'_>) -> Option<String> {
        let count = self.policies.len();
        (count > 1).then(|| {
            let remark = format!(
                "these are {count} documents, because a managed policy has {MAX_CHARACTERS} characters at \
                 most; all of them are needed"
            );
            styled(WARNING, &remark)
        })
    }
}
