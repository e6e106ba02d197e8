//! What to do about a function that runs other code than its stack records.

use crate::finding::Finding;
use crate::installation::spoken;
use crate::next_command::NextCommand;
use crate::plan::OtherCode;

/// What to say about it.
pub fn finding(other: &OtherCode, next: &NextCommand) -> Finding {
    let OtherCode { function_id, recorded, running, .. } = other;
    let (function, code) = spoken(function_id);
    let sentence = format!(
        "{function} does not run {code} that was deployed (sha256 {recorded}), but other code (sha256 \
         {running}): it was changed outside the stack"
    );
    let place = format!("/Resources/{function_id}");
    let up = next.again("up");
    let fix = match other.place.is_given {
        false => format!("{up} installs {code} again"),
        true => {
            format!("{up} puts {code} into the bucket, and prints how to install it again")
        }
    };
    Finding::warning("other-code", place, sentence).fix(fix)
}

/// What to do if `up` has not changed that.
pub(super) fn hint(other: &OtherCode, next: &NextCommand) -> String {
    let OtherCode { function_id, function, place, key, .. } = other;
    let (_, code) = spoken(function_id);
    if !place.is_given {
        return format!("it is being changed at the same time: run {} again", next.as_typed());
    }
    // The template names no version there, so that CloudFormation finds nothing to change.
    format!(
        "{code} is in the bucket; `aws lambda update-function-code --function-name {function} --s3-bucket {} \
         --s3-key {key}` installs it",
        place.bucket
    )
}
