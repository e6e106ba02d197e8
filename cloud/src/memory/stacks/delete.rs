//! The last operation of a stack.

use std::collections::VecDeque;

use crate::memory::account::Account;
use crate::memory::refusal::validation;
use crate::{CloudError, Deletion, StackStatus};

use super::schedule::{Schedule, failure_reason};
use crate::memory::stack_record::{StackRecord, Step};

const OPERATION: &str = "DeleteStack";

impl Account {
    /// `DeleteStack`.
    pub(super) fn delete(&mut self, at: usize, deletion: &Deletion) -> Result<(), CloudError> {
        let stack = &self.stacks[at];
        let name = &stack.identity.stack_name;
        if stack.termination_protection {
            let rule = "cannot be deleted while TerminationProtection is enabled";
            return Err(validation(OPERATION, format!("Stack [{name}] {rule}")));
        }
        match &stack.status {
            StackStatus::DeleteComplete | StackStatus::DeleteInProgress => return Ok(()),
            // Deleting the stack cancels a first creation.
            StackStatus::CreateInProgress => {}
            busy if busy.is_busy() => {
                let message = format!("Stack [{name}] cannot be deleted while in status {busy}");
                return Err(validation(OPERATION, message));
            }
            _ => {}
        }
        if stack.status != StackStatus::DeleteFailed && (deletion.force || has_retained(deletion)) {
            let rule = "RetainResources and FORCE_DELETE_STACK need a stack in DELETE_FAILED";
            return Err(validation(OPERATION, format!("Stack [{name}]: {rule}")));
        }
        let steps = steps(self, stack, deletion);
        let stack = &mut self.stacks[at];
        stack.start_operation("DELETE_STACK");
        stack.queue = steps;
        stack.change_sets.clear();
        stack.set_role(deletion.role_arn.clone());
        self.advance(at);
        Ok(())
    }
}

fn has_retained(deletion: &Deletion) -> bool {
    !deletion.retain.is_empty()
}

/// Schedules how a stack is deleted.
fn steps(account: &Account, stack: &StackRecord, deletion: &Deletion) -> VecDeque<Step> {
    let mut schedule = Schedule::new(&stack.identity, Some(&deletion.token));
    let reason = Some("User Initiated".to_owned());
    schedule.stack("DELETE_IN_PROGRESS", reason, None);
    schedule.pause();
    let resources = stack.resources.values().cloned().collect();
    let stuck = schedule.remove(
        resources,
        |resource| {
            resource.deletion_policy.starts_with("Retain")
                || deletion.retain.contains(&resource.logical_id)
        },
        |resource| account.delete_failure(resource),
    );
    schedule.pause();
    if stuck.is_empty() || deletion.force {
        schedule.stack("DELETE_COMPLETE", None, None);
    } else {
        let reason = failure_reason("delete", &stuck, "");
        schedule.stack("DELETE_FAILED", Some(reason), None);
    }
    schedule.finish()
}
