//! The plan of `up`.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::config::Tags;
use cloud::{Bucket, ChangeSetType, ResourceChange, Stack, StackStatus};

use super::drift::drift;
use super::flow_not_named::flow_not_named;
use super::original::{replaced_by, unlike_original};
use super::{
    ApplyOptions, CodeChange, Desired, DesiredStack, Drift, Observed, Rights, code_changes,
    difference, rights,
};
use crate::finding::Finding;
use crate::installation::ArtifactPlace;

/// A tag of the stack that changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TagChange {
    pub key: String,
    /// `None` if it is added.
    pub before: Option<String>,
    /// `None` if it is removed.
    pub after: Option<String>,
}

/// What has to be done. Applying it requires no further decision.
#[derive(Debug, Clone)]
pub struct Plan {
    /// What happens to the stack.
    pub action: Action,
    /// The steps, in order.
    pub steps: Vec<Step>,
    /// What happens to each resource, as far as the templates show.
    pub changes: Vec<ResourceChange>,
    /// The functions of the flow whose code changes.
    pub code: Vec<CodeChange>,
    /// Who may do more, or less, than before.
    pub rights: Vec<Rights>,
    /// The tags of the stack that change.
    pub tags: Vec<TagChange>,
    /// What was changed outside, and what would happen to it.
    pub drift: Option<Drift>,
}

/// What happens to the stack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// It is created.
    Create,
    /// What a failed creation left is removed, then it is created.
    Recreate(StackStatus),
    /// It is updated in place.
    Update,
    /// It is the original application's, and is updated in place to be ours.
    Adopt,
    /// It is up to date, except for its termination protection.
    Protect,
    /// It is up to date.
    Nothing,
    /// Something prevents every change.
    Blocked(Blocked),
}

impl Action {
    /// The word for it in JSON and in plan files.
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

    /// Whether an existing stack is updated in place.
    pub fn is_in_place(&self) -> bool {
        matches!(self, Self::Update | Self::Adopt)
    }
}

/// What prevents a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Blocked {
    /// An operation is in progress.
    Busy(StackStatus),
    /// The deployer did not create the stack of that name.
    NotOurs,
    /// The stack has this flow, and would lose it because the inputs do not name one.
    FlowNotNamed(String),
    /// The stack cannot be adopted, or must not be.
    NotAdopted(NotAdopted),
    /// A rollback or a deletion failed, and a person has to act.
    Broken(StackStatus),
    /// What a failed creation left has to be removed before a change set can be created.
    InTheWay(StackStatus),
    /// The name of the artifact bucket belongs to another account.
    BucketTaken,
    /// The given bucket for the artifacts cannot be used, because of this state.
    ArtifactBucket(Bucket),
    /// Change sets that can be executed need the artifacts that an adoption left.
    Prepared { change_sets: Vec<String> },
    /// The stack is protected from deletion.
    Protected,
    /// Resources may be left behind only after a failed deletion.
    NothingStuck(StackStatus),
    /// Resources to leave behind whose deletion did not fail.
    NotStuck {
        named: Vec<String>,
        /// The logical ids of those whose deletion failed.
        stuck: Vec<String>,
    },
}

/// Why a stack is not adopted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotAdopted {
    /// It is the original application's, and the options do not ask for an adoption.
    Unasked,
    /// It does not exist.
    Absent,
    /// It differs from what the original application creates.
    Unlike(Vec<Finding>),
}

/// One step of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Create the artifact bucket.
    CreateBucket,
    /// Configure the artifact bucket, or finish its configuration.
    ConfigureBucket,
    /// Put an object into it: the index into [`DesiredStack::uploads`](super::DesiredStack::uploads).
    Upload(usize),
    /// Put an object into it instead of another one, as a new version.
    Replace(usize),
    /// Remove what a failed creation left.
    DeleteFailedStack { stack_id: String },
    /// Create a change set, show it, have it confirmed, execute it, and follow the stack until it settles.
    ChangeSet(ChangeSetType),
    /// Switch termination protection on.
    Protect,
    /// Wait until Lambda reports that the function can be invoked.
    AwaitFunction,
    /// Hide the artifacts that no template names anymore.
    RetireArtifacts,
    /// Hide the artifacts in the place that the stack used before.
    LeaveArtifacts(ArtifactPlace),
}

/// Decides. The same inputs give the same plan.
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
    let tags = match &observed.stack {
        Some(stack) if action.is_in_place() => {
            tag_changes(&stack.tags, desired.stack.tags.as_map())
        }
        _ => Vec::new(),
    };
    let after = desired.stack.template.document();
    let changes = difference(before, after);
    Plan {
        drift: drift(desired, observed, &action, &changes, !tags.is_empty()),
        changes,
        code: code_changes(before, after),
        rights: rights(before, after),
        action,
        steps,
        tags,
    }
}

fn tag_changes(
    before: &BTreeMap<String, String>,
    after: &BTreeMap<String, String>,
) -> Vec<TagChange> {
    let keys: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let changed = keys.into_iter().filter(|key| before.get(*key) != after.get(*key));
    let change = |key: &String| TagChange {
        key: key.clone(),
        before: before.get(key).cloned(),
        after: after.get(key).cloned(),
    };
    changed.map(change).collect()
}

