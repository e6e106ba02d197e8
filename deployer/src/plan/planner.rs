//! The plan of `up`.

use crate::config::Tags;
use cloud::{Bucket, ChangeSetType, ResourceChange, Stack, StackStatus};

use super::drift::drift;
use super::original::{replaced_by, unlike_original};
use super::unnamed_flow::forgotten;
use super::{Desired, Drift, Observed, Rights, difference, rights};
use crate::finding::Finding;

/// What has to be done, with no choice left for whoever does it.
#[derive(Debug, Clone)]
pub struct Plan {
    /// What happens to the stack.
    pub action: Action,
    /// The steps, in order.
    pub steps: Vec<Step>,
    /// What happens to each resource, as far as the templates tell.
    pub changes: Vec<ResourceChange>,
    /// Who may do more, or less, than before.
    pub rights: Vec<Rights>,
    /// Whether the stack's tags change.
    pub tags_change: bool,
    /// What was changed outside, and what would become of it.
    pub drift: Option<Drift>,
}

/// What happens to the stack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// It is made.
    Create,
    /// What a failed creation left is removed, then it is made.
    Recreate(StackStatus),
    /// It is changed in place.
    Update,
    /// It is the original application's, and is changed in place to be ours.
    Adopt,
    /// It is as wanted already, but for its termination protection.
    Protect,
    /// It is as wanted already.
    Nothing,
    /// Something stands in the way.
    Blocked(Blocked),
}

impl Action {
    /// The word for it in JSON and in plan files.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Recreate(_) => "recreate",
            Self::Update => "update",
            Self::Adopt => "adopt",
            Self::Protect => "protect",
            Self::Nothing => "nothing",
            Self::Blocked(_) => "blocked",
        }
    }

    /// Whether a stack that is there is changed in place.
    #[must_use]
    pub fn is_in_place(&self) -> bool {
        matches!(self, Self::Update | Self::Adopt)
    }
}

/// What stands in the way of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Blocked {
    /// An operation is going on.
    Busy(StackStatus),
    /// Somebody else made a stack of that name.
    NotOurs,
    /// The stack has this flow, and would lose it because nobody names one.
    Forgotten(String),
    /// It is about taking a stack over.
    NotAdopted(NotAdopted),
    /// A rollback or a deletion failed, and a person has to look.
    Broken(StackStatus),
    /// What a failed creation left has to be removed before a change set can be made.
    InTheWay(StackStatus),
    /// The artifact bucket's name belongs to somebody else.
    BucketTaken,
    /// The stack is protected from deletion.
    Protected,
    /// Resources may be left behind only where a deletion has failed.
    NothingStuck(StackStatus),
    /// Resources to leave behind that did not refuse to go.
    NotStuck {
        /// Their logical ids.
        named: Vec<String>,
        /// The logical ids of those that did.
        stuck: Vec<String>,
    },
}

/// Why a stack is not taken over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotAdopted {
    /// It is the original application's, and nobody asked for it.
    Unasked,
    /// There is none.
    Absent,
    /// It is not as the original application makes it.
    Unlike(Vec<Finding>),
}

/// One step of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Make the artifact bucket.
    CreateBucket,
    /// Set the artifact bucket up, or finish setting it up.
    ConfigureBucket,
    /// Put an object into it: the index into [`Desired::uploads`].
    Upload(usize),
    /// Remove what a failed creation left.
    DeleteFailedStack {
        /// The stack's ARN.
        stack_id: String,
    },
    /// Make a change set, show it, have it agreed to, execute it, and follow the stack until it settles.
    ChangeSet(ChangeSetType),
    /// Switch termination protection on.
    Protect,
    /// Wait until Lambda says that the function can be invoked.
    AwaitFunction,
    /// Hide the artifacts that no template names any more.
    RetireArtifacts,
}

/// Decides. The same inputs give the same plan.
#[must_use]
pub fn plan(desired: &Desired, observed: &Observed) -> Plan {
    let action = action(desired, observed);
    let steps = match &action {
        Action::Nothing | Action::Blocked(_) => Vec::new(),
        Action::Protect => vec![Step::Protect],
        Action::Create => steps(desired, observed, None, ChangeSetType::Create),
        Action::Recreate(_) => {
            steps(desired, observed, observed.stack.as_ref(), ChangeSetType::Create)
        }
        Action::Update | Action::Adopt => steps(desired, observed, None, ChangeSetType::Update),
    };
    let before = match action {
        Action::Update | Action::Adopt | Action::Protect | Action::Nothing => {
            observed.template.as_ref()
        }
        Action::Create | Action::Recreate(_) | Action::Blocked(_) => None,
    };
    let tags_change = action.is_in_place()
        && observed.stack.as_ref().is_some_and(|stack| stack.tags != *desired.tags.as_map());
    let after = desired.template.document();
    let changes = difference(before, after);
    Plan {
        drift: drift(desired, observed, &action, &changes, tags_change),
        changes,
        rights: rights(before, after),
        action,
        steps,
        tags_change,
    }
}

