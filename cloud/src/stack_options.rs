//! How CloudFormation is to carry a change set out, beyond what it changes.

use std::fmt;

/// What a change set is told besides template and tags.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StackOptions {
    /// The role that CloudFormation acts with, now and in later operations; else the caller's own rights.
    pub role_arn: Option<String>,
    /// The topics that hear of the stack's events; `None` leaves them as they are.
    pub notification_arns: Option<Vec<String>>,
    /// What happens when a first creation fails; else it is rolled back and stays visible.
    pub on_stack_failure: Option<OnStackFailure>,
    /// Whether the operation ends once everything is configured, while resources may still settle.
    pub express: bool,
}

impl StackOptions {
    /// Whether the change set itself says what happens on failure. Executing it must not say it again:
    /// CloudFormation refuses that.
    #[must_use]
    pub fn decides_on_failure(&self) -> bool {
        self.on_stack_failure.is_some() || self.express
    }
}

/// What happens when a first creation fails. Source: CloudFormation API reference, `CreateChangeSet`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnStackFailure {
    /// What was made is removed; the failed stack stays visible.
    Rollback,
    /// What was made is removed, and the stack with it.
    Delete,
    /// What was made stays, to be looked at.
    DoNothing,
}

impl OnStackFailure {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Rollback, Self::Delete, Self::DoNothing];
}

/// As it is typed.
impl fmt::Display for OnStackFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Rollback => "rollback",
            Self::Delete => "delete",
            Self::DoNothing => "do-nothing",
        })
    }
}

/// Who says what happens when the execution of a change set fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnFailure {
    /// The execution: everything is rolled back.
    RollBack,
    /// The change set has said it (see [`Handling::decides_on_failure`]).
    FromChangeSet,
}
