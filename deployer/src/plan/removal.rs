//! The plan of `down`.

use serde_json::Value;

use super::planner::{Blocked, is_ours};
use crate::cloud::{Bucket, Stack, StackStatus};
use crate::config::Tags;

/// What has to be removed, and what is lost with it.
#[derive(Debug, Clone)]
pub struct Removal {
    /// The steps, in order; none where there is nothing.
    pub steps: Vec<RemovalStep>,
    /// What stands in the way.
    pub blocked: Option<Blocked>,
    /// The resources that go, as logical id and type.
    pub resources: Vec<(String, String)>,
}

/// One step of a removal. The stack goes first: as long as it is there, its rollbacks need its artifacts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RemovalStep {
    /// Delete the stack and follow it until it is gone.
    DeleteStack {
        /// Its ARN.
        stack_id: String,
    },
    /// Remove every version of the stack's objects.
    PurgeArtifacts,
    /// Remove the bucket, if other stacks have nothing in it.
    RemoveBucketIfEmpty,
}

/// Decides what `down` does.
#[must_use]
pub fn plan_removal(
    stack: Option<&Stack>,
    template: Option<&Value>,
    bucket: &Bucket,
    has_artifacts: bool,
) -> Removal {
    let stack = stack.filter(|stack| stack.status != StackStatus::DeleteComplete);
    let blocked = stack.and_then(blocked);
    let mut steps = Vec::new();
    if let Some(stack) = stack {
        steps.push(RemovalStep::DeleteStack { stack_id: stack.id.clone() });
    }
    // An unfinished bucket has no tags yet; it is ours by its name and its owner.
    let own_bucket = match bucket {
        Bucket::Present { tags } => tags.is_empty() || Tags::mark_as_own(tags),
        Bucket::Absent | Bucket::Foreign => false,
    };
    if own_bucket && (stack.is_some() || has_artifacts) {
        steps.extend([RemovalStep::PurgeArtifacts, RemovalStep::RemoveBucketIfEmpty]);
    }
    if blocked.is_some() {
        steps.clear();
    }
    Removal { steps, blocked, resources: stack.and(template).map(resources).unwrap_or_default() }
}

fn blocked(stack: &Stack) -> Option<Blocked> {
    if !is_ours(stack) {
        Some(Blocked::NotOurs)
    } else if stack.status.is_busy() {
        Some(Blocked::Busy(stack.status.clone()))
    } else if stack.termination_protection {
        Some(Blocked::Protected)
    } else {
        None
    }
}

fn resources(template: &Value) -> Vec<(String, String)> {
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
