//! What `recover` would do.

use super::removal::stuck;
use super::style::{BOLD, ERROR, WARNING, styled};
use crate::plan::Recovery;

/// The resources that block the rollback, and what skipping them means.
#[must_use]
pub fn recovery(recovery: &Recovery, stack_name: &str) -> String {
    let headline = format!("the rollback of stack {stack_name} would go on");
    let mut text = vec![styled(BOLD, &headline)];
    text.push(styled(ERROR, "it failed because these resources could not be put back:"));
    text.extend(recovery.failed.iter().map(stuck));
    if !recovery.skip.is_empty() {
        let warning = format!(
            "CloudFormation would take {} for put back although it is not: the template and what is there \
             no longer agree, and later updates can fail or surprise. Bring it into the state that the \
             template describes afterwards.",
            recovery.skip.join(", ")
        );
        text.push(styled(WARNING, &warning));
    }
    text.join("\n")
}
