//! Going back: a failed update, a cancelled one, and a rollback that failed and goes on.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::memory::account::World;
use crate::memory::physical::Resource;
use crate::memory::refusal::validation;
use crate::{CloudError, Continuation, StackStatus};

use super::record::{Past, Shown, StackRecord, Step};
use super::schedule::{Script, blame};
use super::update::Turn;

impl World {
    /// `CancelUpdateStack`: what the update has done by now is taken back.
    pub(super) fn cancel(&mut self, at: usize, token: &str) -> Result<(), CloudError> {
        let stack = &self.stacks[at];
        if stack.status != StackStatus::UpdateInProgress {
            let rule = "CancelUpdateStack cannot be called from current stack status";
            return Err(validation("CancelUpdateStack", rule));
        }
        let steps = go_back(self, stack, &BTreeSet::new(), token);
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
        let (name, status) = (&stack.site.stack_name, &stack.status);
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
        let steps = go_back(self, stack, &skip, &continuation.token);
        let stack = &mut self.stacks[at];
        stack.take_role(continuation.role_arn.clone());
        stack.queue = steps;
        self.advance(at);
        Ok(())
    }
}

/// The resources that a rollback could not put back.
fn stuck(stack: &StackRecord) -> impl Iterator<Item = String> {
    let failed = stack.listed().into_iter().filter(|resource| resource.status == "UPDATE_FAILED");
    failed.map(|resource| resource.logical_id)
}

fn go_back(
    world: &World,
    stack: &StackRecord,
    skip: &BTreeSet<String>,
    token: &str,
) -> VecDeque<Step> {
    let mut script = Script::new(&stack.site, Some(token));
    if let Some(past) = &stack.past {
        let mut done = turns(past, &stack.resources);
        let stuck = stuck(stack).filter_map(|id| past.resources.get(&id).cloned());
        let again = |old: Resource| Turn { new: old.clone(), old: Some(old) };
        let known: Vec<String> = done.iter().map(|turn| turn.new.logical_id.clone()).collect();
        done.extend(stuck.filter(|old| !known.contains(&old.logical_id)).map(again));
        for turn in done.iter_mut().filter(|turn| skip.contains(&turn.new.logical_id)) {
            // What is skipped passes for put back, and stays what it is.
            turn.old = Some(turn.new.clone());
        }
        let reason = "User Initiated".to_owned();
        roll_back(world, &past.shown, &mut script, done, skip, reason);
    }
    script.finish()
}

/// The turns that led from what there was to what there is.
fn turns(before: &Past, now: &BTreeMap<String, Resource>) -> Vec<Turn> {
    let before = &before.resources;
    let changed = now.iter().filter(|(id, resource)| before.get(*id) != Some(resource));
    changed.map(|(id, new)| Turn { old: before.get(id).cloned(), new: new.clone() }).collect()
}

/// Puts everything back as it was before, or ends where a resource refuses to be put back.
pub(super) fn roll_back(
    world: &World,
    before: &Shown,
    script: &mut Script,
    done: Vec<Turn>,
    skip: &BTreeSet<String>,
    reason: String,
) {
    script.stack("UPDATE_ROLLBACK_IN_PROGRESS", Some(reason), Some(before.clone()));
    script.pause();
    let back: Vec<&Resource> = done.iter().filter_map(|turn| turn.old.as_ref()).collect();
    for resource in &back {
        script.resource(resource, "UPDATE_IN_PROGRESS", None);
    }
    script.pause();
    let mut stuck = Vec::new();
    for resource in &back {
        let refusal = world.refusal_to_roll_back(resource);
        match refusal.filter(|_| !skip.contains(&resource.logical_id)) {
            None => script.resource(resource, "UPDATE_COMPLETE", None),
            Some(reason) => {
                script.resource(resource, "UPDATE_FAILED", Some(&reason));
                stuck.push(resource.logical_id.clone());
            }
        }
    }
    if !stuck.is_empty() {
        script.stack("UPDATE_ROLLBACK_FAILED", Some(blame("update", &stuck, "")), None);
        return;
    }
    script.stack("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS", None, None);
    let new = done.iter().filter(|turn| turn.old.is_none() || turn.is_replacement());
    let new = new.map(|turn| turn.new.clone());
    // With a name of the template's choice, a failed replacement never came to be.
    let new = new.filter(|new| !back.iter().any(|old| old.physical_id == new.physical_id));
    let new = new.collect();
    script.remove(new, |_| false, |resource| world.refusal_to_delete(resource));
    script.pause();
    script.stack("UPDATE_ROLLBACK_COMPLETE", None, None);
}
