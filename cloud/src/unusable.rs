//! Why no request was sent to AWS: the configuration on this machine cannot be used.

use std::fmt;

use crate::CloudError;

/// What is wrong with the configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Area {
    /// A setting has a value that cannot be used, or a file cannot be read.
    Settings,
    /// There are no credentials, or they cannot be fetched.
    Credentials,
}

/// A part of the configuration that cannot be used. No request was sent to AWS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unusable {
    /// What it concerns.
    pub area: Area,
    /// What is wrong, and where.
    pub sentence: String,
    /// What to do next, one sentence each.
    pub hints: Vec<String>,
}

impl Unusable {
    /// A setting that cannot be used.
    #[must_use]
    pub fn setting(sentence: impl Into<String>) -> Self {
        Self { area: Area::Settings, sentence: sentence.into(), hints: Vec::new() }
    }

    /// Credentials that are missing or cannot be fetched.
    #[must_use]
    pub fn credentials(sentence: impl Into<String>) -> Self {
        Self { area: Area::Credentials, ..Self::setting(sentence) }
    }

    /// Adds what to do next.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }
}

impl fmt::Display for Unusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence)
    }
}

impl std::error::Error for Unusable {}

/// A code of a multi-factor device that a profile needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeNeeded {
    /// The profile that names the device.
    pub profile: String,
    /// The device's ARN or serial number.
    pub device: String,
}

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// What is configured cannot be used.
    #[error(transparent)]
    Unusable(#[from] Unusable),
    /// [`Access::codes`](crate::Access::codes) lacks a code that a person must enter.
    #[error("profile `{}` needs a code from the MFA device {}", .0.profile, .0.device)]
    Code(CodeNeeded),
    /// AWS refused the call that fetches credentials, or could not be reached.
    #[error(transparent)]
    Call(#[from] CloudError),
}

/// The codes of multi-factor devices that a person entered, by profile. They are never printed.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Codes(std::collections::BTreeMap<String, String>);

impl Codes {
    /// Adds the code for a profile.
    pub fn add(&mut self, profile: &str, code: &str) {
        self.0.insert(profile.to_owned(), code.to_owned());
    }

    /// The code for a profile.
    #[must_use]
    pub fn of(&self, profile: &str) -> Option<&str> {
        self.0.get(profile).map(String::as_str)
    }
}

impl fmt::Debug for Codes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Codes").finish_non_exhaustive()
    }
}
