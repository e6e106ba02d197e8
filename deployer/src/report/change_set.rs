//! A change set that was created but not executed: how to execute or delete it.

use super::style::{BOLD, styled};
use crate::next_command::NextCommand;
use crate::operation::Prepared;
use crate::plan::DesiredStack;

/// The name of the change set, and the commands for it.
pub fn prepared(prepared: &Prepared, desired: &DesiredStack, next: &NextCommand) -> String {
    let Prepared { name, id, handling } = prepared;
    // Without the option, AWS's documents contradict each other about a failed execution.
    let rollback = if handling.decides_on_failure() { "" } else { " --no-disable-rollback" };
    let region = &desired.region;
    let call = |action: &str| {
        format!("aws cloudformation {action} --region {region} --change-set-name {}", id.id)
    };
    format!(
        "{}\n  \
         to execute it: {}{rollback}\n  \
         to delete it:  {}\n\
         You can also do either in the CloudFormation console. The next `up` creates its own \
         change set, and executing that one deletes this one; {} follows the execution.",
        styled(BOLD, &format!("change set {name} of stack {}", desired.name)),
        call("execute-change-set"),
        call("delete-change-set"),
        next.code(&["watch"]),
    )
}
