//! The code that a function runs, compared with the handler that its stack records.

use serde_json::Value;

use crate::config::Tags;
use crate::installation::ArtifactPlace;
use cloud::{Function, Stack};

/// A function that runs other code than its stack records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherCode {
    /// The function's ARN.
    pub function: String,
    /// SHA-256 of the handler that the stack records, in hexadecimal digits.
    pub recorded: String,
    /// SHA-256 of the code that the function runs.
    pub running: String,
    /// Where the stack's artifacts are.
    pub place: ArtifactPlace,
    /// The key of the handler there.
    pub key: String,
}

/// Compares a function with its stack. `None` if the code is the handler, or AWS does not say which code it is.
pub fn other_code(
    stack: &Stack,
    template: &Value,
    region: &str,
    function: &Function,
) -> Option<OtherCode> {
    if !Tags::mark_as_own(&stack.tags) || stack.status.is_busy() {
        return None;
    }
    let account = stack.account()?;
    let (place, key) = ArtifactPlace::deployed(account, region, &stack.name, template)?;
    let (recorded, running) = (place.digest(&key)?, function.code_sha256.clone()?);
    (recorded != running).then(|| OtherCode {
        function: function.arn.clone(),
        recorded,
        running,
        place,
        key,
    })
}
