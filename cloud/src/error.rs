//! The error of a failed call to AWS, in one form for every service.

/// Why a call failed, as far as the program distinguishes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// Missing, expired, or wrong credentials, or a missing permission.
    Denied,
    /// AWS throttles the caller; never fatal while polling.
    Throttled,
    /// What the call names does not exist.
    NotFound,
    /// AWS rejects the request itself.
    Invalid,
    /// The request or its response did not get through: DNS, TLS, connection, timeout.
    Unreachable,
    /// Anything else, including AWS's own failures.
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
    /// The kind of failure.
    pub kind: ErrorKind,
    /// AWS's error code, such as `AccessDenied`.
    pub code: Option<String>,
    /// AWS's message, or what went wrong before AWS answered.
    pub message: String,
    /// AWS's request ID, for support cases.
    pub request_id: Option<String>,
    /// The underlying error, if AWS did not answer (connection, TLS, credentials).
    #[source]
    pub source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

fn code_suffix(code: Option<&str>) -> String {
    code.map(|code| format!(" ({code})")).unwrap_or_default()
}

fn request_suffix(request_id: Option<&str>) -> String {
    request_id.map(|id| format!(" [request ID {id}]")).unwrap_or_default()
}
