//! The last operation of a stack.

use std::collections::VecDeque;

use crate::cloud::memory::world::World;

use super::record::{StackRecord, Step};
use super::script::{Script, blame};

/// Writes down how a stack is deleted.
pub(super) fn delete(world: &World, stack: &StackRecord, token: &str) -> VecDeque<Step> {
    let mut script = Script::new(&stack.site, Some(token));
    let reason = Some("User Initiated".to_owned());
    script.stack("DELETE_IN_PROGRESS", reason, None);
    script.pause();
    let resources = stack.resources.values().cloned().collect();
    let stuck = script.remove(
        resources,
        |resource| resource.deletion_policy.starts_with("Retain"),
        |resource| world.refusal_to_delete(resource),
    );
    script.pause();
    if stuck.is_empty() {
        script.stack("DELETE_COMPLETE", None, None);
    } else {
        let reason = blame("delete", &stuck, "");
        script.stack("DELETE_FAILED", Some(reason), None);
    }
    script.finish()
}
