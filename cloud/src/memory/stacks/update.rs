//! A later operation of a stack: it updates what changes, or restores everything.

use std::collections::{BTreeSet, VecDeque};

use crate::memory::account::Account;
use crate::memory::physical::Resource;
use crate::{ChangeAction, ResourceChange};

use super::desired::Desired;
use super::resource_update::ResourceUpdate;
use super::rollback::roll_back;
use super::schedule::{Schedule, failure_reason, waves};
use crate::memory::stack_record::{StackRecord, Step, VisibleState};

/// Schedules how a stack is updated.
pub(super) fn update(
    account: &Account,
    stack: &StackRecord,
    desired: &Desired,
    changes: &[ResourceChange],
    token: &str,
) -> VecDeque<Step> {
    let mut schedule = Schedule::new(&stack.identity, Some(token));
    let started =
        VisibleState { outputs: stack.visible.outputs.clone(), ..desired.visible.clone() };
    let reason = Some("User Initiated".to_owned());
    schedule.stack("UPDATE_IN_PROGRESS", reason, Some(started));
    schedule.pause();
    let mut done: Vec<ResourceUpdate> = Vec::new();
    for wave in updates(stack, desired, changes) {
        wave.iter().for_each(|update| update.start(&mut schedule));
        schedule.pause();
        let fault = |update: &ResourceUpdate| {
            account.fault(&stack.identity.region, &update.new, update.old.as_ref())
        };
        if wave.iter().any(|update| fault(update).is_some()) {
            wave.iter().for_each(|update| update.fail(&mut schedule, fault(update).as_deref()));
            let reason = failure_reasons(&wave);
            done.extend(wave);
            let skip = BTreeSet::new();
            roll_back(account, &stack.visible, &mut schedule, done, &skip, reason);
            return schedule.finish();
        }
        wave.iter().for_each(|update| update.complete(&mut schedule));
        done.extend(wave);
    }
    schedule.pause();
    schedule.stack("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", None, None);
    clean_up(account, stack, &mut schedule, done, changes);
    schedule.stack("UPDATE_COMPLETE", None, Some(desired.visible.clone()));
    schedule.finish()
}

/// What is added or modified, in waves.
fn updates(
    stack: &StackRecord,
    desired: &Desired,
    changes: &[ResourceChange],
) -> Vec<Vec<ResourceUpdate>> {
    let touched = changes.iter().filter_map(|change| desired.resources.get(&change.logical_id));
    let update =
        |new: Resource| ResourceUpdate { old: stack.resources.get(&new.logical_id).cloned(), new };
    let waves = waves(touched.cloned().collect()).into_iter();
    waves.map(|wave| wave.into_iter().map(update).collect()).collect()
}

fn failure_reasons(wave: &[ResourceUpdate]) -> String {
    let ids = |created: bool| -> Vec<String> {
        let failed = wave.iter().filter(|update| update.old.is_none() == created);
        failed.map(|update| update.new.logical_id.clone()).collect()
    };
    let parts = [("create", ids(true)), ("update", ids(false))];
    let parts = parts.iter().filter(|(_, ids)| !ids.is_empty());
    parts.map(|(verb, ids)| failure_reason(verb, ids, "")).collect()
}

/// Deletes what the update replaced or removed.
fn clean_up(
    account: &Account,
    stack: &StackRecord,
    schedule: &mut Schedule,
    done: Vec<ResourceUpdate>,
    changes: &[ResourceChange],
) {
    let replaced =
        done.into_iter().filter(ResourceUpdate::is_replacement).filter_map(|update| update.old);
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
    // A leftover that cannot be deleted does not make the update fail.
    schedule.remove(old, keep, |resource| account.delete_failure(resource));
    schedule.pause();
}
