//! The errors for failed operations: causes, consequences, and what to do.

use super::other_code;
use crate::error::{CommandError, cloud_exit, cloud_hints};
use crate::exit::Exit;
use crate::finding::Finding;
use crate::next_command::NextCommand;
use crate::operation::{Diagnosis, OperationError, is_refused_template, is_rolled_back};
use cloud::{CloudError, ErrorKind, Failure, FailureKind, StackStatus};

/// The error for a failed operation.
pub fn error(error: OperationError, next: &NextCommand) -> CommandError {
    match error {
        OperationError::Cloud(error) if is_obsolete(&error) => {
            CommandError::from(*error).hint(format!(
                "another operation changed the stack meanwhile: run {} again",
                next.again("up")
            ))
        }
        OperationError::Cloud(error) if may_have_begun(&error) => {
            CommandError::from(*error).hint(format!(
                "it may have started anyway: {} shows whether it did",
                next.code(&["watch"])
            ))
        }
        OperationError::Cloud(error) => match hint_of_call(&error, next) {
            Some(hint) => CommandError::from(*error).hint(hint),
            None => (*error).into(),
        },
        OperationError::LostSight(ref lost) => {
            let hints = cloud_hints(lost);
            let error = CommandError::new(Exit::Detached, error);
            let error = hints.into_iter().fold(error, CommandError::hint);
            error.hint(format!("{} follows it again", next.code(&["watch"])))
        }
        OperationError::Unfinished(ref failed) => {
            let (exit, hints) = (cloud_exit(failed), cloud_hints(failed));
            let error = CommandError::new(exit, error);
            let error = hints.into_iter().fold(error, CommandError::hint);
            error.hint(format!(
                "run {} again: it does what is left, and nothing twice",
                next.as_typed()
            ))
        }
        OperationError::Stack { ref status, ref diagnosis } => {
            let (explanation, next) =
                (explanation(diagnosis, Some(status)), next_step(status, next));
            with_explanation(CommandError::new(Exit::Failed, error), explanation).hint(next)
        }
        OperationError::ChangeSet { ref diagnosis, .. } => {
            let explanation = explanation(diagnosis, None);
            with_explanation(CommandError::new(Exit::Failed, error), explanation)
                .hint(refused_template(next))
        }
        OperationError::ArtifactGone { .. } => CommandError::new(Exit::Failed, error).hint(format!(
            "the change set was withdrawn, and nothing was changed: run {} again; it uploads what is missing",
            next.as_typed()
        )),
        OperationError::OtherCode(ref other) => {
            let hint = other_code::hint(other, next);
            CommandError::new(Exit::Failed, error).hint(hint)
        }
        OperationError::Function { .. } => CommandError::new(Exit::Failed, error)
            .hint("the stack is complete; look at the function in the Lambda console"),
    }
}

fn next_step(status: &StackStatus, next: &NextCommand) -> String {
    let up = || next.again("up");
    if *status == StackStatus::DeleteComplete {
        format!("nothing is left of the stack: fix the cause and run {} again", up())
    } else if *status == StackStatus::DeleteFailed {
        format!(
            "fix the cause and run {} again; --retain LOGICAL_ID leaves a resource behind, --force \
             every resource that still cannot be deleted",
            next.code(&["down"])
        )
    } else if *status == StackStatus::UpdateRollbackFailed {
        format!("fix the cause; {} then continues the rollback", next.code(&["recover"]))
    } else if status.never_created() {
        format!("fix the cause and run {} again: it removes what is left and starts over", up())
    } else if status.is_stable() {
        format!("the stack is as it was before: fix the cause and run {} again", up())
    } else {
        format!("{} shows the stack's last events", next.code(&["status"]))
    }
}

/// What a diagnosis adds to an error.
struct Explanation {
    findings: Vec<Finding>,
    notes: Vec<String>,
    hint: Option<&'static str>,
}

fn with_explanation(error: CommandError, explanation: Explanation) -> CommandError {
    let error = error.findings(explanation.findings);
    let error = explanation.notes.into_iter().fold(error, CommandError::note);
    explanation.hint.into_iter().fold(error, CommandError::hint)
}

fn explanation(diagnosis: &Diagnosis, status: Option<&StackStatus>) -> Explanation {
    let mut notes = Vec::new();
    if !diagnosis.cancelled.is_empty() {
        let names = diagnosis.cancelled.join(", ");
        notes.push(format!("canceled as a consequence: {names}"));
    }
    if status.is_some_and(is_rolled_back) {
        notes.push("CloudFormation then rolled the operation back".to_owned());
    }
    if let Some(error) = &diagnosis.unavailable {
        notes.push(format!(
            "there may be more details: {error}; DescribeEvents reports more than the stack's events"
        ));
    }
    Explanation {
        findings: diagnosis.causes.iter().map(finding).collect(),
        notes,
        hint: diagnosis.causes.first().and_then(|first| remedy(&first.reason)),
    }
}

