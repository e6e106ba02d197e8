//! The plan of `down`.

use serde_json::Value;

use super::planner::{Blocked, is_ours};
use crate::config::Tags;
use crate::finding::Finding;
use crate::installation::ArtifactPlace;
use cloud::{Bucket, Stack, StackResource, StackStatus};

/// What exists of a stack and its artifacts.
#[derive(Debug, Clone)]
pub struct ExistingParts<'a> {
    /// The stack, if it exists.
    pub stack: Option<&'a Stack>,
    /// Its template, if it is JSON.
    pub template: Option<&'a Value>,
    /// Its resources, if a deletion failed.
    pub resources: &'a [StackResource],
    pub bucket: &'a Bucket,
    /// Whether there are artifacts of a deleted stack, or an empty bucket.
    pub has_leftovers: bool,
    /// What an unfinished adoption left, if the stack is still the original application's.
    pub adoption: Option<AdoptionLeft>,
    /// The places in given buckets that have artifacts of the stack.
    pub given: &'a [ArtifactPlace],
    /// Warnings about given buckets that the credentials cannot see.
    pub unseen: Vec<Finding>,
}

/// What an unfinished adoption left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdoptionLeft {
    /// Whether there are artifacts.
    pub artifacts: bool,
    /// The change sets that name them, and can be executed.
    pub change_sets: Vec<String>,
}

/// How the removal may differ from a plain one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RemovalOptions {
    /// Resources to leave behind, by logical id.
    pub retain: Vec<String>,
    /// Whether every resource that cannot be deleted is left behind.
    pub force: bool,
    /// Whether termination protection is switched off.
    pub unprotect: bool,
    /// The role that CloudFormation acts with.
    pub role_arn: Option<String>,
}

/// What has to be removed, and what is lost with it.
#[derive(Debug, Clone)]
pub struct Removal {
    /// The steps, in order; none if nothing exists.
    pub steps: Vec<RemovalStep>,
    /// Warnings about artifacts that the credentials cannot see.
    pub unseen: Vec<Finding>,
    /// What blocks the removal.
    pub blocked: Option<Blocked>,
    /// The resources that are removed, by logical id and type.
    pub resources: Vec<(String, String)>,
    /// The resources that could not be deleted the last time.
    pub stuck: Vec<StackResource>,
    /// The resources that are left behind, or may be.
    pub left: Vec<StackResource>,
    /// Whether the stack stays, and only what an adoption left is removed.
    pub keeps_stack: bool,
}

/// One step of a removal. The stack is deleted first: as long as it exists, its rollbacks need its artifacts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RemovalStep {
    /// Switch termination protection off.
    Unprotect { stack_id: String },
    /// Delete the stack and follow it until it is gone.
    DeleteStack {
        stack_id: String,
        /// The resources to leave behind, by logical id.
        retain: Vec<String>,
        /// Whether every resource that cannot be deleted is left behind.
        force: bool,
        /// The role that CloudFormation acts with.
        role_arn: Option<String>,
        /// The resources that it still has, if a deletion failed before.
        remaining: Vec<StackResource>,
    },
    /// Delete the stack's artifacts in a given bucket, and nothing else there.
    RemoveObjects(ArtifactPlace),
    /// Remove every version of the stack's objects in the deployer's bucket.
    PurgeArtifacts,
    /// Remove the bucket, if other stacks have nothing in it.
    RemoveBucketIfEmpty,
}

