//! A change set that was made and left: how it is executed, and how it is withdrawn.

use super::style::{STRONG, styled};
use crate::operation::Prepared;
use crate::plan::DesiredStack;

/// The change set's name, and the ways on.
#[must_use]
pub fn prepared(prepared: &Prepared, desired: &DesiredStack) -> String {
    let Prepared { name, id, handling } = prepared;
    // Without this, AWS's documents disagree on what happens when the execution fails.
    let rollback = if handling.decides_on_failure() { "" } else { " --no-disable-rollback" };
    let region = &desired.region;
    let call = |action: &str| {
        format!("aws cloudformation {action} --region {region} --change-set-name {}", id.id)
    };
    format!(
        "{}\n  \
         to execute it: {}{rollback}\n  \
         to delete it:  {}\n\
         The CloudFormation console can do either, too. The next `deployer up` makes a change set of its \
         own, and executing that deletes this one; `deployer watch` follows the execution.",
        styled(STRONG, &format!("change set {name} of stack {}", desired.name)),
        call("execute-change-set"),
        call("delete-change-set"),
    )
}
