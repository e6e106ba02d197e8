//! Creating, describing, and executing change sets.

use std::collections::VecDeque;

use crate::memory::account::Account;
use crate::memory::changes::{CurrentStack, changes, drift_reversals};
use crate::memory::functions::CODE;
use crate::memory::physical::{StackIdentity, uuid};
use crate::memory::refusal::{refuse, validation};
use crate::memory::template::Template;
use crate::{
    ChangeSet, ChangeSetId, ChangeSetRequest, ChangeSetStatus, CloudError, ErrorKind, OnFailure,
    OnStackFailure, Replacement, StackOptions, StackStatus,
};

use super::create::create;
use super::desired::Desired;
use super::request::{check, check_stack};
use super::schedule::Schedule;
use super::update::update;
use crate::memory::stack_record::{ChangeSetRecord, StackRecord, Step};

impl Account {
    /// `CreateChangeSet`.
    pub(super) fn create_change_set(
        &mut self,
        region: &str,
        request: &ChangeSetRequest,
    ) -> Result<ChangeSetId, CloudError> {
        let template = check(self, request)?;
        let found = check_stack(self, region, request)?;
        let fresh = found.is_none().then(|| {
            let nth = self.stacks.len();
            let identity = StackIdentity::new(&self.id, region, &request.stack_name, nth);
            StackRecord::new(identity, self.clock.now())
        });
        let stack = match (&fresh, found) {
            (None, Some(at)) => &self.stacks[at],
            (Some(fresh), _) => fresh,
            (None, None) => return Err(validation("CreateChangeSet", "Stack does not exist")),
        };
        let drift_aware = request.revert_drift && !self.drift_hidden;
        let mut view = compare(stack, &template, request, drift_aware)?;
        if let Some(id) = self.next_change_set_replaces.take() {
            let mut changes = view.changes.iter_mut();
            if let Some(change) = changes.find(|change| change.logical_id == id) {
                change.replacement = Replacement::Always;
            }
        }
        let (reason, failures) = self.next_change_set_fails.take().unzip();
        if let Some(reason) = reason {
            view.status = ChangeSetStatus::Failed(reason);
        }
        let at = found.unwrap_or(self.stacks.len());
        if let Some(fresh) = fresh {
            self.stacks.push(fresh);
            self.start_review(at, &request.token);
        }
        let id = self.store_change_set(at, request, template, view);
        if let Some(set) = self.stacks[at].change_sets.last_mut() {
            set.failures = failures.unwrap_or_default();
        }
        Ok(id)
    }

    /// Adds the first event of the empty stack behind a first change set.
    fn start_review(&mut self, at: usize, token: &str) {
        let mut schedule = Schedule::new(&self.stacks[at].identity, Some(token));
        let reason = Some("User Initiated".to_owned());
        schedule.stack("REVIEW_IN_PROGRESS", reason, None);
        self.stacks[at].queue = schedule.finish();
        self.advance(at);
    }

    fn store_change_set(
        &mut self,
        at: usize,
        request: &ChangeSetRequest,
        template: Template,
        view: ChangeSet,
    ) -> ChangeSetId {
        let stack = &mut self.stacks[at];
        let StackIdentity { account, region, stack_id, .. } = &stack.identity;
        let unique = uuid(&format!("{stack_id}/{}/{}", request.name, self.clock.now()));
        let id = format!(
            "arn:aws:cloudformation:{region}:{account}:changeSet/{}/{unique}",
            request.name
        );
        let stack_id = stack_id.clone();
        stack.change_sets.push(ChangeSetRecord {
            name: request.name.clone(),
            id: id.clone(),
            view,
            pending: 1,
            template,
            tags: request.tags.clone(),
            stack_options: request.stack_options.clone(),
            executed: false,
            failures: Vec::new(),
        });
        ChangeSetId { id, stack_id }
    }

    /// The index of the stack of a change set, and its index in that stack.
    pub(super) fn find_change_set(
        &self,
        operation: &'static str,
        id: &ChangeSetId,
    ) -> Result<(usize, usize), CloudError> {
        let stacks = self.stacks.iter().enumerate();
        let mut sets = stacks.flat_map(|(at, stack)| {
            let sets = stack.change_sets.iter().enumerate();
            sets.map(move |(nth, set)| (at, nth, set))
        });
        let found = sets.find(|(_, _, set)| set.id == id.id);
        found.map(|(at, nth, _)| (at, nth)).ok_or_else(|| {
            let message = format!("ChangeSet [{}] does not exist", id.id);
            let (kind, code) = (ErrorKind::NotFound, "ChangeSetNotFound");
            refuse("CloudFormation", operation, kind, code, message)
        })
    }

