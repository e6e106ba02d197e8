//! A failed request to AWS.

use std::error::Error;
use std::fmt;

/// A failed request to AWS or to a test double of AWS.
#[derive(Debug)]
pub struct CallError {
    /// The service and its operation, such as `DynamoDB PutItem`.
    pub operation: &'static str,
    /// AWS's error code, if AWS answered.
    pub code: Option<String>,
    /// AWS's error message, if there is one.
    pub message: Option<String>,
    /// AWS's id of the request, which AWS Support asks for.
    pub request_id: Option<String>,
    /// The cause, if AWS did not answer.
    pub source: Option<Box<dyn Error + Send + Sync>>,
}

/// The error codes for too many requests. Source: the common errors and those of DynamoDB's
/// `PutItem` and `UpdateItem` and of Step Functions' `StartExecution` in their API references.
const THROTTLING_CODES: [&str; 9] = [
    "ExecutionLimitExceeded",
    "HTTP 429",
    "KmsThrottlingException",
    "LimitExceededException",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
];

impl CallError {
    /// Whether AWS rejected the request because there were too many.
    #[must_use]
    pub fn is_throttling(&self) -> bool {
        self.code.as_deref().is_some_and(|code| THROTTLING_CODES.contains(&code))
    }
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} failed", self.operation)?;
        if let Some(code) = &self.code {
            write!(f, " with {code}")?;
        }
        if let Some(message) = &self.message {
            write!(f, ", \"{message}\"")?;
        }
        match &self.request_id {
            Some(id) => write!(f, " (request ID {id})"),
            None => Ok(()),
        }
    }
}

impl Error for CallError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| source as &(dyn Error + 'static))
    }
}
