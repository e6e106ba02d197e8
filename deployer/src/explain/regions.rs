//! Regions that cannot be read.

use crate::error::CommandError;
use cloud::CloudError;

/// What AWS answers in a region that is not enabled for the account. Source: AWS Account Management
/// reference guide, "Enable or disable AWS Regions in your account"; IAM user guide, "Troubleshoot IAM",
/// which names the codes of a token that a region does not know.
const DISABLED: [&str; 4] =
    ["AuthFailure", "InvalidClientTokenId", "OptInRequired", "UnrecognizedClientException"];

/// Why a region could not be read.
pub fn reason(error: &CloudError) -> String {
    let disabled = error.code.as_deref().is_some_and(|code| DISABLED.contains(&code));
    match disabled {
        true => format!("{error}; perhaps the region is not enabled for the account"),
        false => error.to_string(),
    }
}

/// No region answered. The first one is the error, and the others are remarks about it.
pub fn none_answered(refused: Vec<(String, CloudError)>) -> CommandError {
    let several = refused.len() > 1;
    let mut refused = refused.into_iter();
    let Some((region, first)) = refused.next() else {
        return CommandError::failed("no region was read");
    };
    let note = format!("{region}: {}", reason(&first));
    let mut error = CommandError::from(first);
    if several {
        error = error.note(note);
    }
    refused.fold(error, |error, (region, refusal)| {
        error.note(format!("{region}: {}", reason(&refusal)))
    })
}
