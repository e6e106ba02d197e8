//! A part of the whole that could be read, or could not.

use serde::Serialize;

use crate::cloud::{CloudError, ErrorKind};

/// What a read gave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Reading<T> {
    /// It is known.
    Known(T),
    /// Nobody could tell.
    Unknown {
        /// The permission that was missing, where that was the reason.
        needs: Option<&'static str>,
        /// What AWS said, or what happened on the way.
        could_not_tell: String,
    },
}

impl<T> Reading<T> {
    /// What a read gave that needs this permission.
    pub fn of(read: Result<T, CloudError>, permission: &'static str) -> Self {
        match read {
            Ok(known) => Self::Known(known),
            Err(error) => Self::Unknown {
                needs: (error.kind == ErrorKind::Denied).then_some(permission),
                could_not_tell: error.to_string(),
            },
        }
    }
}
