//! A rollback needs the handler that is deployed now. Somebody may have removed it from its bucket.

use super::Observed;
use crate::finding::Finding;
use crate::installation::function_arn;

/// What to say if the deployed handler is not in its bucket, and another one takes its place.
pub(super) fn lost_artifact(observed: &Observed) -> Option<Finding> {
    let place = observed.storage.as_ref()?.lost.as_deref()?;
    let stack = observed.stack.as_ref().filter(|stack| stack.status.is_stable())?;
    let function = function_arn(stack)?;
    let sentence = format!(
        "the handler that is deployed is not in its bucket anymore ({place}); if this update fails after \
         the function has changed, CloudFormation cannot roll it back, and the stack ends as \
         UPDATE_ROLLBACK_FAILED"
    );
    let fix = format!(
        "put it back first: `aws lambda get-function --function-name {function} --query Code.Location \
         --output text` prints a link to it; download it, and run `aws s3 cp FILE {place}`"
    );
    Some(Finding::warning("missing-artifact", "--handler", sentence).fix(fix))
}
