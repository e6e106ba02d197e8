//! The errors for blocked plans.

use super::not_adopted;
use crate::config::{bad_values, quoted};
use crate::error::{CommandError, Sentence};
use crate::finding::Finding;
use crate::flow;
use crate::next_command::NextCommand;
use crate::plan::Blocked;
use cloud::{Bucket, StackStatus};

/// The error for a blocked plan of stack `name` with artifact bucket `bucket`.
pub fn error(blocked: &Blocked, name: &str, bucket: &str, next: &NextCommand) -> CommandError {
    match blocked {
        Blocked::Busy(status) => CommandError::failed(format!(
            "stack {name} is busy: an operation is in progress ({status})"
        ))
        .hint(format!(
            "`up` and `down` wait for its end with --wait-busy; {} follows it, {} cancels it",
            next.code(&["watch"]),
            next.code(&["cancel"])
        )),
        Blocked::NotOurs => CommandError::failed(format!(
            "there is a stack {name}, but deployer did not create it"
        ))
        .hint("choose another name with --stack-name"),
        Blocked::FlowNotNamed(flow) => CommandError::usage(Sentence(format!(
            "stack {name} has the flow `{flow}`, and would lose it, because no flow is named"
        )))
        .hint(format!(
            "name it as before, with --flow and --parameter or --state-machine, or in deployer.yaml; --flow {} \
             replaces it with the default",
            flow::DEFAULT
        )),
        Blocked::NotAdopted(why) => not_adopted::refusal(why, name, next),
        Blocked::Broken(status) => broken(status, name, next),
        Blocked::InTheWay(status) => CommandError::failed(format!(
            "stack {name} is {status}: what a failed creation left must be removed before a change set \
             can be created"
        ))
        .hint(format!(
            "{} removes it; `up` without --no-execute does so by itself",
            next.code(&["down"])
        )),
        Blocked::BucketTaken => CommandError::failed(format!(
            "the artifact bucket's name, {bucket}, belongs to another account, or your \
             credentials have no access to it"
        ))
        .hint("the credentials need s3:ListBucket and s3:GetBucketTagging on it"),
        Blocked::ArtifactBucket(found) => artifact_bucket(found, bucket),
        Blocked::Prepared { change_sets } => prepared(change_sets, name, next),
        Blocked::Protected => CommandError::failed(format!(
            "stack {name} is protected from deletion (termination protection is on)"
        ))
        .hint(format!(
            "{} switches the protection off, and then removes the stack",
            next.code(&["down", "--unprotect"])
        )),
        Blocked::NothingStuck(status) => CommandError::failed(format!(
            "stack {name} is {status}: --retain and --force are for a stack whose deletion has failed"
        ))
        .hint(format!("run {} without them; it shows what cannot be deleted", next.code(&["down"]))),
        Blocked::NotStuck { named, stuck } => not_stuck(named, stuck),
    }
}

/// Change sets of an adoption are not executed.
fn prepared(change_sets: &[String], name: &str, next: &NextCommand) -> CommandError {
    let error = CommandError::failed(format!(
        "stack {name} is not deployer's, and change sets that would make it so are prepared: {}",
        change_sets.join(", ")
    ));
    let delete = |change_set: &String| {
        format!(
            "if it is not needed: `aws cloudformation delete-change-set --stack-name {name} --change-set-name \
             {change_set}`"
        )
    };
    let error = change_sets.iter().map(delete).fold(error, CommandError::hint);
    error.hint(format!(
        "then {} removes their artifacts; it never removes the stack",
        next.as_typed()
    ))
}

/// The bucket that is given for artifacts cannot be used.
fn artifact_bucket(found: &Bucket, bucket: &str) -> CommandError {
    let (sentence, hint) = match found {
        Bucket::Elsewhere { region } => (
            format!(
                "bucket {bucket} is in region {}, and Lambda takes a handler only from a bucket in the \
                 region of the stack",
                quoted(region)
            ),
            "name a bucket in the region of the stack".to_owned(),
        ),
        Bucket::Absent => (
            format!(
                "there is no bucket {bucket}, and deployer does not create a bucket that you name"
            ),
            format!("create it with `aws s3 mb s3://{bucket}`, or name another one"),
        ),
        Bucket::Foreign | Bucket::Present { .. } => (
            format!(
                "bucket {bucket} belongs to another account, or your credentials have no access to it"
            ),
            "the bucket has to belong to the account of the stack, and the credentials need \
             s3:ListBucket on it"
                .to_owned(),
        ),
    };
    bad_values(vec![Finding::error("artifact-bucket", "--artifact-bucket", sentence)])
        .hint(hint)
        .hint("without --artifact-bucket, deployer creates its own bucket")
}

fn broken(status: &StackStatus, name: &str, next: &NextCommand) -> CommandError {
    let sentence = format!(
        "stack {name} is {status}: a rollback or a deletion failed, and CloudFormation takes no update"
    );
    CommandError::failed(sentence).hint(match status {
        StackStatus::DeleteFailed => {
            format!("{} shows what could not be deleted, and continues", next.code(&["down"]))
        }
        _ => format!(
            "{} shows what could not be rolled back, and continues the rollback",
            next.code(&["recover"])
        ),
    })
}

fn not_stuck(named: &[String], stuck: &[String]) -> CommandError {
    let sentence = format!("it can be deleted; these cannot: {}", stuck.join(", "));
    let fault =
        |id: &String| Finding::error("not-stuck", format!("--retain {id}"), sentence.clone());
    bad_values(named.iter().map(fault).collect())
}

/// The error if the stack `name` that a command needs does not exist.
pub fn absent(name: &str) -> CommandError {
    CommandError::failed(format!("there is no stack {name}"))
        .hint("--stack-name chooses another stack, --region and --profile another place")
}
