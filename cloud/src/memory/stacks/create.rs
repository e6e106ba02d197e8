//! The first operation of a stack: everything is made, or nothing stays.

use std::collections::VecDeque;

use crate::OnStackFailure;
use crate::memory::account::World;
use crate::memory::physical::Resource;

use super::desired::Desired;
use super::record::{Shown, StackRecord, Step};
use super::schedule::{Script, blame, waves};

/// Writes down how a stack is created.
pub(super) fn create(
    world: &World,
    stack: &StackRecord,
    desired: Desired,
    on_failure: OnStackFailure,
    token: &str,
) -> VecDeque<Step> {
    let region = stack.site.region.as_str();
    let mut script = Script::new(&stack.site, Some(token));
    let without_outputs = Shown { outputs: Vec::new(), ..desired.shown.clone() };
    let reason = Some("User Initiated".to_owned());
    script.stack("CREATE_IN_PROGRESS", reason, Some(without_outputs));
    script.pause();
    let mut made: Vec<Resource> = Vec::new();
    for wave in waves(desired.resources.into_values().collect()) {
        wave.iter().for_each(|resource| script.begin(resource));
        script.pause();
        let fault = |resource: &Resource| world.fault(region, resource, None);
        if wave.iter().any(|resource| fault(resource).is_some()) {
            for resource in &wave {
                let reason = fault(resource);
                let reason = reason.as_deref().unwrap_or("Resource creation cancelled");
                script.resource(resource, "CREATE_FAILED", Some(reason));
            }
            let failed: Vec<_> = wave.iter().map(|r| r.logical_id.clone()).collect();
            made.extend(wave);
            give_up(world, &mut script, made, &failed, on_failure);
            return script.finish();
        }
        for resource in &wave {
            script.resource(resource, "CREATE_COMPLETE", None);
        }
        made.extend(wave);
    }
    script.pause();
    script.stack("CREATE_COMPLETE", None, Some(desired.shown));
    script.finish()
}

/// What becomes of a creation that failed.
fn give_up(
    world: &World,
    script: &mut Script,
    made: Vec<Resource>,
    failed: &[String],
    on_failure: OnStackFailure,
) {
    let (status, end, stuck_end) = match on_failure {
        OnStackFailure::Rollback => {
            ("ROLLBACK_IN_PROGRESS", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED")
        }
        OnStackFailure::Delete => ("DELETE_IN_PROGRESS", "DELETE_COMPLETE", "DELETE_FAILED"),
        OnStackFailure::DoNothing => {
            script.stack("CREATE_FAILED", Some(blame("create", failed, "")), None);
            return;
        }
    };
    let reason = blame("create", failed, "Rollback requested by user.");
    script.stack(status, Some(reason), None);
    script.pause();
    // RetainExceptOnCreate means exactly this case: it goes.
    let keep = |resource: &Resource| {
        resource.deletion_policy == "Retain" && !failed.contains(&resource.logical_id)
    };
    let stuck = script.remove(made, keep, |resource| world.refusal_to_delete(resource));
    script.pause();
    if stuck.is_empty() {
        script.stack(end, None, None);
    } else {
        let reason = blame("delete", &stuck, "");
        script.stack(stuck_end, Some(reason), None);
    }
}
