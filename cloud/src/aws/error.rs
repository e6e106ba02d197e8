//! Translates every failure of the SDK into a [`CloudError`].

use std::error::Error;

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_sts::error::{ProvideErrorMetadata, SdkError};
use aws_types::request_id::RequestId;

use super::http::{ThroughProxy, Untrusted};
use super::plain::{links, plain, sentences};
use crate::{Cause, CloudError, ErrorKind, Unusable};

/// Translates a failed call.
pub(super) fn failure<E>(
    service: &'static str,
    operation: &'static str,
    error: SdkError<E>,
) -> CloudError
where
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
{
    let status = status(&error);
    let request_id = error.request_id().map(str::to_owned);
    let code = error.code().map(str::to_owned);
    if let SdkError::ServiceError(answer) = &error {
        let message = answer.err().message().map(plain);
        let message = message.or_else(|| status.map(|status| format!("HTTP status {status}")));
        let message = message.unwrap_or_else(|| "no reason was given".to_owned());
        return CloudError {
            service,
            operation,
            kind: error_kind(code.as_deref(), &message, status),
            code,
            message,
            request_id,
            source: None,
        };
    }
    let (kind, message) = unanswered_kind(&error);
    CloudError {
        service,
        operation,
        kind,
        code,
        message: message.to_owned(),
        request_id,
        // This message replaces the SDK's outermost one; the source has the details.
        source: error.source().and_then(cause),
    }
}

/// Why there was no response, in sentences for people, and what to do about it.
pub(super) fn cause(error: &(dyn Error + 'static)) -> Option<Box<dyn Error + Send + Sync>> {
    let unusable = links(error).find_map(|link| link.downcast_ref::<Unusable>());
    let texts = match unusable {
        Some(unusable) => vec![unusable.sentence.clone()],
        None => sentences(error),
    };
    let hints = match unusable {
        Some(unusable) => unusable.hints.clone(),
        None => hint(error).into_iter().collect(),
    };
    Some(Box::new(Cause::chain(texts, hints)?))
}

/// What to do about a connection that failed, if the failure alone determines it.
fn hint(error: &(dyn Error + 'static)) -> Option<String> {
    if links(error).any(|link| link.is::<Untrusted>()) {
        return Some(
            "AWS_CA_BUNDLE=FILE, or ca_bundle in the profile, names the certificate authorities to \
             trust, in PEM format; a proxy that inspects TLS has its own"
                .to_owned(),
        );
    }
    let through = links(error).find_map(|link| link.downcast_ref::<ThroughProxy>())?;
    Some(format!(
        "check that the proxy {} works and lets the request pass; NO_PROXY names hosts to reach \
         without it",
        through.proxy
    ))
}

/// The HTTP status of the response, if there was one.
pub(super) fn status<E>(error: &SdkError<E>) -> Option<u16> {
    error.raw_response().map(|answer| answer.status().as_u16())
}

/// What went wrong before AWS answered.
fn unanswered_kind<E: Error + 'static>(error: &SdkError<E>) -> (ErrorKind, &'static str) {
    if has_credentials_error(error) {
        return (ErrorKind::Denied, "there are no usable credentials");
    }
    if error.source().is_some_and(|source| links(source).any(|link| link.is::<Untrusted>())) {
        return (ErrorKind::Unreachable, "the connection is not secure");
    }
    match error {
        SdkError::ConstructionFailure(_) => (ErrorKind::Invalid, "cannot create the request"),
        SdkError::TimeoutError(_) => (ErrorKind::Unreachable, "the request timed out"),
        SdkError::DispatchFailure(_) => (ErrorKind::Unreachable, "cannot send the request"),
        SdkError::ResponseError(_) => (ErrorKind::Unreachable, "cannot read the response"),
        _ => (ErrorKind::Other, "the call failed"),
    }
}

/// Missing and expired credentials (an SSO session that has ended, a process that failed) appear
/// only as a cause, before anything is sent.
fn has_credentials_error<E: Error + 'static>(error: &SdkError<E>) -> bool {
    let mut cause = error.source();
    while let Some(error) = cause {
        if error.is::<CredentialsError>() {
            return true;
        }
        cause = error.source();
    }
    false
}

/// The kind of an error response. Sources: the common errors of each service's API reference, S3's
/// list of error codes.
pub(super) fn error_kind(code: Option<&str>, message: &str, status: Option<u16>) -> ErrorKind {
    match code.unwrap_or_default() {
        "ExpiredToken"
        | "ExpiredTokenException"
        | "IncompleteSignature"
        | "InvalidAccessKeyId"
        | "InvalidClientTokenId"
        | "InvalidSignatureException"
        | "InvalidToken"
        | "MissingAuthenticationToken"
        | "NotAuthorized"
        | "OptInRequired"
        | "RequestExpired"
        | "SignatureDoesNotMatch"
        | "UnauthorizedOperation"
        | "UnrecognizedClientException" => ErrorKind::Denied,
        "RequestLimitExceeded" | "SlowDown" | "TooManyRequestsException" => ErrorKind::Throttled,
        "NotFound"
        | "ChangeSetNotFound"
        | "NotFoundException"
        | "ExecutionDoesNotExist"
        | "OrganizationNotFoundException"
        | "ResourceNotFoundException"
        | "StateMachineDoesNotExist" => ErrorKind::NotFound,
        code if code.starts_with("AccessDenied") => ErrorKind::Denied,
        code if code.starts_with("Throttl") || code.starts_with("RequestThrottled") => {
            ErrorKind::Throttled
        }
        code if code.starts_with("NoSuch") => ErrorKind::NotFound,
        // CloudFormation has no separate code for a stack that does not exist.
        "ValidationError" if message.starts_with("Stack") && message.contains("does not exist") => {
            ErrorKind::NotFound
        }
        _ => by_status(status),
    }
}

/// The kind of a response with an unknown code; responses to HEAD have no code at all.
fn by_status(status: Option<u16>) -> ErrorKind {
    match status {
        Some(401 | 403) => ErrorKind::Denied,
        Some(404) => ErrorKind::NotFound,
        Some(429 | 503) => ErrorKind::Throttled,
        Some(400..=499) => ErrorKind::Invalid,
        _ => ErrorKind::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn responses_are_classified_by_code_then_by_status() {
        let table = [
            (Some("AccessDeniedException"), "", Some(400), ErrorKind::Denied),
            (Some("ExpiredToken"), "", Some(400), ErrorKind::Denied),
            (Some("Throttling"), "", Some(400), ErrorKind::Throttled),
            (Some("NoSuchBucket"), "", Some(404), ErrorKind::NotFound),
            (Some("ValidationError"), "Stack [s] does not exist", Some(400), ErrorKind::NotFound),
            (Some("ValidationError"), "S3 error: it does not exist", Some(400), ErrorKind::Invalid),
            (Some("AlreadyExistsException"), "", Some(400), ErrorKind::Invalid),
            (Some("InternalFailure"), "", Some(500), ErrorKind::Other),
            (None, "", Some(403), ErrorKind::Denied),
            (None, "", Some(503), ErrorKind::Throttled),
            (None, "", None, ErrorKind::Other),
        ];
        for (code, message, status, kind) in table {
            assert_eq!(error_kind(code, message, status), kind, "{code:?} {status:?}");
        }
    }
}
