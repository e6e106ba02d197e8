//! A stack: what it shows, what it has, and its pending steps.

use std::collections::{BTreeMap, VecDeque};

use jiff::Timestamp;

use crate::{
    ChangeSet, Failure, Output, Stack, StackEvent, StackOperation, StackOptions, StackResource,
    StackStatus,
};

use super::physical::{Resource, StackIdentity, uuid};
use super::template::Template;

/// What a stack shows besides its status.
#[derive(Clone, Default)]
pub(super) struct VisibleState {
    /// None for a stack whose first change set was not executed yet.
    pub(super) template: Option<Template>,
    pub(super) tags: BTreeMap<String, String>,
    pub(super) outputs: Vec<Output>,
}

/// The state of a stack before an update.
#[derive(Clone)]
pub(super) struct Snapshot {
    pub(super) visible: VisibleState,
    pub(super) resources: BTreeMap<String, Resource>,
}

/// One stack, which may be deleted.
pub(super) struct StackRecord {
    pub(super) identity: StackIdentity,
    pub(super) status: StackStatus,
    pub(super) status_reason: Option<String>,
    pub(super) visible: VisibleState,
    pub(super) resources: BTreeMap<String, Resource>,
    /// The state before its last update, for as long as a rollback to it is possible.
    pub(super) before_update: Option<Snapshot>,
    /// Definitions that were edited outside the stack, by logical id; `None` if the machine was
    /// deleted.
    pub(super) edits: BTreeMap<String, Option<String>>,
    pub(super) termination_protection: bool,
    /// The topics that are notified of its events.
    pub(super) notification_arns: Vec<String>,
    /// The options of its last operation.
    pub(super) stack_options: StackOptions,
    pub(super) created: Timestamp,
    pub(super) updated: Option<Timestamp>,
    /// Oldest first.
    pub(super) events: Vec<StackEvent>,
    pub(super) change_sets: Vec<ChangeSetRecord>,
    /// How many operations were started.
    pub(super) operation_count: u32,
    /// The operations that have ids, oldest first.
    pub(super) operation_log: Vec<OperationRecord>,
    pub(super) queue: VecDeque<Step>,
}

/// One change set.
pub(super) struct ChangeSetRecord {
    pub(super) name: String,
    pub(super) id: String,
    pub(super) view: ChangeSet,
    /// How often it still reports that it is being created.
    pub(super) pending: u32,
    pub(super) template: Template,
    pub(super) tags: BTreeMap<String, String>,
    pub(super) stack_options: StackOptions,
    pub(super) executed: bool,
    /// What its validation found.
    pub(super) failures: Vec<Failure>,
}

/// An operation with an id.
pub(super) struct OperationRecord {
    pub(super) operation: StackOperation,
    /// The index of its first event.
    pub(super) first: usize,
}

/// The events that become visible together.
pub(super) type Step = Vec<PendingEvent>;

/// An event before it happens, with its effect.
pub(super) struct PendingEvent {
    pub(super) subject: EventSubject,
    pub(super) status: &'static str,
    pub(super) reason: Option<String>,
    pub(super) physical_id: Option<String>,
    pub(super) token: Option<String>,
}

/// What an event is about.
pub(super) enum EventSubject {
    /// The stack; if given, what it shows from now on.
    Stack(Option<VisibleState>),
    /// A resource, as it is once the event's status is complete.
    Resource(Box<Resource>),
}

impl StackRecord {
    pub(super) fn new(identity: StackIdentity, created: Timestamp) -> Self {
        Self {
            identity,
            status: StackStatus::ReviewInProgress,
            status_reason: None,
            visible: VisibleState::default(),
            resources: BTreeMap::new(),
            before_update: None,
            edits: BTreeMap::new(),
            termination_protection: false,
            notification_arns: Vec::new(),
            stack_options: StackOptions::default(),
            created,
            updated: None,
            events: Vec::new(),
            change_sets: Vec::new(),
            operation_count: 0,
            operation_log: Vec::new(),
            queue: VecDeque::new(),
        }
    }

