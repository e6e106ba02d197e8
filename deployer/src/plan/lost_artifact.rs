//! A rollback needs the code that is deployed now. Someone may have removed it from its bucket, or
//! replaced an artifact with something else.

use super::Observed;
use super::stored::{Lost, Wrong};
use crate::finding::Finding;
use crate::installation::logical_ids::FUNCTION;
use crate::installation::{function_arn, spoken};
use cloud::Stack;

/// Warnings about deployed code that is not in its bucket, and that other code replaces.
pub(super) fn lost_artifacts(observed: &Observed) -> Vec<Finding> {
    let stack = observed.stack.as_ref().filter(|stack| stack.status.is_stable());
    let (Some(storage), Some(stack)) = (&observed.storage, stack) else { return Vec::new() };
    storage.lost.iter().filter_map(|lost| finding(lost, stack)).collect()
}

fn finding(lost: &Lost, stack: &Stack) -> Option<Finding> {
    let Lost { code, at } = lost;
    let (function, location) = match code.function_id == FUNCTION {
        true => (function_arn(stack)?, "--handler".to_owned()),
        false => (code.function_name.as_deref()?, format!("/Resources/{}", code.function_id)),
    };
    let what = match spoken(&code.function_id) {
        (_, "the handler") => "the handler that is deployed".to_owned(),
        (function, code) => format!("{code} of {function} that is deployed"),
    };
    let sentence = format!(
        "{what} is not in its bucket anymore ({at}), or has other content; if this update fails after \
         the function has changed, CloudFormation cannot roll it back, and the stack ends as \
         UPDATE_ROLLBACK_FAILED"
    );
    let fix = format!(
        "restore it first: `aws lambda get-function --function-name {function} --query Code.Location \
         --output text` prints a link to it; download it, and run `aws s3 cp FILE {at}`"
    );
    Some(Finding::warning("missing-artifact", location, sentence).fix(fix))
}

/// Warnings about objects that have the key of an artifact that this run needs, but other content.
pub(super) fn wrong_artifacts(observed: &Observed) -> Vec<Finding> {
    let Some(storage) = &observed.storage else { return Vec::new() };
    let finding = |wrong: &Wrong| {
        let content = match &wrong.sha256 {
            Some(sha256) => format!("has other content than its name says (sha256 {sha256})"),
            None => "has no SHA-256 checksum, so its content is unknown".to_owned(),
        };
        let sentence = format!("the object {} {content}; `up` replaces it", wrong.key);
        Finding::warning("wrong-artifact", "--artifact-bucket", sentence).fix(
            "find out who uploaded it: everyone who can write to this bucket decides what is installed",
        )
    };
    storage.wrong.iter().filter(|wrong| !wrong.is_renewed).map(finding).collect()
}