fn finding(failure: &Failure) -> Finding {
    let code = match (failure.kind, failure.status.split('_').next()) {
        (FailureKind::Validation, _) => "validation",
        (FailureKind::Hook, _) => "hook",
        (FailureKind::Resource, Some("CREATE")) => "create-failed",
        (FailureKind::Resource, Some("DELETE")) => "delete-failed",
        (FailureKind::Resource, _) => "update-failed",
    };
    let resource = format!("/Resources/{}", failure.logical_id);
    let mut sentence = match failure.reason.as_str() {
        "" => "CloudFormation gives no reason".to_owned(),
        reason => reason.to_owned(),
    };
    if let Some(check) = &failure.check {
        sentence.push_str(&format!(" ({check})"));
    }
    let location = failure.path.clone().unwrap_or(resource);
    let finding = if failure.warning { Finding::warning } else { Finding::error };
    finding(code, location, sentence)
}

/// A remedy for a failure with this reason. Source: CloudFormation CLI user guide, "Handler error
/// codes", which the reasons quote.
fn remedy(reason: &str) -> Option<&'static str> {
    let remedies = [
        (
            &["AlreadyExists", "already exists"][..],
            "something of that name exists outside the stack: remove it, or choose another --stack-name",
        ),
        (
            &["AccessDenied", "is not authorized to perform", "UnauthorizedTaggingOperation"],
            "your credentials lack the permission named above",
        ),
        (
            &["ServiceLimitExceeded", "LimitExceeded", "quota"],
            "a quota of the account is used up: have it raised, or remove what is not needed",
        ),
        (
            &["Unrecognized resource types"],
            "CloudFormation does not know these types in this region: correct `Type` in the flow's resources.yaml",
        ),
        (
            &["NotStabilized", "did not stabilize", "Throttling", "ServiceInternalError"],
            "this may be temporary: try again in a few minutes",
        ),
    ];
    let fits = |words: &[&str]| words.iter().any(|word| reason.contains(word));
    remedies.into_iter().find(|(words, _)| fits(words)).map(|(_, remedy)| remedy)
}

/// What to do about a call that failed, if the call determines it.
fn hint_of_call(error: &CloudError, next: &NextCommand) -> Option<String> {
    another_deployer(error, next).or_else(|| {
        let refused = is_refused_template(error);
        refused.then(|| match remedy(&error.message) {
            Some(remedy) => format!("{remedy}; {}", refused_template(next)),
            None => refused_template(next),
        })
    })
}

fn refused_template(next: &NextCommand) -> String {
    format!("nothing was changed; {} prints the template that was refused", next.code(&["render"]))
}

/// Whether a change set became obsolete: executing one deletes all others of the stack, and every
/// operation makes them obsolete. Source: CloudFormation API reference, `ExecuteChangeSet`, errors.
fn is_obsolete(error: &CloudError) -> bool {
    matches!(
        error.code.as_deref(),
        Some("ChangeSetNotFound" | "ChangeSetNotFoundException" | "InvalidChangeSetStatus")
    )
}

/// What to do if another deployer works on the same stack or bucket.
fn another_deployer(error: &CloudError, next: &NextCommand) -> Option<String> {
    match error.code.as_deref()? {
        "NoSuchBucket" | "OperationAborted" => Some(format!(
            "another command removed or made the artifact bucket meanwhile: run {} again; it makes the \
             bucket, and does nothing twice",
            next.as_typed()
        )),
        "ValidationError" if error.message.contains("_IN_PROGRESS state") => Some(format!(
            "another command changes the stack: {} follows it; then run {} again",
            next.code(&["watch"]),
            next.as_typed()
        )),
        "AlreadyExistsException" => Some(format!(
            "another command creates the stack: {} follows it; then run {} again",
            next.code(&["watch"]),
            next.as_typed()
        )),
        _ => None,
    }
}

/// Whether a request may have been received although the response was lost.
fn may_have_begun(error: &CloudError) -> bool {
    let unanswered = matches!(error.kind, ErrorKind::Unreachable | ErrorKind::Other);
    unanswered
        && matches!(
            error.operation,
            "ExecuteChangeSet" | "DeleteStack" | "CancelUpdateStack" | "ContinueUpdateRollback"
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_reason_has_a_remedy() {
        let reason = "Resource handler returned message: \"no\" (HandlerErrorCode: AlreadyExists)";
        assert!(remedy(reason).is_some_and(|remedy| remedy.contains("--stack-name")));
        assert!(remedy("User: x is not authorized to perform: y").is_some());
        assert_eq!(remedy("The memory is not available"), None);
    }
}