    pub(super) fn view(&self) -> Stack {
        Stack {
            id: self.identity.stack_id.clone(),
            name: self.identity.stack_name.clone(),
            status: self.status.clone(),
            status_reason: self.status_reason.clone(),
            outputs: self.visible.outputs.clone(),
            tags: self.visible.tags.clone(),
            notification_arns: self.notification_arns.clone(),
            termination_protection: self.termination_protection,
            created: Some(self.created),
            updated: self.updated,
            operations: self
                .operation_log
                .iter()
                .rev()
                .map(|record| record.operation.clone())
                .collect(),
        }
    }

    /// Sets the role; without a new one, the previous role stays.
    pub(super) fn set_role(&mut self, given: Option<String>) {
        self.stack_options.role_arn = given.or_else(|| self.stack_options.role_arn.take());
    }

    /// The names of the change sets that were not executed.
    pub(super) fn open_change_sets(&self) -> impl Iterator<Item = &str> {
        self.change_sets.iter().filter(|set| !set.executed).map(|set| set.name.as_str())
    }

    /// The current state, for a rollback.
    pub(super) fn snapshot(&self) -> Snapshot {
        Snapshot { visible: self.visible.clone(), resources: self.resources.clone() }
    }

    /// The resources as their last events left them, by logical id.
    pub(super) fn list_resources(&self) -> Vec<StackResource> {
        let own = |event: &&StackEvent| event.resource_type != "AWS::CloudFormation::Stack";
        let resources = self.events.iter().filter(own).map(StackResource::from);
        let latest: BTreeMap<_, _> = resources.map(|r| (r.logical_id.clone(), r)).collect();
        latest.into_values().collect()
    }

    /// Records that an operation begins with the next event.
    pub(super) fn start_operation(&mut self, kind: &str) {
        let id = uuid(&format!("{}/{kind}/{}", self.identity.stack_id, self.operation_log.len()));
        let operation = StackOperation { id, kind: kind.to_owned() };
        self.operation_log.push(OperationRecord { operation, first: self.events.len() });
    }

    pub(super) fn is_deleted(&self) -> bool {
        self.status == StackStatus::DeleteComplete
    }

    /// Applies an event. Returns a resource that the stack leaves behind.
    pub(super) fn apply(
        &mut self,
        pending: PendingEvent,
        timestamp: Timestamp,
    ) -> Option<Resource> {
        // A rollback is a separate operation.
        if matches!(pending.status, "ROLLBACK_IN_PROGRESS" | "UPDATE_ROLLBACK_IN_PROGRESS") {
            self.start_operation("ROLLBACK");
        }
        self.events.push(self.event(&pending, timestamp));
        match pending.subject {
            EventSubject::Stack(visible) => {
                self.status = StackStatus::from_name(pending.status);
                self.status_reason = pending.reason;
                self.visible = visible.unwrap_or_else(|| self.visible.clone());
                if pending.status == "UPDATE_IN_PROGRESS" {
                    self.updated = Some(timestamp);
                }
                None
            }
            EventSubject::Resource(resource) => self.apply_to_resource(*resource, pending.status),
        }
    }

    fn event(&self, pending: &PendingEvent, timestamp: Timestamp) -> StackEvent {
        let (logical_id, resource_type) = match &pending.subject {
            EventSubject::Stack(_) => {
                (self.identity.stack_name.as_str(), "AWS::CloudFormation::Stack")
            }
            EventSubject::Resource(resource) => {
                (resource.logical_id.as_str(), resource.resource_type.as_str())
            }
        };
        StackEvent {
            id: format!("{logical_id}-{}-{timestamp}", pending.status),
            timestamp,
            logical_id: logical_id.to_owned(),
            physical_id: pending.physical_id.clone(),
            resource_type: resource_type.to_owned(),
            status: pending.status.to_owned(),
            reason: pending.reason.clone(),
            token: pending.token.clone(),
        }
    }

    fn apply_to_resource(&mut self, resource: Resource, status: &str) -> Option<Resource> {
        let id = resource.logical_id.clone();
        match status {
            "CREATE_COMPLETE" | "UPDATE_COMPLETE" => {
                // CloudFormation writes the whole definition, whatever was there before.
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
