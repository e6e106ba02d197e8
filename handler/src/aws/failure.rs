//! Converts errors of the SDK to [`CallError`].

use std::error::Error;

use aws_sdk_dynamodb::config::http::HttpResponse;
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_types::request_id::RequestId;

use crate::call_error::CallError;

/// Keeps what people and AWS Support need: operation, code, message and request ID, or the whole
/// chain of causes if AWS did not answer.
pub(super) fn call_error<E>(operation: &'static str, error: SdkError<E, HttpResponse>) -> CallError
where
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
{
    let status = error.raw_response().map(|response| response.status().as_u16());
    CallError {
        operation,
        // A proxy in between can answer without a code.
        code: error.code().map(str::to_owned).or(status.map(|status| format!("HTTP {status}"))),
        message: error.message().map(str::to_owned),
        request_id: error.request_id().map(str::to_owned),
        source: match error {
            SdkError::ServiceError(_) => None,
            other => Some(Box::new(other)),
        },
    }
}

/// The error for an answer of AWS that lacks what it must contain.
pub(super) fn malformed(
    operation: &'static str,
    message: &str,
    source: Option<Box<dyn Error + Send + Sync>>,
) -> CallError {
    CallError { operation, code: None, message: Some(message.to_owned()), request_id: None, source }
}
