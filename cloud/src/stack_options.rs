//! How CloudFormation carries out a change set, beyond what the change set changes.

use std::fmt;

/// The options of a change set besides its template and tags.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StackOptions {
    /// The role that CloudFormation assumes, now and in later operations; by default the caller's
    /// own permissions apply.
    pub role_arn: Option<String>,
    /// The topics that are notified of the stack's events; `None` leaves them unchanged.
    pub notification_arns: Option<Vec<String>>,
    /// What happens when a first creation fails; by default it is rolled back and the stack stays
    /// visible.
    pub on_stack_failure: Option<OnStackFailure>,
    /// Whether the operation ends as soon as everything is configured, while resources may still
    /// stabilize.
    pub express: bool,
}

impl StackOptions {
    /// Whether the change set itself specifies what happens on failure. The execution must not
    /// specify it again: CloudFormation rejects that. Source: CloudFormation API reference, `CreateChangeSet`,
    /// `OnStackFailure`. For express mode it is not documented; leaving it out is right in either case.
    #[must_use]
    pub fn decides_on_failure(&self) -> bool {
        self.on_stack_failure.is_some() || self.express
    }
}

/// What happens when a first creation fails. Source: CloudFormation API reference,
/// `CreateChangeSet`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnStackFailure {
    /// What was created is deleted; the failed stack stays visible.
    Rollback,
    /// What was created is deleted, and so is the stack.
    Delete,
    /// What was created stays, for inspection.
    DoNothing,
}

impl OnStackFailure {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Rollback, Self::Delete, Self::DoNothing];
}

/// The value as it is typed on the command line.
impl fmt::Display for OnStackFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Rollback => "rollback",
            Self::Delete => "delete",
            Self::DoNothing => "do-nothing",
        })
    }
}

/// What determines the outcome when the execution of a change set fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnFailure {
    /// The execution: everything is rolled back.
    RollBack,
    /// The change set, as it was created (see [`StackOptions::decides_on_failure`]).
    FromChangeSet,
}
