//! Going back: a failed update and a cancelled one end as if they had not begun.

use std::collections::{BTreeMap, VecDeque};

use crate::cloud::memory::physical::Resource;
use crate::cloud::memory::world::World;

use super::record::{Shown, StackRecord, Step};
use super::script::Script;
use super::update::Turn;

/// Puts everything back as it was before.
pub(super) fn roll_back(
    world: &World,
    before: &Shown,
    script: &mut Script,
    done: Vec<Turn>,
    reason: String,
) {
    script.stack("UPDATE_ROLLBACK_IN_PROGRESS", Some(reason), Some(before.clone()));
    script.pause();
    let back: Vec<&Resource> = done.iter().filter_map(|turn| turn.old.as_ref()).collect();
    for resource in &back {
        script.resource(resource, "UPDATE_IN_PROGRESS", None);
    }
    script.pause();
    for resource in &back {
        script.resource(resource, "UPDATE_COMPLETE", None);
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

/// Writes down how an update that is going on is cancelled: what it has done by now is taken back.
pub(super) fn cancel(world: &World, stack: &StackRecord, token: &str) -> VecDeque<Step> {
    let mut script = Script::new(&stack.site, Some(token));
    if let Some(past) = &stack.past {
        let done = turns(&past.resources, &stack.resources);
        roll_back(world, &past.shown, &mut script, done, "User Initiated".to_owned());
    }
    script.finish()
}

/// The turns that led from what there was to what there is.
fn turns(before: &BTreeMap<String, Resource>, now: &BTreeMap<String, Resource>) -> Vec<Turn> {
    let changed = now.iter().filter(|(id, resource)| before.get(*id) != Some(resource));
    changed.map(|(id, new)| Turn { old: before.get(id).cloned(), new: new.clone() }).collect()
}
