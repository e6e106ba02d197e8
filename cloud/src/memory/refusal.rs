//! How the account in memory refuses calls: AWS's codes and messages.

use crate::{CloudError, ErrorKind};

/// The request ID of every refusal, so that console transcripts stay the same.
const REQUEST_ID: &str = "5ca1ab1e-0000-4000-8000-000000000001";

/// A refusal with AWS's code and message.
pub(super) fn refuse(
    service: &'static str,
    operation: &'static str,
    kind: ErrorKind,
    code: &str,
    message: impl Into<String>,
) -> CloudError {
    CloudError {
        service,
        operation,
        kind,
        code: Some(code.to_owned()),
        message: message.into(),
        request_id: Some(REQUEST_ID.to_owned()),
        source: None,
    }
}

/// CloudFormation's refusal of almost every invalid request.
pub(super) fn validation(operation: &'static str, message: impl Into<String>) -> CloudError {
    let (kind, code) = (ErrorKind::Invalid, "ValidationError");
    refuse("CloudFormation", operation, kind, code, message)
}

/// CloudFormation's refusal of a call that names a missing stack.
pub(super) fn no_stack(operation: &'static str, name: &str) -> CloudError {
    let message = format!("Stack [{name}] does not exist");
    let (kind, code) = (ErrorKind::NotFound, "ValidationError");
    refuse("CloudFormation", operation, kind, code, message)
}

/// Every service's refusal of expired temporary credentials.
pub(super) fn expired(service: &'static str, operation: &'static str) -> CloudError {
    let message = "The security token included in the request is expired";
    refuse(service, operation, ErrorKind::Denied, "ExpiredToken", message)
}

/// STS's refusal of a wrong code of a multi-factor device.
pub(super) fn wrong_code() -> CloudError {
    let message = "MultiFactorAuthentication failed with invalid MFA one time pass code. ";
    refuse("STS", "AssumeRole", ErrorKind::Denied, "AccessDenied", message)
}

/// S3's refusal.
pub(super) fn s3(
    operation: &'static str,
    kind: ErrorKind,
    code: &str,
    message: &str,
) -> CloudError {
    refuse("S3", operation, kind, code, message)
}
