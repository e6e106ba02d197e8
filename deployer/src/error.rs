//! The error of a command: what failed, its exit code, and what to do next.

use crate::exit::Exit;
use crate::finding::Finding;
use cloud::{Area, Cause, Cloud, CloudError, ErrorKind, Unusable};

/// Why a command failed.
#[derive(Debug)]
pub struct CommandError {
    pub exit: Exit,
    /// What failed; its chain of sources says why.
    pub source: Box<dyn std::error::Error + Send + Sync>,
    /// What to do next, one sentence each.
    pub hints: Vec<String>,
    /// The errors of an input if there are several, or the causes of a failed operation.
    pub findings: Vec<Finding>,
    /// What else happened, one sentence each.
    pub notes: Vec<String>,
}

/// A sentence as an error, for failures without an underlying cause.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Sentence(pub String);

impl CommandError {
    pub fn new(exit: Exit, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self {
            exit,
            source: source.into(),
            hints: Vec::new(),
            findings: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// Bad input: exit code 2, nothing was written.
    pub fn usage(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::new(Exit::Usage, source)
    }

    /// A failed operation, described in one sentence.
    pub fn failed(sentence: impl Into<String>) -> Self {
        Self::new(Exit::Failed, Sentence(sentence.into()))
    }

    /// The stack `name` does not exist in the account and region of a connection.
    pub async fn no_stack(name: &str, cloud: &Cloud) -> Self {
        let place = place(cloud).await;
        Self::new(Exit::Work, Sentence(format!("there is no stack {name} in {place}")))
    }
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }
    pub fn findings(mut self, findings: Vec<Finding>) -> Self {
        self.findings = findings;
        self
    }
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// The chain of sources below the error, outermost first.
    pub fn causes(&self) -> Vec<String> {
        let mut causes = Vec::new();
        let mut next = self.source.source();
        while let Some(cause) = next {
            causes.push(cause.to_string());
            next = cause.source();
        }
        causes
    }
}

/// The account and region of a connection; only the region if AWS does not return the account of
/// the credentials.
pub async fn place(cloud: &Cloud) -> String {
    match cloud.identity.caller().await {
        Ok(caller) => format!("account {}, region {}", caller.account, cloud.region),
        Err(_) => format!("region {}", cloud.region),
    }
}

impl From<CloudError> for CommandError {
    fn from(error: CloudError) -> Self {
        let hints = cloud_hints(&error);
        let command_error = Self::new(cloud_exit(&error), error);
        hints.into_iter().fold(command_error, Self::hint)
    }
}

impl From<Unusable> for CommandError {
    fn from(unusable: Unusable) -> Self {
        let exit = match unusable.area {
            Area::Settings => Exit::Usage,
            Area::Credentials => Exit::Denied,
        };
        let hints = unusable.hints.clone();
        hints.into_iter().fold(Self::new(exit, unusable), Self::hint)
    }
}

/// The exit code of a command that made the failed call.
pub fn cloud_exit(error: &CloudError) -> Exit {
    match error.kind {
        ErrorKind::Denied => Exit::Denied,
        _ => Exit::Failed,
    }
}

/// What to do about a failed call, if the failure alone determines it.
pub fn cloud_hints(error: &CloudError) -> Vec<String> {
    let cause = error.source.as_ref().and_then(|source| source.downcast_ref::<Cause>());
    if let Some(cause) = cause.filter(|cause| !cause.hints.is_empty()) {
        return cause.hints.clone();
    }
    let hint = match error.kind {
        ErrorKind::Denied if error.operation == "AssumeRole" => Some(
            "AWS did not let the profile assume its role: the role's trust policy must allow it, and a \
             code of an MFA device is valid once and for 30 seconds",
        ),
        ErrorKind::Denied => Some(denied_hint(error.code.as_deref())),
        ErrorKind::Unreachable => Some(
            "check the network, the region, and --endpoint-url; you can safely retry the command",
        ),
        ErrorKind::Throttled => Some("AWS throttled the call: try again in a minute"),
        ErrorKind::Other => Some("the failure may be temporary: try again in a minute"),
        ErrorKind::NotFound | ErrorKind::Invalid => None,
    };
    hint.map(str::to_owned).into_iter().collect()
}

/// AccessDenied concerns a permission, and most other refusals concern the credentials. Responses
/// to HEAD requests have no error code.
fn denied_hint(code: Option<&str>) -> &'static str {
    match code {
        Some(code) if code.starts_with("AccessDenied") || code == "UnauthorizedOperation" => {
            "the credentials work, but their user or role lacks this permission"
        }
        Some("ExpiredToken" | "ExpiredTokenException") => {
            "the credentials have expired: renew them"
        }
        None => {
            "AWS does not say why: the user or role lacks this permission, or the credentials are \
             invalid"
        }
        _ => {
            "check the credentials: `aws sts get-caller-identity` with the same profile must work; \
             --profile NAME chooses another"
        }
    }
}
