//! The level of a log line.

use serde::{Deserialize, Serialize};

/// How important a line is, least first.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, clap::ValueEnum,
)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Lambda's own lines: starts, ends, and reports
    #[serde(alias = "DEBUG", alias = "TRACE")]
    Debug,
    /// Normal operation
    #[serde(alias = "INFO")]
    Info,
    /// May need attention
    #[serde(alias = "WARN")]
    Warn,
    /// Needs attention
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
