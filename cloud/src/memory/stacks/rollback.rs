//! Rolling back: a failed update, a canceled one, and a failed rollback that continues.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::memory::account::Account;
use crate::memory::physical::Resource;
use crate::memory::refusal::validation;
use crate::{CloudError, Continuation, StackStatus};

use super::resource_update::ResourceUpdate;
use super::schedule::{Schedule, failure_reason};
use crate::memory::stack_record::{Snapshot, StackRecord, Step, VisibleState};

impl Account {
    /// `CancelUpdateStack`: rolls back what the update has done so far.
    pub(super) fn cancel(&mut self, at: usize, token: &str) -> Result<(), CloudError> {
        let stack = &self.stacks[at];
        if stack.status != StackStatus::UpdateInProgress {
            let rule = "CancelUpdateStack cannot be called from current stack status";
            return Err(validation("CancelUpdateStack", rule));
        }
        let steps = rollback_steps(self, stack, &BTreeSet::new(), token);
        self.stacks[at].queue = steps;
        self.advance(at);
        Ok(())
    }

    /// `ContinueUpdateRollback`.
    pub(super) fn resume(
        &mut self,
        at: usize,
        continuation: &Continuation,
    ) -> Result<(), CloudError> {
        const OPERATION: &str = "ContinueUpdateRollback";
        let stack = &self.stacks[at];
        let (name, status) = (&stack.identity.stack_name, &stack.status);
        if *status != StackStatus::UpdateRollbackFailed {
            let rule = format!("Stack [{name}] is in {status} state and its rollback cannot go on");
            return Err(validation(OPERATION, rule));
        }
        let stuck: BTreeSet<String> = stuck(stack).collect();
        let skip: BTreeSet<String> = continuation.skip.iter().cloned().collect();
        if !skip.is_subset(&stuck) {
            let rule = "Resources to skip must be in the UPDATE_FAILED state";
            return Err(validation(OPERATION, format!("Stack [{name}]: {rule}")));
        }
        let steps = rollback_steps(self, stack, &skip, &continuation.token);
        let stack = &mut self.stacks[at];
        stack.set_role(continuation.role_arn.clone());
        stack.queue = steps;
        self.advance(at);
        Ok(())
    }
}

/// The resources that a rollback could not restore.
fn stuck(stack: &StackRecord) -> impl Iterator<Item = String> {
    let failed =
        stack.list_resources().into_iter().filter(|resource| resource.status == "UPDATE_FAILED");
    failed.map(|resource| resource.logical_id)
}

fn rollback_steps(
    account: &Account,
    stack: &StackRecord,
    skip: &BTreeSet<String>,
    token: &str,
) -> VecDeque<Step> {
    let mut schedule = Schedule::new(&stack.identity, Some(token));
    if let Some(snapshot) = &stack.before_update {
        let mut done = updates(snapshot, &stack.resources);
        let stuck = stuck(stack).filter_map(|id| snapshot.resources.get(&id).cloned());
        let again = |old: Resource| ResourceUpdate { new: old.clone(), old: Some(old) };
        let known: Vec<String> = done.iter().map(|update| update.new.logical_id.clone()).collect();
        done.extend(stuck.filter(|old| !known.contains(&old.logical_id)).map(again));
        for update in done.iter_mut().filter(|update| skip.contains(&update.new.logical_id)) {
            // A skipped resource counts as restored, and stays as it is.
            update.old = Some(update.new.clone());
        }
        let reason = "User Initiated".to_owned();
        roll_back(account, &snapshot.visible, &mut schedule, done, skip, reason);
    }
    schedule.finish()
}

/// The updates that led from the previous state to the current one.
fn updates(before: &Snapshot, now: &BTreeMap<String, Resource>) -> Vec<ResourceUpdate> {
    let before = &before.resources;
    let changed = now.iter().filter(|(id, resource)| before.get(*id) != Some(resource));
    changed
        .map(|(id, new)| ResourceUpdate { old: before.get(id).cloned(), new: new.clone() })
        .collect()
}

/// Restores the previous state, or ends with the resources that cannot be restored.
pub(super) fn roll_back(
    account: &Account,
    before: &VisibleState,
    schedule: &mut Schedule,
    done: Vec<ResourceUpdate>,
    skip: &BTreeSet<String>,
    reason: String,
) {
    schedule.stack("UPDATE_ROLLBACK_IN_PROGRESS", Some(reason), Some(before.clone()));
    schedule.pause();
    let back: Vec<&Resource> = done.iter().filter_map(|update| update.old.as_ref()).collect();
    for resource in &back {
        schedule.resource(resource, "UPDATE_IN_PROGRESS", None);
    }
    schedule.pause();
    let mut stuck = Vec::new();
    for resource in &back {
        let refusal = account.rollback_failure(resource);
        match refusal.filter(|_| !skip.contains(&resource.logical_id)) {
            None => schedule.resource(resource, "UPDATE_COMPLETE", None),
            Some(reason) => {
                schedule.resource(resource, "UPDATE_FAILED", Some(&reason));
                stuck.push(resource.logical_id.clone());
            }
        }
    }
    if !stuck.is_empty() {
        schedule.stack("UPDATE_ROLLBACK_FAILED", Some(failure_reason("update", &stuck, "")), None);
        return;
    }
    schedule.stack("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS", None, None);
    let new = done.iter().filter(|update| update.old.is_none() || update.is_replacement());
    let new = new.map(|update| update.new.clone());
    // With an explicit name, a failed replacement was never created.
    let new = new.filter(|new| !back.iter().any(|old| old.physical_id == new.physical_id));
    let new = new.collect();
    schedule.remove(new, |_| false, |resource| account.delete_failure(resource));
    schedule.pause();
    schedule.stack("UPDATE_ROLLBACK_COMPLETE", None, None);
}