/// Decides what `down` does.
pub fn plan_removal(existing: ExistingParts<'_>, options: &RemovalOptions) -> Removal {
    let stack = existing.stack.filter(|stack| stack.status != StackStatus::DeleteComplete);
    let is_there = |resource: &&StackResource| resource.status != "DELETE_COMPLETE";
    let remaining: Vec<StackResource> =
        existing.resources.iter().filter(is_there).cloned().collect();
    let refused = |resource: &&StackResource| resource.status == "DELETE_FAILED";
    let stuck: Vec<StackResource> = remaining.iter().filter(refused).cloned().collect();
    let stays =
        |resource: &&StackResource| options.force || options.retain.contains(&resource.logical_id);
    let left: Vec<StackResource> = stuck.iter().filter(stays).cloned().collect();
    let keeps_stack = existing.adoption.as_ref().is_some_and(|left| left.artifacts);
    let blocked = match (&existing.adoption, stack) {
        (Some(left), Some(stack)) if keeps_stack => adoption_blocked(left, stack),
        (_, stack) => stack.and_then(|stack| blocked(stack, &stuck, options)),
    };
    // In a bucket of another account, it is unknown whether something is left. With a given bucket, the
    // credentials need no permission for the deployer's.
    let is_hidden = *existing.bucket == Bucket::Foreign
        && existing.given.is_empty()
        && existing.unseen.is_empty();
    let hidden = is_hidden.then_some(Blocked::BucketTaken);
    let blocked = blocked.or(hidden);
    let resources = match stack {
        Some(_) if keeps_stack => Vec::new(),
        Some(stack) if stack.status == StackStatus::DeleteFailed => going(&remaining, &left),
        Some(_) => existing.template.map(declared).unwrap_or_default(),
        None => Vec::new(),
    };
    let steps = match blocked {
        None if keeps_stack => steps(None, &existing, options, remaining),
        None => steps(stack, &existing, options, remaining),
        Some(_) => Vec::new(),
    };
    Removal { steps, unseen: existing.unseen, blocked, resources, stuck, left, keeps_stack }
}

fn steps(
    stack: Option<&Stack>,
    existing: &ExistingParts<'_>,
    options: &RemovalOptions,
    remaining: Vec<StackResource>,
) -> Vec<RemovalStep> {
    let mut steps = Vec::new();
    if let Some(stack) = stack {
        if stack.termination_protection {
            steps.push(RemovalStep::Unprotect { stack_id: stack.id.clone() });
        }
        steps.push(RemovalStep::DeleteStack {
            stack_id: stack.id.clone(),
            retain: options.retain.clone(),
            force: options.force,
            role_arn: options.role_arn.clone(),
            remaining,
        });
    }
    // An unfinished bucket has no tags yet; its name and its owner show that it is ours.
    let own_bucket = match existing.bucket {
        Bucket::Present { tags } => tags.is_empty() || Tags::mark_as_own(tags),
        Bucket::Absent | Bucket::Foreign | Bucket::Elsewhere { .. } => false,
    };
    steps.extend(existing.given.iter().cloned().map(RemovalStep::RemoveObjects));
    let is_left = existing.has_leftovers || existing.adoption.is_some();
    if own_bucket && (stack.is_some() || is_left) {
        steps.extend([RemovalStep::PurgeArtifacts, RemovalStep::RemoveBucketIfEmpty]);
    }
    steps
}

/// Why what an adoption left cannot be removed.
fn adoption_blocked(left: &AdoptionLeft, stack: &Stack) -> Option<Blocked> {
    if stack.status.is_busy() {
        return Some(Blocked::Busy(stack.status.clone()));
    }
    let change_sets = left.change_sets.clone();
    (!change_sets.is_empty()).then_some(Blocked::Prepared { change_sets })
}

fn blocked(stack: &Stack, stuck: &[StackResource], options: &RemovalOptions) -> Option<Blocked> {
    let insists = options.force || !options.retain.is_empty();
    let is_stuck = |id: &String| stuck.iter().any(|resource| resource.logical_id == *id);
    if !is_ours(stack) {
        Some(Blocked::NotOurs)
    } else if stack.status.is_busy() {
        Some(Blocked::Busy(stack.status.clone()))
    } else if stack.termination_protection && !options.unprotect {
        Some(Blocked::Protected)
    } else if insists && stack.status != StackStatus::DeleteFailed {
        Some(Blocked::NothingStuck(stack.status.clone()))
    } else if !options.retain.iter().all(is_stuck) {
        let named = options.retain.iter().filter(|id| !is_stuck(id)).cloned().collect();
        let stuck = stuck.iter().map(|resource| resource.logical_id.clone()).collect();
        Some(Blocked::NotStuck { named, stuck })
    } else {
        None
    }
}

fn going(remaining: &[StackResource], left: &[StackResource]) -> Vec<(String, String)> {
    let going = remaining.iter().filter(|resource| !left.contains(resource));
    going.map(|resource| (resource.logical_id.clone(), resource.resource_type.clone())).collect()
}

fn declared(template: &Value) -> Vec<(String, String)> {
    let resources = template.get("Resources").and_then(Value::as_object);
    resources
        .into_iter()
        .flatten()
        .map(|(id, resource)| {
            let kind = resource.get("Type").and_then(Value::as_str).unwrap_or_default();
            (id.clone(), kind.to_owned())
        })
        .collect()
}
