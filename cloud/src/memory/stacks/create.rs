//! The first operation of a stack: everything is created, or nothing stays.

use std::collections::VecDeque;

use crate::OnStackFailure;
use crate::memory::account::Account;
use crate::memory::physical::Resource;

use super::desired::Desired;
use super::schedule::{Schedule, failure_reason, waves};
use crate::memory::stack_record::{StackRecord, Step, VisibleState};

/// Schedules how a stack is created.
pub(super) fn create(
    account: &Account,
    stack: &StackRecord,
    desired: Desired,
    on_failure: OnStackFailure,
    token: &str,
) -> VecDeque<Step> {
    let region = stack.identity.region.as_str();
    let mut schedule = Schedule::new(&stack.identity, Some(token));
    let without_outputs = VisibleState { outputs: Vec::new(), ..desired.visible.clone() };
    let reason = Some("User Initiated".to_owned());
    schedule.stack("CREATE_IN_PROGRESS", reason, Some(without_outputs));
    schedule.pause();
    let mut created: Vec<Resource> = Vec::new();
    for wave in waves(desired.resources.into_values().collect()) {
        wave.iter().for_each(|resource| schedule.start_creation(resource));
        schedule.pause();
        let fault = |resource: &Resource| account.fault(region, resource, None);
        if wave.iter().any(|resource| fault(resource).is_some()) {
            for resource in &wave {
                let reason = fault(resource);
                let reason = reason.as_deref().unwrap_or("Resource creation cancelled");
                schedule.resource(resource, "CREATE_FAILED", Some(reason));
            }
            let failed: Vec<_> = wave.iter().map(|r| r.logical_id.clone()).collect();
            created.extend(wave);
            fail_creation(account, &mut schedule, created, &failed, on_failure);
            return schedule.finish();
        }
        for resource in &wave {
            schedule.resource(resource, "CREATE_COMPLETE", None);
        }
        created.extend(wave);
    }
    schedule.pause();
    schedule.stack("CREATE_COMPLETE", None, Some(desired.visible));
    schedule.finish()
}

/// Schedules what follows a failed creation.
fn fail_creation(
    account: &Account,
    schedule: &mut Schedule,
    created: Vec<Resource>,
    failed: &[String],
    on_failure: OnStackFailure,
) {
    let (status, end, stuck_end) = match on_failure {
        OnStackFailure::Rollback => {
            ("ROLLBACK_IN_PROGRESS", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED")
        }
        OnStackFailure::Delete => ("DELETE_IN_PROGRESS", "DELETE_COMPLETE", "DELETE_FAILED"),
        OnStackFailure::DoNothing => {
            schedule.stack("CREATE_FAILED", Some(failure_reason("create", failed, "")), None);
            return;
        }
    };
    let reason = failure_reason("create", failed, "Rollback requested by user.");
    schedule.stack(status, Some(reason), None);
    schedule.pause();
    // RetainExceptOnCreate means that the resource is deleted in exactly this case.
    let keep = |resource: &Resource| {
        resource.deletion_policy == "Retain" && !failed.contains(&resource.logical_id)
    };
    let stuck = schedule.remove(created, keep, |resource| account.delete_failure(resource));
    schedule.pause();
    if stuck.is_empty() {
        schedule.stack(end, None, None);
    } else {
        let reason = failure_reason("delete", &stuck, "");
        schedule.stack(stuck_end, Some(reason), None);
    }
}
