//! `recovery`: what `recover` would do.

use serde::Serialize;

use crate::plan;
use crate::report::removal::stuck;
use crate::report::style::{BOLD, ERROR, WARNING, styled};
use crate::report::{Answer, Reader};
use cloud::StackResource;

/// The resources that block the rollback, and those to skip.
#[derive(Serialize)]
pub struct Recovery<'a> {
    stack_name: &'a str,
    stack_id: &'a str,
    failed: &'a [StackResource],
    skip: &'a [String],
}

impl<'a> Recovery<'a> {
    /// The recovery of the stack of a name.
    pub fn of(recovery: &'a plan::Recovery, stack_name: &'a str) -> Self {
        let plan::Recovery { stack_id, failed, skip, .. } = recovery;
        Self { stack_name, stack_id, failed, skip }
    }
}

impl Answer for Recovery<'_> {
    const KIND: &'static str = "recovery";

    /// The resources that block the rollback, and what skipping them means.
    fn note(&self, _: &Reader<'_>) -> Option<String> {
        let headline = format!("the rollback of stack {} would go on", self.stack_name);
        let mut text = vec![styled(BOLD, &headline)];
        text.push(styled(ERROR, "it failed because these resources could not be put back:"));
        text.extend(self.failed.iter().map(stuck));
        if !self.skip.is_empty() {
            let warning = format!(
                "CloudFormation would take {} for put back although it is not: the template and what is there \
                 no longer agree, and later updates can fail or surprise. Bring it into the state that the \
                 template describes afterwards.",
                self.skip.join(", ")
            );
            text.push(styled(WARNING, &warning));
        }
        Some(text.join("\n"))
    }
}
