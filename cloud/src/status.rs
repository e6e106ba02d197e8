//! The lifecycle of a stack: CloudFormation's statuses and what each allows.

use std::fmt;

/// A stack's status. Sources: CloudFormation API reference, `Stack`; user guide, "Stack statuses".
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StackStatus {
    /// An empty stack behind a change set that was never executed.
    ReviewInProgress,
    /// The first creation is in progress.
    CreateInProgress,
    /// The first creation failed and was not rolled back.
    CreateFailed,
    /// Created.
    CreateComplete,
    /// A failed creation is being rolled back.
    RollbackInProgress,
    /// Rolling back a creation failed.
    RollbackFailed,
    /// A failed creation was rolled back. Only the stack's name is left, and it can only be
    /// deleted.
    RollbackComplete,
    /// An update is in progress.
    UpdateInProgress,
    /// An update succeeded; what it replaced is being deleted.
    UpdateCompleteCleanupInProgress,
    /// Updated.
    UpdateComplete,
    /// An update failed and was not rolled back.
    UpdateFailed,
    /// A failed update is being rolled back.
    UpdateRollbackInProgress,
    /// Rolling back an update failed.
    UpdateRollbackFailed,
    /// A failed update was rolled back; what it created is being deleted.
    UpdateRollbackCompleteCleanupInProgress,
    /// A failed update was rolled back: the stack is as it was before.
    UpdateRollbackComplete,
    /// The stack is being deleted.
    DeleteInProgress,
    /// A resource could not be deleted.
    DeleteFailed,
    /// Deleted; visible by ARN only.
    DeleteComplete,
    /// The status of an import, or one that CloudFormation added later, by its name.
    Other(String),
}

impl StackStatus {
    const NAMES: [(&'static str, Self); 18] = [
        ("REVIEW_IN_PROGRESS", Self::ReviewInProgress),
        ("CREATE_IN_PROGRESS", Self::CreateInProgress),
        ("CREATE_FAILED", Self::CreateFailed),
        ("CREATE_COMPLETE", Self::CreateComplete),
        ("ROLLBACK_IN_PROGRESS", Self::RollbackInProgress),
        ("ROLLBACK_FAILED", Self::RollbackFailed),
        ("ROLLBACK_COMPLETE", Self::RollbackComplete),
        ("UPDATE_IN_PROGRESS", Self::UpdateInProgress),
        ("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", Self::UpdateCompleteCleanupInProgress),
        ("UPDATE_COMPLETE", Self::UpdateComplete),
        ("UPDATE_FAILED", Self::UpdateFailed),
        ("UPDATE_ROLLBACK_IN_PROGRESS", Self::UpdateRollbackInProgress),
        ("UPDATE_ROLLBACK_FAILED", Self::UpdateRollbackFailed),
        (
            "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
            Self::UpdateRollbackCompleteCleanupInProgress,
        ),
        ("UPDATE_ROLLBACK_COMPLETE", Self::UpdateRollbackComplete),
        ("DELETE_IN_PROGRESS", Self::DeleteInProgress),
        ("DELETE_FAILED", Self::DeleteFailed),
        ("DELETE_COMPLETE", Self::DeleteComplete),
    ];

    /// Parses CloudFormation's name; an unknown one becomes [`Self::Other`].
    #[must_use]
    pub fn from_name(name: &str) -> Self {
        Self::NAMES
            .into_iter()
            .find(|(known, _)| *known == name)
            .map_or_else(|| Self::Other(name.to_owned()), |(_, status)| status)
    }

    /// CloudFormation's name.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Other(name) => name,
            known => Self::NAMES
                .iter()
                .find(|(_, status)| status == known)
                .map_or("UNKNOWN", |(name, _)| name),
        }
    }

    /// Whether an operation is in progress that has to end first.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        match self {
            Self::ReviewInProgress => false,
            other => other.name().ends_with("_IN_PROGRESS"),
        }
    }

    /// Whether the stack is complete and can be updated.
    #[must_use]
    pub fn is_stable(&self) -> bool {
        match self {
            Self::CreateComplete | Self::UpdateComplete | Self::UpdateRollbackComplete => true,
            Self::Other(name) => name.ends_with("_COMPLETE"),
            _ => false,
        }
    }

    /// Whether the first creation never succeeded, so that the stack contains nothing and must be
    /// deleted before it can be created again.
    #[must_use]
    pub fn never_created(&self) -> bool {
        matches!(
            self,
            Self::ReviewInProgress
                | Self::CreateFailed
                | Self::RollbackFailed
                | Self::RollbackComplete
        )
    }
}

impl fmt::Display for StackStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_is_read_back_from_its_name() {
        for (name, status) in StackStatus::NAMES {
            assert_eq!(StackStatus::from_name(name), status);
            assert_eq!(status.name(), name);
        }
        assert_eq!(StackStatus::from_name("IMPORT_COMPLETE").name(), "IMPORT_COMPLETE");
    }

    #[test]
    fn no_status_is_both_busy_and_stable() {
        for (_, status) in StackStatus::NAMES {
            assert!(!(status.is_busy() && status.is_stable()), "{status}");
            assert!(!(status.never_created() && status.is_stable()), "{status}");
        }
    }
}
