//! A stack: what it shows, what it has, and what is still to happen to it.

use std::collections::{BTreeMap, VecDeque};

use jiff::Timestamp;

use crate::memory::account::{Clock, World};
use crate::memory::physical::{Resource, Site, uuid};
use crate::memory::template::Template;
use crate::{
    ChangeSet, Failure, Handling, Output, Stack, StackEvent, StackOperation, StackResource,
    StackStatus,
};

/// What a stack shows of itself besides its status.
#[derive(Clone, Default)]
pub(in crate::memory) struct Shown {
    /// None for a stack whose first change set was not executed yet.
    pub(in crate::memory) template: Option<Template>,
    pub(in crate::memory) tags: BTreeMap<String, String>,
    pub(in crate::memory) outputs: Vec<Output>,
}

/// What a stack was before an update.
#[derive(Clone)]
pub(super) struct Past {
    pub(super) shown: Shown,
    pub(super) resources: BTreeMap<String, Resource>,
}

/// One stack, dead ones included.
pub(in crate::memory) struct StackRecord {
    pub(in crate::memory) site: Site,
    pub(in crate::memory) status: StackStatus,
    pub(super) status_reason: Option<String>,
    pub(in crate::memory) shown: Shown,
    pub(in crate::memory) resources: BTreeMap<String, Resource>,
    /// What its last update began with, for as long as that can be gone back to.
    pub(super) past: Option<Past>,
    /// Definitions that somebody edited outside the stack, by logical id; none where the machine was
    /// deleted.
    pub(in crate::memory) edits: BTreeMap<String, Option<String>>,
    pub(in crate::memory) termination_protection: bool,
    /// The topics that hear of its events.
    pub(super) notification_arns: Vec<String>,
    /// What its last operation was told.
    pub(in crate::memory) handling: Handling,
    pub(super) created: Timestamp,
    pub(super) updated: Option<Timestamp>,
    /// Oldest first.
    pub(super) events: Vec<StackEvent>,
    pub(super) change_sets: Vec<ChangeSetRecord>,
    /// How many operations were started.
    pub(super) operations: u32,
    /// The operations that have ids, oldest first.
    pub(super) log: Vec<OperationRecord>,
    pub(in crate::memory) queue: VecDeque<Step>,
}

/// One change set.
pub(super) struct ChangeSetRecord {
    pub(super) name: String,
    pub(super) id: String,
    pub(super) view: ChangeSet,
    /// How often it still says that it is being made.
    pub(super) pending: u32,
    pub(super) template: Template,
    pub(super) tags: BTreeMap<String, String>,
    pub(super) handling: Handling,
    pub(super) executed: bool,
    /// What its validation found.
    pub(super) failures: Vec<Failure>,
}

/// An operation with an id.
pub(super) struct OperationRecord {
    pub(super) operation: StackOperation,
    /// The place of its first event.
    pub(super) first: usize,
}

/// What becomes visible at once.
pub(in crate::memory) type Step = Vec<Draft>;

/// An event before it happens, with its effect.
pub(in crate::memory) struct Draft {
    pub(super) subject: Subject,
    pub(super) status: &'static str,
    pub(super) reason: Option<String>,
    pub(super) physical_id: Option<String>,
    pub(super) token: Option<String>,
}

/// What an event is about.
pub(super) enum Subject {
    /// The stack; where given, it shows this from now on.
    Stack(Option<Shown>),
    /// A resource, as it is once the event's status is complete.
    Resource(Box<Resource>),
}

impl StackRecord {
    pub(super) fn new(site: Site, created: Timestamp) -> Self {
        Self {
            site,
            status: StackStatus::ReviewInProgress,
            status_reason: None,
            shown: Shown::default(),
            resources: BTreeMap::new(),
            past: None,
            edits: BTreeMap::new(),
            termination_protection: false,
            notification_arns: Vec::new(),
            handling: Handling::default(),
            created,
            updated: None,
            events: Vec::new(),
            change_sets: Vec::new(),
            operations: 0,
            log: Vec::new(),
            queue: VecDeque::new(),
        }
    }

    pub(super) fn view(&self) -> Stack {
        Stack {
            id: self.site.stack_id.clone(),
            name: self.site.stack_name.clone(),
            status: self.status.clone(),
            status_reason: self.status_reason.clone(),
            outputs: self.shown.outputs.clone(),
            tags: self.shown.tags.clone(),
            notification_arns: self.notification_arns.clone(),
            termination_protection: self.termination_protection,
            created: Some(self.created),
            updated: self.updated,
            operations: self.log.iter().rev().map(|record| record.operation.clone()).collect(),
        }
    }