    /// `ExecuteChangeSet`.
    pub(super) fn execute(
        &mut self,
        id: &ChangeSetId,
        token: &str,
        on_failure: OnFailure,
    ) -> Result<(), CloudError> {
        const OPERATION: &str = "ExecuteChangeSet";
        let (at, nth) = self.find_change_set(OPERATION, id)?;
        let set = &self.stacks[at].change_sets[nth];
        if set.view.status != ChangeSetStatus::Ready || set.pending > 0 || set.executed {
            let message = format!("ChangeSet [{}] cannot be executed in its current status", id.id);
            let (kind, code) = (ErrorKind::Invalid, "InvalidChangeSetStatus");
            return Err(refuse("CloudFormation", OPERATION, kind, code, message));
        }
        if set.stack_options.decides_on_failure() && on_failure == OnFailure::RollBack {
            let rule = "DisableRollback cannot be given for a change set with OnStackFailure or \
                        DeploymentConfig";
            return Err(validation(OPERATION, rule));
        }
        let stack_options = set.stack_options.clone();
        let steps = plan(self, &self.stacks[at], set, token)?;
        let stack = &mut self.stacks[at];
        stack.before_update = Some(stack.snapshot());
        let first = stack.status == StackStatus::ReviewInProgress;
        stack.start_operation(if first { "CREATE_STACK" } else { "UPDATE_STACK" });
        stack.queue = steps;
        stack.operation_count += 1;
        if let Some(topics) = &stack_options.notification_arns {
            stack.notification_arns.clone_from(topics);
        }
        let role = stack_options.role_arn.clone().or_else(|| stack.stack_options.role_arn.take());
        stack.stack_options = StackOptions { role_arn: role, ..stack_options };
        // The other change sets compare with a state that is no longer current.
        stack.change_sets.retain(|set| set.id == id.id);
        stack.change_sets[0].executed = true;
        self.advance(at);
        Ok(())
    }
}

fn plan(
    account: &Account,
    stack: &StackRecord,
    set: &ChangeSetRecord,
    token: &str,
) -> Result<VecDeque<Step>, CloudError> {
    let refused = |fault: String| validation("ExecuteChangeSet", fault);
    if stack.status.is_busy() {
        let state = &stack.status;
        return Err(refused(format!("Stack:{} is in {state} state", stack.identity.stack_id)));
    }
    let changes = &set.view.changes;
    let mut desired = Desired::new(stack, &set.template, &set.tags, changes).map_err(refused)?;
    for resource in desired.resources.values_mut() {
        let old = stack.resources.get(&resource.logical_id);
        let digest = account.code_digest(resource, old);
        resource.attributes.extend(digest.map(|digest| (CODE.to_owned(), digest)));
    }
    Ok(match stack.status {
        StackStatus::ReviewInProgress => {
            let on_failure = set.stack_options.on_stack_failure.unwrap_or(OnStackFailure::Rollback);
            create(account, stack, desired, on_failure, token)
        }
        _ => update(account, stack, &desired, changes, token),
    })
}

/// Compares a template with a stack.
fn compare(
    stack: &StackRecord,
    template: &Template,
    request: &ChangeSetRequest,
    drift_aware: bool,
) -> Result<ChangeSet, CloudError> {
    let before =
        CurrentStack { template: stack.visible.template.as_ref(), resources: &stack.resources };
    let tags_changed = stack.visible.tags != request.tags && before.template.is_some();
    let mut changes = changes(&before, template, tags_changed);
    if drift_aware {
        drift_reversals(&stack.edits, &before, template, &mut changes);
    }
    Desired::new(stack, template, &request.tags, &changes)
        .map_err(|fault| validation("CreateChangeSet", fault))?;
    let topics = &request.stack_options.notification_arns;
    let topics_changed = topics.as_ref().is_some_and(|topics| *topics != stack.notification_arns);
    let same = before.template.is_some_and(|old| old.substance() == template.substance());
    let status = match same && changes.is_empty() && !topics_changed {
        true => ChangeSetStatus::Empty,
        false => ChangeSetStatus::Ready,
    };
    Ok(ChangeSet { status, changes })
}
