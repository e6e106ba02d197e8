//! `plan`: what `up` would do.

use std::path::Path;

use serde::Serialize;
use serde_json::Value;

use crate::finding::Finding;
use crate::plan::{
    CodeChange, Desired, DesiredStack, Drift, Forgotten, Plan, Rights, Step, TagChange,
};
use crate::report::{self, Answer, Reader};

/// A plan, its warnings, and the file that it was written to.
#[derive(Serialize)]
pub struct PlannedChanges<'a> {
    stack_name: &'a str,
    action: &'static str,
    architecture: String,
    uploads: Vec<String>,
    changes: Vec<Value>,
    code: &'a [CodeChange],
    rights: &'a [Rights],
    tags_change: bool,
    tags: &'a [TagChange],
    forgotten: &'a [Forgotten],
    drift: Option<&'a Drift>,
    warnings: &'a [Finding],
    #[serde(skip)]
    plan: &'a Plan,
    #[serde(skip)]
    desired: &'a Desired,
    #[serde(skip)]
    file: Option<&'a Path>,
}

impl<'a> PlannedChanges<'a> {
    /// The answer about a plan.
    pub fn of(
        plan: &'a Plan,
        desired: &'a Desired,
        warnings: &'a [Finding],
        forgotten: &'a [Forgotten],
        file: Option<&'a Path>,
    ) -> Self {
        let stack = &desired.stack;
        Self {
            stack_name: stack.name.as_str(),
            action: plan.action.name(),
            architecture: stack.architecture.to_string(),
            uploads: plan.steps.iter().filter_map(|step| upload(step, stack)).collect(),
            changes: report::change_objects(&plan.changes),
            code: &plan.code,
            rights: &plan.rights,
            tags_change: !plan.tags.is_empty(),
            tags: &plan.tags,
            forgotten,
            drift: plan.drift.as_ref(),
            warnings,
            plan,
            desired,
            file,
        }
    }
}

impl Answer for PlannedChanges<'_> {
    const KIND: &'static str = "plan";

    fn text(&self, reader: &Reader<'_>) -> Option<String> {
        Some(report::plan(self.plan, self.desired, reader.next))
    }

    fn note(&self, reader: &Reader<'_>) -> Option<String> {
        let path = self.file?.display().to_string();
        let up = reader.next.code(&["up", "--plan", &path]);
        Some(format!("wrote the plan to {path}; {up} executes exactly this"))
    }
}

fn upload(step: &Step, stack: &DesiredStack) -> Option<String> {
    match step {
        Step::Upload(index) | Step::Replace(index) => {
            Some(format!("s3://{}/{}", stack.artifacts.bucket, stack.uploads[*index].key))
        }
        _ => None,
    }
}
