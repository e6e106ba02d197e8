//! A deployed function, its state, and its replies: Lambda.

use std::collections::BTreeMap;

use async_trait::async_trait;
use serde::Serialize;

use super::CloudError;

/// A function as Lambda describes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Function {
    /// The unqualified ARN.
    pub arn: String,
    /// `Pending`, `Active`, `Inactive`, `Failed` and so on.
    pub state: String,
    /// Why it is in that state, if Lambda reports it.
    pub state_reason: Option<String>,
    /// `Successful`, `InProgress` or `Failed`.
    pub last_update: String,
    /// Why the last update failed, if Lambda reports it.
    pub last_update_reason: Option<String>,
    /// `arm64` or `x86_64`.
    pub architecture: String,
    /// SHA-256 of its code, the zip, in hexadecimal digits, if Lambda reports it.
    pub code_sha256: Option<String>,
    /// The environment variables.
    #[serde(skip)]
    pub environment: BTreeMap<String, String>,
}

/// The response of a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// Whether the function failed; then the payload describes the error.
    pub failed: bool,
    /// The response, or Lambda's description of the error, as JSON text.
    pub payload: String,
    /// The end of the invocation's log, at most 4 KB, if Lambda returns it.
    pub log: Option<String>,
}

/// Lambda, as far as the deployer needs it.
#[async_trait]
pub trait Functions: Send + Sync {
    /// `GetFunctionConfiguration`; `None` if there is no such function.
    ///
    /// # Errors
    /// When Lambda refuses or cannot be reached.
    async fn function(&self, name_or_arn: &str) -> Result<Option<Function>, CloudError>;

    /// `Invoke`, which waits for the response. It sends exactly one request and never retries,
    /// because every invocation counts.
    ///
    /// # Errors
    /// When Lambda refuses or cannot be reached. A function that fails returns a [`Reply`].
    async fn invoke(&self, name_or_arn: &str, payload: &str) -> Result<Reply, CloudError>;
}
