//! What to say when something stands in the way of a plan.

use crate::error::CommandError;
use crate::plan::Blocked;

/// The error for a blocked plan of stack `name` with artifact bucket `bucket`.
pub(super) fn error(blocked: &Blocked, name: &str, bucket: &str) -> CommandError {
    match blocked {
        Blocked::Busy(status) => CommandError::failed(format!(
            "stack {name} is busy: an operation goes on ({status})"
        ))
        .hint(
            "`deployer up` and `down` wait for its end with --wait-busy; `deployer watch` follows it, \
             `deployer cancel` cancels it",
        ),
        Blocked::NotOurs => CommandError::failed(format!(
            "there is a stack {name}, but deployer did not make it"
        ))
        .hint("choose another name with --stack-name"),
        Blocked::Broken(status) => CommandError::failed(format!(
            "stack {name} is {status}: a rollback or a deletion failed, and CloudFormation takes no \
             update"
        ))
        .hint(
            "`deployer status` shows which resource refused; mend it, then let CloudFormation continue \
             the rollback (aws cloudformation continue-update-rollback), or remove the stack with \
             `deployer down`",
        ),
        Blocked::BucketTaken => CommandError::failed(format!(
            "the artifact bucket's name, {bucket}, belongs to another account, or the credentials may \
             not see it"
        ))
        .hint("the credentials need s3:ListBucket and s3:GetBucketTagging on it"),
        Blocked::Protected => CommandError::failed(format!(
            "stack {name} is protected from deletion (termination protection is on)"
        ))
        .hint(format!(
            "deployer never switches protection off by itself: aws cloudformation \
             update-termination-protection --no-enable-termination-protection --stack-name {name}"
        )),
    }
}

/// The error where there is no stack `name` to do something about.
pub(super) fn absent(name: &str) -> CommandError {
    CommandError::failed(format!("there is no stack {name}"))
        .hint("--stack-name chooses another stack, --region and --profile another place")
}