fn action(desired: &Desired, observed: &Observed) -> Action {
    if observed.is_up_to_date(desired) {
        let is_protected =
            observed.stack.as_ref().is_some_and(|stack| stack.termination_protection);
        let protect = desired.options.protect && !is_protected;
        return if protect { Action::Protect } else { Action::Nothing };
    }
    let bucket = observed.storage.as_ref().map(|storage| &storage.bucket);
    match (desired.stack.artifacts.is_given, bucket) {
        (_, None | Some(Bucket::Present { .. })) | (false, Some(Bucket::Absent)) => {}
        (false, Some(Bucket::Foreign | Bucket::Elsewhere { .. })) => {
            return Action::Blocked(Blocked::BucketTaken);
        }
        (true, Some(unusable)) => {
            return Action::Blocked(Blocked::ArtifactBucket(unusable.clone()));
        }
    }
    let Some(stack) = &observed.stack else {
        return create(&desired.options);
    };
    match &stack.status {
        // Empty, and created by a change set that was never executed: a new one takes its place.
        StackStatus::ReviewInProgress | StackStatus::DeleteComplete => create(&desired.options),
        _ if !is_ours(stack) => adopt(desired, observed, &stack.status),
        status if status.is_busy() => Action::Blocked(Blocked::Busy(status.clone())),
        status if status.never_created() && desired.options.prepare_only => {
            Action::Blocked(Blocked::InTheWay(status.clone()))
        }
        status if status.never_created() => Action::Recreate(status.clone()),
        status if status.is_stable() || *status == StackStatus::UpdateFailed => {
            let lost = flow_not_named(&desired.stack, observed).map(Blocked::FlowNotNamed);
            lost.map_or(Action::Update, Action::Blocked)
        }
        status => Action::Blocked(Blocked::Broken(status.clone())),
    }
}

fn create(options: &ApplyOptions) -> Action {
    match options.adopt {
        true => Action::Blocked(Blocked::NotAdopted(NotAdopted::Absent)),
        false => Action::Create,
    }
}

/// What happens to a stack that the deployer did not create.
fn adopt(desired: &Desired, observed: &Observed, status: &StackStatus) -> Action {
    let before = observed.template.as_ref();
    if !desired.options.adopt {
        let original = observed.is_original().then_some(Blocked::NotAdopted(NotAdopted::Unasked));
        return Action::Blocked(original.unwrap_or(Blocked::NotOurs));
    }
    let mut faults = unlike_original(before);
    if faults.is_empty() {
        faults = before
            .map(|before| replaced_by(before, desired.stack.template.document()))
            .unwrap_or_default();
    }
    match status {
        busy if busy.is_busy() => Action::Blocked(Blocked::Busy(busy.clone())),
        _ if !faults.is_empty() => Action::Blocked(Blocked::NotAdopted(NotAdopted::Unlike(faults))),
        sound if sound.is_stable() => Action::Adopt,
        broken => Action::Blocked(Blocked::Broken(broken.clone())),
    }
}

/// Whether the deployer created a stack. A stack in review is empty, and may not have its tags yet.
pub(super) fn is_ours(stack: &Stack) -> bool {
    stack.status == StackStatus::ReviewInProgress || Tags::mark_as_own(&stack.tags)
}

fn steps(
    desired: &Desired,
    observed: &Observed,
    failed: Option<&Stack>,
    kind: ChangeSetType,
) -> Vec<Step> {
    let mut steps = bucket_steps(&desired.stack, observed);
    let storage = observed.storage.as_ref();
    let is_present = |key: &String| storage.is_some_and(|storage| storage.present.contains(key));
    let is_wrong =
        |key: &String| storage.is_some_and(|one| one.wrong.iter().any(|wrong| wrong.key == *key));
    let uploads = desired.stack.uploads.iter().enumerate();
    let missing = uploads.filter(|(_, upload)| !is_present(&upload.key));
    steps.extend(missing.map(|(index, upload)| match is_wrong(&upload.key) {
        true => Step::Replace(index),
        false => Step::Upload(index),
    }));
    steps.extend(failed.map(|stack| Step::DeleteFailedStack { stack_id: stack.id.clone() }));
    steps.push(Step::ChangeSet(kind));
    if !desired.options.prepare_only {
        steps.extend(desired.options.protect.then_some(Step::Protect));
        steps.extend([Step::AwaitFunction, Step::RetireArtifacts]);
        let before = observed.deployed_artifacts(&desired.stack).map(|(place, _)| place);
        let left = before.filter(|place| *place != desired.stack.artifacts);
        steps.extend(left.map(Step::LeaveArtifacts));
    }
    steps
}

/// What the artifact bucket needs first. A given bucket is never created or configured.
fn bucket_steps(desired: &DesiredStack, observed: &Observed) -> Vec<Step> {
    if desired.artifacts.is_given {
        return Vec::new();
    }
    let key = desired.kms_key.as_deref();
    match observed.storage.as_ref().map(|storage| &storage.bucket) {
        // Without a key, the one that another stack has given stays.
        Some(Bucket::Present { tags })
            if Tags::mark_as_own(tags) && (key.is_none() || key == Tags::kms_key_of(tags)) =>
        {
            Vec::new()
        }
        Some(Bucket::Present { .. }) => vec![Step::ConfigureBucket],
        Some(Bucket::Absent | Bucket::Foreign | Bucket::Elsewhere { .. }) | None => {
            vec![Step::CreateBucket, Step::ConfigureBucket]
        }
    }
}
