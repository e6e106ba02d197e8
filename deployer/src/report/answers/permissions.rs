//! `permissions`: the IAM policies that are needed to run deployer.

use serde::Serialize;
use serde_json::Value;

use crate::host::harmless::in_json;
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
    /// The files that they were written to, if they were.
    pub files: Option<Vec<String>>,
}

impl Answer for Permissions<'_> {
    const KIND: &'static str = "permissions";

    /// One JSON document: the policy, or a list of all policies.
    fn text(&self, _: &Reader<'_>) -> Option<String> {
        if let Some(files) = &self.files {
            return Some(files.join("\n"));
        }
        let documents: Vec<&Value> = self.policies.iter().map(|policy| &policy.document).collect();
        Some(match documents[..] {
            [one] => pretty(one),
            _ => pretty(&documents),
        })
    }

    fn is_data(&self) -> bool {
        true
    }

    fn note(&self, _: &Reader<'_>) -> Option<String> {
        let count = self.policies.len();
        (count > 1).then(|| {
            let shape = match self.files {
                Some(_) => "these are",
                None => "this is a list of",
            };
            let mut remark = format!(
                "{shape} {count} policies, because a managed policy has {MAX_CHARACTERS} characters at most; all \
                 of them are needed"
            );
            if self.files.is_none() {
                remark.push_str("; --out DIR writes each of them to a file");
            }
            styled(WARNING, &remark)
        })
    }
}

/// A JSON document as text for a person.
pub fn pretty(document: &impl Serialize) -> String {
    in_json(
        &serde_json::to_string_pretty(document).expect("a JSON document can be written as text"),
    )
}