fn action(desired: &Desired, observed: &Observed) -> Action {
    if observed.is_as(desired) && !desired.revert_drift {
        let is_protected =
            observed.stack.as_ref().is_some_and(|stack| stack.termination_protection);
        return if desired.protect && !is_protected { Action::Protect } else { Action::Nothing };
    }
    if observed.storing.as_ref().is_some_and(|storing| storing.bucket == Bucket::Foreign) {
        return Action::Blocked(Blocked::BucketTaken);
    }
    let Some(stack) = &observed.stack else {
        return create(desired);
    };
    match &stack.status {
        // Empty, and made by a change set that nobody executed: a new one takes its place.
        StackStatus::ReviewInProgress | StackStatus::DeleteComplete => create(desired),
        _ if !is_ours(stack) => adopt(desired, observed, &stack.status),
        status if status.is_busy() => Action::Blocked(Blocked::Busy(status.clone())),
        status if status.never_created() && !desired.execute => {
            Action::Blocked(Blocked::InTheWay(status.clone()))
        }
        status if status.never_created() => Action::Recreate(status.clone()),
        status if status.is_stable() || *status == StackStatus::UpdateFailed => {
            let lost = forgotten(desired, observed).map(Blocked::Forgotten);
            lost.map_or(Action::Update, Action::Blocked)
        }
        status => Action::Blocked(Blocked::Broken(status.clone())),
    }
}

fn create(desired: &Desired) -> Action {
    match desired.adopt {
        true => Action::Blocked(Blocked::NotAdopted(NotAdopted::Absent)),
        false => Action::Create,
    }
}

/// What happens to a stack that somebody else made.
fn adopt(desired: &Desired, observed: &Observed, status: &StackStatus) -> Action {
    let before = observed.template.as_ref();
    if !desired.adopt {
        let original = observed.is_original().then_some(Blocked::NotAdopted(NotAdopted::Unasked));
        return Action::Blocked(original.unwrap_or(Blocked::NotOurs));
    }
    let mut faults = unlike_original(before);
    if faults.is_empty() {
        faults = before
            .map(|before| replaced_by(before, desired.template.document()))
            .unwrap_or_default();
    }
    match status {
        busy if busy.is_busy() => Action::Blocked(Blocked::Busy(busy.clone())),
        _ if !faults.is_empty() => Action::Blocked(Blocked::NotAdopted(NotAdopted::Unlike(faults))),
        sound if sound.is_stable() => Action::Adopt,
        broken => Action::Blocked(Blocked::Broken(broken.clone())),
    }
}

/// Whether the deployer made a stack. What is in review holds nothing, and may not carry its tags yet.
pub(super) fn is_ours(stack: &Stack) -> bool {
    stack.status == StackStatus::ReviewInProgress || Tags::mark_as_own(&stack.tags)
}

fn steps(
    desired: &Desired,
    observed: &Observed,
    failed: Option<&Stack>,
    kind: ChangeSetType,
) -> Vec<Step> {
    let mut steps = Vec::new();
    match observed.storing.as_ref().map(|storing| &storing.bucket) {
        Some(Bucket::Present { tags }) if Tags::mark_as_own(tags) => {}
        Some(Bucket::Present { .. }) => steps.push(Step::ConfigureBucket),
        Some(Bucket::Absent | Bucket::Foreign) | None => {
            steps.extend([Step::CreateBucket, Step::ConfigureBucket]);
        }
    }
    let present = observed.storing.as_ref().map(|storing| &storing.present[..]).unwrap_or_default();
    let missing =
        desired.uploads.iter().enumerate().filter(|(_, upload)| !present.contains(&upload.key));
    steps.extend(missing.map(|(index, _)| Step::Upload(index)));
    steps.extend(failed.map(|stack| Step::DeleteFailedStack { stack_id: stack.id.clone() }));
    steps.push(Step::ChangeSet(kind));
    if desired.execute {
        steps.extend(desired.protect.then_some(Step::Protect));
        steps.extend([Step::AwaitFunction, Step::RetireArtifacts]);
    }
    steps
}
