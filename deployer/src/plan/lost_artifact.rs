//! A rollback needs the handler that is deployed now. Somebody may have removed it from its bucket, or put something
//! else in the place of an artifact.

use super::Observed;
use super::stored::Wrong;
use crate::finding::Finding;
use crate::installation::function_arn;

/// What to say if the deployed handler is not in its bucket, and another one takes its place.
pub(super) fn lost_artifact(observed: &Observed) -> Option<Finding> {
    let place = observed.storage.as_ref()?.lost.as_deref()?;
    let stack = observed.stack.as_ref().filter(|stack| stack.status.is_stable())?;
    let function = function_arn(stack)?;
    let sentence = format!(
        "the handler that is deployed is not in its bucket anymore ({place}), or has other content; if this update fails after \
         the function has changed, CloudFormation cannot roll it back, and the stack ends as \
         UPDATE_ROLLBACK_FAILED"
    );
    let fix = format!(
        "put it back first: `aws lambda get-function --function-name {function} --query Code.Location \
         --output text` prints a link to it; download it, and run `aws s3 cp FILE {place}`"
    );
    Some(Finding::warning("missing-artifact", "--handler", sentence).fix(fix))
}

/// What to say about objects of other content in the place of artifacts that this run needs.
pub(super) fn wrong_artifacts(observed: &Observed) -> Vec<Finding> {
    let Some(storage) = &observed.storage else { return Vec::new() };
    let finding = |wrong: &Wrong| {
        let content = match &wrong.sha256 {
            Some(sha256) => format!("has other content than its name says (sha256 {sha256})"),
            None => "has no SHA-256 checksum, so that S3 cannot tell what it is".to_owned(),
        };
        let sentence = format!("the object {} {content}; `up` replaces it", wrong.key);
        Finding::warning("wrong-artifact", "--artifact-bucket", sentence).fix(
            "find out who put it there: who may write into this bucket decides what is installed",
        )
    };
    storage.wrong.iter().filter(|wrong| !wrong.is_renewed).map(finding).collect()
}
