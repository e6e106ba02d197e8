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
        let headline = format!("the rollback of stack {} would continue", self.stack_name);
        let mut text = vec![styled(BOLD, &headline)];
        text.push(styled(ERROR, "it failed because these resources could not be rolled back:"));
        text.extend(self.failed.iter().map(stuck));
        if !self.skip.is_empty() {
            let warning = format!(
                "CloudFormation would mark {} as rolled back without rolling it back: the template and the \
                 resource then differ, and later updates can fail. Bring the resource into the state \
                 that the template describes afterwards.",
                self.skip.join(", ")
            );
            text.push(styled(WARNING, &warning));
        }
        Some(text.join("\n"))
    }
}
