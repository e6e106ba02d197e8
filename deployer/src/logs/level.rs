//! The level of a log line.

use serde::{Deserialize, Serialize};

/// How important a line is, least first.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, clap::ValueEnum,
)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// What Lambda says of itself: starts, ends, reports
    #[serde(alias = "DEBUG", alias = "TRACE")]
    Debug,
    /// What is ordinary
    #[serde(alias = "INFO")]
    Info,
    /// What is worth a look
    #[serde(alias = "WARN")]
    Warn,
    /// What needs one
    #[serde(alias = "ERROR", alias = "FATAL")]
    Error,
}

impl Level {
    /// The level as it is written in logs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Debug => "DEBUG",
            Self::Info => "INFO",
            Self::Warn => "WARN",
            Self::Error => "ERROR",
        }
    }
}