    /// A role that is given once is used from then on.
    pub(super) fn take_role(&mut self, given: Option<String>) {
        self.handling.role_arn = given.or_else(|| self.handling.role_arn.take());
    }

    /// The names of the change sets that were not executed.
    pub(in crate::memory) fn open_change_sets(&self) -> impl Iterator<Item = &str> {
        self.change_sets.iter().filter(|set| !set.executed).map(|set| set.name.as_str())
    }

    /// What it is now, to go back to.
    pub(super) fn present(&self) -> Past {
        Past { shown: self.shown.clone(), resources: self.resources.clone() }
    }

    /// The resources as their last events left them, by logical id.
    pub(super) fn listed(&self) -> Vec<StackResource> {
        let own = |event: &&StackEvent| event.resource_type != "AWS::CloudFormation::Stack";
        let resources = self.events.iter().filter(own).map(StackResource::from);
        let latest: BTreeMap<_, _> = resources.map(|r| (r.logical_id.clone(), r)).collect();
        latest.into_values().collect()
    }

    /// Writes down that an operation begins with the next event.
    pub(super) fn begin(&mut self, kind: &str) {
        let id = uuid(&format!("{}/{kind}/{}", self.site.stack_id, self.log.len()));
        let operation = StackOperation { id, kind: kind.to_owned() };
        self.log.push(OperationRecord { operation, first: self.events.len() });
    }

    pub(in crate::memory) fn is_gone(&self) -> bool {
        self.status == StackStatus::DeleteComplete
    }

    /// Lets a draft happen. Gives back a resource that the stack leaves behind.
    pub(super) fn happen(&mut self, draft: Draft, clock: &mut Clock) -> Option<Resource> {
        let timestamp = clock.tick();
        // Rolling back is an operation of its own.
        if matches!(draft.status, "ROLLBACK_IN_PROGRESS" | "UPDATE_ROLLBACK_IN_PROGRESS") {
            self.begin("ROLLBACK");
        }
        self.events.push(self.event(&draft, timestamp));
        match draft.subject {
            Subject::Stack(shown) => {
                self.status = StackStatus::from_name(draft.status);
                self.status_reason = draft.reason;
                self.shown = shown.unwrap_or_else(|| self.shown.clone());
                if draft.status == "UPDATE_IN_PROGRESS" {
                    self.updated = Some(timestamp);
                }
                None
            }
            Subject::Resource(resource) => self.settle(*resource, draft.status),
        }
    }

    fn event(&self, draft: &Draft, timestamp: Timestamp) -> StackEvent {
        let (logical_id, resource_type) = match &draft.subject {
            Subject::Stack(_) => (self.site.stack_name.as_str(), "AWS::CloudFormation::Stack"),
            Subject::Resource(resource) => {
                (resource.logical_id.as_str(), resource.resource_type.as_str())
            }
        };
        StackEvent {
            id: format!("{logical_id}-{}-{timestamp}", draft.status),
            timestamp,
            logical_id: logical_id.to_owned(),
            physical_id: draft.physical_id.clone(),
            resource_type: resource_type.to_owned(),
            status: draft.status.to_owned(),
            reason: draft.reason.clone(),
            token: draft.token.clone(),
        }
    }

    fn settle(&mut self, resource: Resource, status: &str) -> Option<Resource> {
        let id = resource.logical_id.clone();
        match status {
            "CREATE_COMPLETE" | "UPDATE_COMPLETE" => {
                // CloudFormation writes the whole definition, whatever was there.
                self.edits.remove(&id);
                self.resources.insert(id, resource);
                None
            }
            "DELETE_COMPLETE" | "DELETE_SKIPPED" => {
                // The resource that replaced this one stays.
                let same = |has: &Resource| has.physical_id == resource.physical_id;
                if self.resources.get(&id).is_some_and(same) {
                    self.resources.remove(&id);
                }
                (status == "DELETE_SKIPPED").then_some(resource)
            }
            _ => None,
        }
    }
}

impl World {
    /// Where the stack of that name or ARN is: by name only while it is not deleted.
    pub(in crate::memory) fn find_stack(&self, region: &str, name_or_id: &str) -> Option<usize> {
        self.stacks.iter().rposition(|stack| {
            stack.site.region == region
                && (stack.site.stack_id == name_or_id
                    || (stack.site.stack_name == name_or_id && !stack.is_gone()))
        })
    }

    /// Lets the next step of a stack's operation become visible.
    pub(in crate::memory) fn advance(&mut self, at: usize) {
        let stack = &mut self.stacks[at];
        for draft in stack.queue.pop_front().unwrap_or_default() {
            if let Some(left) = stack.happen(draft, &mut self.clock) {
                self.retained.insert((left.resource_type, left.physical_id));
            }
        }
    }
}
