//! What a refused or failed call to AWS says, in one shape for every service.

/// Why a call failed, as far as the program treats it differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// No, expired or wrong credentials, or a missing permission.
    Denied,
    /// AWS asks to slow down; never fatal while polling.
    Throttled,
    /// What the call names does not exist.
    NotFound,
    /// AWS refuses the request as it is.
    Invalid,
    /// The request or its answer did not get through: DNS, TLS, connection, timeout.
    Unreachable,
    /// Anything else, AWS's own failures included.
    Other,
}

/// A call to AWS that failed.
#[derive(Debug, thiserror::Error)]
#[error("{service} {operation} failed{}: {message}{}", code_suffix(.code.as_deref()), request_suffix(.request_id.as_deref()))]
pub struct CloudError {
    /// The service as AWS names it, such as `CloudFormation`.
    pub service: &'static str,
    /// The API operation, such as `CreateChangeSet`.
    pub operation: &'static str,
    /// How the program treats it.
    pub kind: ErrorKind,
    /// AWS's error code, such as `AccessDenied`.
    pub code: Option<String>,
    /// AWS's message, or what happened on the way.
    pub message: String,
    /// AWS's request id, for support cases.
    pub request_id: Option<String>,
    /// What is behind it, below AWS's own answer (connection, TLS, credentials).
    #[source]
    pub source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

fn code_suffix(code: Option<&str>) -> String {
    code.map(|code| format!(" ({code})")).unwrap_or_default()
}

fn request_suffix(request_id: Option<&str>) -> String {
    request_id.map(|id| format!(" [request id {id}]")).unwrap_or_default()
}
