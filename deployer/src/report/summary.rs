//! Summaries as text: the plan, the outputs, warnings.

use super::changes;
use super::drift::drift_section;
use super::excerpt::excerpt;
use super::style::{BOLD, ERROR, SUCCESS, WARNING, styled};
use crate::finding::Finding;
use crate::host::harmless::printable;
use crate::next_command::NextCommand;
use crate::plan::{Action, CodeChange, Desired, DesiredStack, OnDrift, Plan, Step, TagChange};
use cloud::Output;

/// What `up` would do, by resource.
pub fn plan(plan: &Plan, desired: &Desired, next: &NextCommand) -> String {
    let mut text = vec![preparations(plan, &desired.stack)];
    text.extend(changes::resources(&plan.changes));
    text.extend(code(&plan.code));
    if !matches!(plan.action, Action::Blocked(_)) {
        text.push(changes::counts(&plan.changes));
    }
    text.extend(tags(&plan.tags));
    if desired.options.on_drift == OnDrift::Revert {
        let rest = "~ revert everything else that was changed outside the stack";
        text.push(format!("  {}, which only the change set will show", styled(WARNING, rest)));
    }
    text.extend(changes::permissions(&plan.rights));
    text.extend(plan.drift.iter().flat_map(|drift| drift_section(drift, next)));
    text.join("\n")
}

/// The files of functions that change.
fn code(changes: &[CodeChange]) -> Vec<String> {
    let mut lines = Vec::new();
    for CodeChange { function, added, changed, removed } in changes {
        let headline = format!("{} code of function {function}", styled(WARNING, "~ change"));
        lines.push(format!("  {headline}"));
        let marks = [("+", SUCCESS, added), ("~", WARNING, changed), ("-", ERROR, removed)];
        for (mark, style, paths) in marks {
            let line = |path: &String| format!("      {} {}", styled(style, mark), printable(path));
            lines.extend(paths.iter().map(line));
        }
    }
    lines
}

/// The tags that change, each with its values.
fn tags(changes: &[TagChange]) -> Vec<String> {
    if changes.is_empty() {
        return Vec::new();
    }
    let change = |TagChange { key, before, after }: &TagChange| {
        let shown = |value: &Option<String>| value.as_deref().map(printable);
        let (key, before, after) = (printable(key), shown(before), shown(after));
        match (before, after) {
            (None, Some(value)) => format!("      {} {key}: {value}", styled(SUCCESS, "+")),
            (Some(value), None) => format!("      {} {key}: {value}", styled(ERROR, "-")),
            (before, after) => {
                let value = |value: Option<String>| value.unwrap_or_default();
                format!(
                    "      {} {key}: {} -> {}",
                    styled(WARNING, "~"),
                    value(before),
                    value(after)
                )
            }
        }
    };
    let headline = format!("  {} tags of the stack and its resources", styled(WARNING, "~ change"));
    [headline].into_iter().chain(changes.iter().map(change)).collect()
}

/// What `up` would do before it asks CloudFormation for the changes to each resource.
pub fn preparations(plan: &Plan, desired: &DesiredStack) -> String {
    let place = format!("in account {}, region {}", desired.account, desired.region);
    let name = &desired.name;
    let headline = match &plan.action {
        Action::Create => format!("stack {name} would be created {place}"),
        Action::Recreate(status) => {
            format!("stack {name} would be removed (it is {status}) and created again {place}")
        }
        Action::Update => format!("stack {name} would be updated {place}"),
        Action::Adopt => {
            format!("stack {name} of the original application would be taken over {place}")
        }
        Action::Protect => format!("stack {name} would be protected from deletion {place}"),
        Action::Nothing if plan.drift.is_some() => {
            format!("no changes to deploy: stack {name} {place}, which drifted")
        }
        Action::Nothing => format!("no changes: stack {name} is up to date {place}"),
        Action::Blocked(_) => format!("stack {name} cannot be changed now {place}"),
    };
    let mut text = vec![styled(BOLD, &headline)];
    text.push(handler(desired));
    text.extend(plan.steps.iter().filter_map(|step| preparation(step, desired)));
    text.join("\n")
}

fn handler(desired: &DesiredStack) -> String {
    let line = format!("  handler for {}: {}", desired.architecture, desired.origin);
    if desired.fell_back {
        let remark =
            ", the architecture of the machine that BUILT deployer; arm64 could not be built";
        return styled(WARNING, &format!("{line}{remark}"));
    }
    line
}

fn preparation(step: &Step, desired: &DesiredStack) -> Option<String> {
    match step {
        Step::CreateBucket => Some(format!("  + artifact bucket {}", desired.artifacts.bucket)),
        Step::Upload(index) => {
            let upload = &desired.uploads[*index];
            Some(format!("  + {} s3://{}/{}", upload.what, desired.artifacts.bucket, upload.key))
        }
        Step::Replace(index) => {
            let upload = &desired.uploads[*index];
            let place = format!("s3://{}/{}", desired.artifacts.bucket, upload.key);
            Some(format!("  ~ {} {place}, which replaces what is there", upload.what))
        }
        Step::LeaveArtifacts(place) => {
            Some(format!("  - artifacts of the stack in s3://{}/{}", place.bucket, place.prefix))
        }
        Step::ConfigureBucket
        | Step::DeleteFailedStack { .. }
        | Step::ChangeSet(_)
        | Step::Protect
        | Step::AwaitFunction
        | Step::RetireArtifacts => None,
    }
}
pub fn outputs(outputs: &[Output]) -> String {
    let width = outputs.iter().map(|output| output.key.len()).max().unwrap_or(0);
    let lines = outputs
        .iter()
        .map(|output| format!("{:<width$}  {}", printable(&output.key), printable(&output.value)));
    lines.collect::<Vec<_>>().join("\n")
}

/// Findings that do not stop the command.
pub fn warnings(findings: &[Finding], on_terminal: bool) -> Vec<String> {
    findings.iter().flat_map(|one| finding(one, on_terminal)).collect()
}

/// The result of the checks in `done`; those in `left` could not run.
pub fn checked(done: &[&str], left: &[&str], errors: usize, warnings: usize) -> String {
    let style = match (errors, warnings) {
        (0, 0) => SUCCESS,
        (0, _) => WARNING,
        _ => ERROR,
    };
    let found = format!("{}, {}", count(errors, "error"), count(warnings, "warning"));
    let mut text = format!("{} in {}", styled(style, &found), done.join(", "));
    if !left.is_empty() {
        text.push_str(&format!("; not checked: {}", left.join(", ")));
    }
    text
}

pub(super) fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}

/// A finding, the line that it is about if a terminal shows it, and its fix on a separate line.
pub fn finding(finding: &Finding, on_terminal: bool) -> Vec<String> {
    let style = if finding.is_error() { ERROR } else { WARNING };
    let line = styled(style, &printable(&finding.to_string()));
    let place = finding.excerpt.iter().filter(|_| on_terminal).flat_map(|place| excerpt(place));
    let fix = finding.fix.iter().map(|fix| format!("  fix: {}", printable(fix)));
    std::iter::once(line).chain(place).chain(fix).collect()
}
