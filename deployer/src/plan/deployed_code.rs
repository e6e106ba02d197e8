//! The code that functions run, compared with the code that their stack records.

use serde_json::Value;

use crate::config::Tags;
use crate::installation::{ArtifactPlace, InstalledCode};
use cloud::{Function, Stack};

/// A function that runs other code than its stack records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherCode {
    /// Its logical id.
    pub function_id: String,
    /// The function's ARN.
    pub function: String,
    /// SHA-256 of the code that the stack records, in hexadecimal digits.
    pub recorded: String,
    /// SHA-256 of the code that the function runs.
    pub running: String,
    /// Where the stack's artifacts are.
    pub place: ArtifactPlace,
    /// The key of the code there.
    pub key: String,
}

/// Compares a function with its stack. `None` if it runs what is recorded, or AWS does not say what it runs.
pub fn other_code(
    stack: &Stack,
    template: &Value,
    region: &str,
    code: &InstalledCode,
    function: &Function,
) -> Option<OtherCode> {
    if !Tags::mark_as_own(&stack.tags) || stack.status.is_busy() {
        return None;
    }
    let account = stack.account()?;
    let (place, _) = ArtifactPlace::deployed(account, region, &stack.name, template)?;
    let (recorded, running) = (place.digest(&code.key)?, function.code_sha256.clone()?);
    (recorded != running).then(|| OtherCode {
        function_id: code.function_id.clone(),
        function: function.arn.clone(),
        recorded,
        running,
        place,
        key: code.key.clone(),
    })
}
