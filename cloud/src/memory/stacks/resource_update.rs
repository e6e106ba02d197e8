//! The update of one resource, and its events.

use crate::memory::physical::Resource;

use super::schedule::Schedule;

/// The update of one resource: its current state and the desired one.
pub(super) struct ResourceUpdate {
    pub(super) old: Option<Resource>,
    pub(super) new: Resource,
}

impl ResourceUpdate {
    pub(super) fn is_replacement(&self) -> bool {
        let generation = self.old.as_ref().map(|old| old.generation);
        generation.is_some_and(|generation| generation != self.new.generation)
    }

    pub(super) fn start(&self, schedule: &mut Schedule) {
        match &self.old {
            None => schedule.start_creation(&self.new),
            Some(old) if self.is_replacement() => {
                let reason = "Requested update requires the creation of a new physical resource; \
                              hence creating one.";
                schedule.resource(old, "UPDATE_IN_PROGRESS", Some(reason));
                let reason = "Resource creation Initiated";
                schedule.resource(&self.new, "UPDATE_IN_PROGRESS", Some(reason));
            }
            Some(_) => schedule.resource(&self.new, "UPDATE_IN_PROGRESS", None),
        }
    }

    pub(super) fn complete(&self, schedule: &mut Schedule) {
        let status = self.old.as_ref().map_or("CREATE_COMPLETE", |_| "UPDATE_COMPLETE");
        schedule.resource(&self.new, status, None);
    }

    pub(super) fn fail(&self, schedule: &mut Schedule, reason: Option<&str>) {
        let (status, cancelled) = match self.old {
            None => ("CREATE_FAILED", "Resource creation cancelled"),
            Some(_) => ("UPDATE_FAILED", "Resource update cancelled"),
        };
        schedule.resource(&self.new, status, Some(reason.unwrap_or(cancelled)));
    }
}
