//! Scheduling an operation in advance: steps, waves, and failures.

use std::collections::{BTreeSet, VecDeque};

use crate::memory::physical::{Resource, StackIdentity};

use crate::memory::stack_record::{EventSubject, PendingEvent, Step, VisibleState};

/// An operation, step by step.
pub(super) struct Schedule {
    identity: StackIdentity,
    token: Option<String>,
    steps: VecDeque<Step>,
    current: Step,
}

impl Schedule {
    pub(super) fn new(identity: &StackIdentity, token: Option<&str>) -> Self {
        Self {
            identity: identity.clone(),
            token: token.map(str::to_owned),
            steps: VecDeque::new(),
            current: Step::new(),
        }
    }

    /// The stack gets a status and, if given, shows something new.
    pub(super) fn stack(
        &mut self,
        status: &'static str,
        reason: Option<String>,
        visible: Option<VisibleState>,
    ) {
        self.current.push(PendingEvent {
            subject: EventSubject::Stack(visible),
            status,
            reason,
            physical_id: Some(self.identity.stack_id.clone()),
            token: self.token.clone(),
        });
    }

    /// A resource gets a status.
    pub(super) fn resource(
        &mut self,
        resource: &Resource,
        status: &'static str,
        reason: Option<&str>,
    ) {
        self.current.push(PendingEvent {
            subject: EventSubject::Resource(Box::new(resource.clone())),
            status,
            reason: reason.map(str::to_owned),
            physical_id: Some(resource.physical_id.clone()),
            token: self.token.clone(),
        });
    }

    /// A resource is requested, and its creation starts.
    pub(super) fn start_creation(&mut self, resource: &Resource) {
        self.resource(resource, "CREATE_IN_PROGRESS", None);
        if let Some(first) = self.current.last_mut() {
            // It has no name in AWS until its service has accepted it.
            first.physical_id = None;
        }
        self.resource(resource, "CREATE_IN_PROGRESS", Some("Resource creation Initiated"));
    }

    /// What follows is visible one step later.
    pub(super) fn pause(&mut self) {
        self.steps.push_back(std::mem::take(&mut self.current));
    }

    /// Deletes resources, dependents first; returns the ids of those whose deletion was refused.
    pub(super) fn remove(
        &mut self,
        resources: Vec<Resource>,
        keep: impl Fn(&Resource) -> bool,
        refusal: impl Fn(&Resource) -> Option<String>,
    ) -> Vec<String> {
        let mut failed = Vec::new();
        let mut needed: BTreeSet<String> = BTreeSet::new();
        for mut wave in waves(resources).into_iter().rev() {
            // The dependencies of a resource that stays remain too, without an attempt.
            let stays = |resource: &Resource| needed.contains(&resource.logical_id);
            let staying: Vec<_> = wave.extract_if(.., |resource| stays(resource)).collect();
            needed.extend(staying.into_iter().flat_map(|resource| resource.depends_on));
            for resource in &wave {
                match keep(resource) {
                    true => self.resource(resource, "DELETE_SKIPPED", None),
                    false => self.resource(resource, "DELETE_IN_PROGRESS", None),
                }
            }
            self.pause();
            for resource in wave.iter().filter(|resource| !keep(resource)) {
                if let Some(reason) = refusal(resource) {
                    self.resource(resource, "DELETE_FAILED", Some(&reason));
                    failed.push(resource.logical_id.clone());
                    needed.extend(resource.depends_on.iter().cloned());
                } else {
                    self.resource(resource, "DELETE_COMPLETE", None);
                }
            }
        }
        failed
    }

    pub(super) fn finish(mut self) -> VecDeque<Step> {
        self.pause();
        self.steps
    }
}

/// Groups of resources that can be created at the same time, each after its dependencies.
pub(super) fn waves(mut open: Vec<Resource>) -> Vec<Vec<Resource>> {
    let mut waves = Vec::new();
    while !open.is_empty() {
        let ids: BTreeSet<String> = open.iter().map(|r| r.logical_id.clone()).collect();
        let ready = |resource: &Resource| resource.depends_on.is_disjoint(&ids);
        let (wave, rest): (Vec<_>, Vec<_>) = open.into_iter().partition(ready);
        // Templates with circular dependencies are refused before this.
        if wave.is_empty() {
            waves.push(rest);
            return waves;
        }
        waves.push(wave);
        open = rest;
    }
    waves
}

/// The stack's reason for a failure.
pub(super) fn failure_reason(verb: &str, ids: &[String], end: &str) -> String {
    format!("The following resource(s) failed to {verb}: [{}]. {end}", ids.join(", "))
}
