//! A later operation of a stack: what changes is changed, or everything is as before.

use std::collections::{BTreeSet, VecDeque};

use crate::memory::account::World;
use crate::memory::physical::Resource;
use crate::{ChangeAction, ResourceChange};

use super::desired::Desired;
use super::record::{Shown, StackRecord, Step};
use super::rollback::roll_back;
use super::schedule::{Script, blame, waves};

/// A change of one resource: what it is, and what it is to be.
pub(super) struct Turn {
    pub(super) old: Option<Resource>,
    pub(super) new: Resource,
}

impl Turn {
    pub(super) fn is_replacement(&self) -> bool {
        let generation = self.old.as_ref().map(|old| old.generation);
        generation.is_some_and(|generation| generation != self.new.generation)
    }

    fn begin(&self, script: &mut Script) {
        match &self.old {
            None => script.begin(&self.new),
            Some(old) if self.is_replacement() => {
                let reason = "Requested update requires the creation of a new physical resource; \
                              hence creating one.";
                script.resource(old, "UPDATE_IN_PROGRESS", Some(reason));
                let reason = "Resource creation Initiated";
                script.resource(&self.new, "UPDATE_IN_PROGRESS", Some(reason));
            }
            Some(_) => script.resource(&self.new, "UPDATE_IN_PROGRESS", None),
        }
    }

    fn end(&self, script: &mut Script) {
        let status = self.old.as_ref().map_or("CREATE_COMPLETE", |_| "UPDATE_COMPLETE");
        script.resource(&self.new, status, None);
    }

    fn fail(&self, script: &mut Script, reason: Option<&str>) {
        let (status, cancelled) = match self.old {
            None => ("CREATE_FAILED", "Resource creation cancelled"),
            Some(_) => ("UPDATE_FAILED", "Resource update cancelled"),
        };
        script.resource(&self.new, status, Some(reason.unwrap_or(cancelled)));
    }
}

/// Writes down how a stack is updated.
pub(super) fn update(
    world: &World,
    stack: &StackRecord,
    desired: &Desired,
    changes: &[ResourceChange],
    token: &str,
) -> VecDeque<Step> {
    let mut script = Script::new(&stack.site, Some(token));
    let started = Shown { outputs: stack.shown.outputs.clone(), ..desired.shown.clone() };
    let reason = Some("User Initiated".to_owned());
    script.stack("UPDATE_IN_PROGRESS", reason, Some(started));
    script.pause();
    let mut done: Vec<Turn> = Vec::new();
    for wave in turns(stack, desired, changes) {
        wave.iter().for_each(|turn| turn.begin(&mut script));
        script.pause();
        let fault = |turn: &Turn| world.fault(&stack.site.region, &turn.new, turn.old.as_ref());
        if wave.iter().any(|turn| fault(turn).is_some()) {
            wave.iter().for_each(|turn| turn.fail(&mut script, fault(turn).as_deref()));
            let reason = blame_turns(&wave);
            done.extend(wave);
            let skip = BTreeSet::new();
            roll_back(world, &stack.shown, &mut script, done, &skip, reason);
            return script.finish();
        }
        wave.iter().for_each(|turn| turn.end(&mut script));
        done.extend(wave);
    }
    script.pause();
    script.stack("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", None, None);
    clean_up(world, stack, &mut script, done, changes);
    script.stack("UPDATE_COMPLETE", None, Some(desired.shown.clone()));
    script.finish()
}

/// What is added or modified, in waves.
fn turns(stack: &StackRecord, desired: &Desired, changes: &[ResourceChange]) -> Vec<Vec<Turn>> {
    let touched = changes.iter().filter_map(|change| desired.resources.get(&change.logical_id));
    let turn = |new: Resource| Turn { old: stack.resources.get(&new.logical_id).cloned(), new };
    let waves = waves(touched.cloned().collect()).into_iter();
    waves.map(|wave| wave.into_iter().map(turn).collect()).collect()
}

fn blame_turns(wave: &[Turn]) -> String {
    let ids = |created: bool| -> Vec<String> {
        let failed = wave.iter().filter(|turn| turn.old.is_none() == created);
        failed.map(|turn| turn.new.logical_id.clone()).collect()
    };
    let parts = [("create", ids(true)), ("update", ids(false))];
    let parts = parts.iter().filter(|(_, ids)| !ids.is_empty());
    parts.map(|(verb, ids)| blame(verb, ids, "")).collect()
}

/// Removes what the update replaced or dropped.
fn clean_up(
    world: &World,
    stack: &StackRecord,
    script: &mut Script,
    done: Vec<Turn>,
    changes: &[ResourceChange],
) {
    let replaced = done.into_iter().filter(Turn::is_replacement).filter_map(|turn| turn.old);
    let dropped = changes
        .iter()
        .filter(|change| change.action == ChangeAction::Remove)
        .filter_map(|change| stack.resources.get(&change.logical_id).cloned());
    let dropped: Vec<_> = dropped.collect();
    let keep =
        |resource: &Resource| match dropped.iter().any(|d| d.logical_id == resource.logical_id) {
            true => resource.deletion_policy.starts_with("Retain"),
            false => resource.replace_policy.starts_with("Retain"),
        };
    let old = replaced.chain(dropped.iter().cloned()).collect();
    // A leftover that refuses to go does not make the update fail.
    script.remove(old, keep, |resource| world.refusal_to_delete(resource));
    script.pause();
}
