//! What happened: facts in the past tense, with data and without sentences.

use serde::Serialize;

use crate::plan::{Drift, Rights};
use cloud::{Output, ResourceChange, StackEvent, StackResource};

/// One fact of an operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    /// The artifact bucket was made.
    BucketCreated {
        /// Its name.
        bucket: String,
    },
    /// The artifact bucket was set up.
    BucketConfigured {
        /// Its name.
        bucket: String,
    },
    /// An object is about to be uploaded.
    UploadStarted {
        /// `handler` or `template`.
        what: String,
        /// Its size.
        bytes: usize,
    },
    /// An object was uploaded.
    Uploaded {
        /// `handler` or `template`.
        what: String,
        /// The bucket.
        bucket: String,
        /// The key.
        key: String,
    },
    /// The state machine was changed outside the stack.
    DriftFound(Drift),
    /// A change set was asked for.
    ChangeSetRequested {
        /// Its name.
        name: String,
    },
    /// A change set can be executed.
    ChangeSetReady {
        /// What it would do.
        changes: Vec<ResourceChange>,
        /// Who may do more, or less, than before.
        rights: Vec<Rights>,
    },
    /// CloudFormation found that nothing would change.
    ChangeSetEmpty,
    /// The change set was refused; what had been made for it was removed again.
    Withdrawn,
    /// A stack operation began.
    StackStarted {
        /// `create`, `update`, `delete`, `cancel` or `recover`.
        operation: String,
        /// The stack's ARN.
        stack_id: String,
        /// About how long it will take, where that is known.
        expected_seconds: Option<u64>,
    },
    /// An operation that was going on already is followed.
    Attached {
        /// The stack's ARN.
        stack_id: String,
        /// Its status.
        status: String,
        /// About how long the whole operation will take, where that is known.
        expected_seconds: Option<u64>,
    },
    /// Something happened to the stack or to one of its resources.
    Stack(StackEvent),
    /// Nothing happened for a while, and the operation goes on.
    StillWaiting {
        /// What is waited for, such as a stack status.
        status: String,
        /// Since the operation began.
        elapsed_seconds: u64,
    },
    /// A look failed in a way that passes, such as throttling; the next one comes later.
    #[serde(rename = "look_failed")]
    PollFailed {
        /// What AWS said.
        message: String,
    },
    /// Termination protection of the stack was switched.
    ProtectionSwitched {
        /// Whether it is on now.
        on: bool,
    },
    /// The stack is gone, and these resources are not.
    LeftBehind {
        /// The resources.
        resources: Vec<StackResource>,
    },
    /// Lambda can invoke the function.
    FunctionReady {
        /// Its ARN.
        arn: String,
    },
    /// Artifacts that no template names any more were hidden; the bucket's lifecycle removes them.
    ArtifactsRetired {
        /// Their keys.
        keys: Vec<String>,
    },
    /// The stack's artifacts were removed.
    ArtifactsRemoved {
        /// The bucket.
        bucket: String,
        /// How many versions.
        versions: usize,
    },
    /// The artifact bucket was removed.
    BucketRemoved {
        /// Its name.
        bucket: String,
    },
    /// The artifact bucket was left, because other stacks use it.
    BucketKept {
        /// Its name.
        bucket: String,
    },
    /// The operation ended: the last event, and the only one of its kind.
    Finished {
        /// How.
        outcome: OperationOutcome,
        /// The stack's outputs, where there is one.
        outputs: Vec<Output>,
    },
}

/// How an operation ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OperationOutcome {
    /// The stack was made.
    Created,
    /// The stack was changed.
    Updated,
    /// A change set was made and left to be executed.
    Prepared,
    /// There was nothing to do.
    Unchanged,
    /// The stack is gone.
    Removed,
    /// The stack is gone; resources were left behind.
    RemovedInPart,
    /// The stack is gone; its artifacts are not.
    Deleted,
    /// An update was taken back: the stack is as it was before.
    RolledBack,
    /// The person said no; nothing is left of the attempt.
    Declined,
    /// It failed; the error says why.
    Failed,
}
