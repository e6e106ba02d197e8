//! What happened: facts in the past tense, as data without sentences.

use serde::Serialize;

use crate::plan::{Drift, Rights};
use cloud::{Output, ResourceChange, StackEvent, StackResource};

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    BucketCreated {
        bucket: String,
    },
    BucketConfigured {
        bucket: String,
    },
    /// An upload is about to start.
    UploadStarted {
        /// `handler` or `template`.
        what: String,
        bytes: usize,
    },
    /// A part of a large object was uploaded.
    UploadProgressed {
        what: String,
        /// How many bytes are uploaded.
        bytes: usize,
        /// How many bytes it has.
        of: usize,
    },
    Uploaded {
        /// `handler` or `template`.
        what: String,
        bucket: String,
        key: String,
    },
    /// The state machine was changed outside the stack.
    DriftFound(Drift),
    /// A change set was requested.
    ChangeSetRequested {
        name: String,
    },
    /// A change set is ready to be executed.
    ChangeSetReady {
        changes: Vec<ResourceChange>,
        /// Principals that gain or lose permissions.
        rights: Vec<Rights>,
    },
    /// CloudFormation found that nothing would change.
    ChangeSetEmpty,
    /// The change set was not confirmed; what was created for it was removed.
    Withdrawn,
    /// The empty stack of a withdrawn change set was kept, because it has others.
    StackKept {
        stack: String,
        /// The names of the other change sets.
        change_sets: Vec<String>,
    },
    /// An artifact of a withdrawn change set was kept, because the stack or another change set uses it.
    ArtifactKept {
        bucket: String,
        key: String,
    },
    StackStarted {
        /// `create`, `update`, `delete`, `cancel` or `recover`.
        operation: String,
        stack_id: String,
        /// The estimated duration, if known.
        expected_seconds: Option<u64>,
    },
    /// An operation that was already in progress is followed.
    Attached {
        stack_id: String,
        status: String,
        /// The estimated duration of the whole operation, if known.
        expected_seconds: Option<u64>,
    },
    /// An event of the stack or of one of its resources.
    Stack(StackEvent),
    /// There was no event for a while, and the operation is still in progress.
    StillWaiting {
        /// What the operation waits for, such as a stack status.
        status: String,
        /// Since the wait began.
        elapsed_seconds: u64,
    },
    /// A poll failed with a transient error, such as throttling; it will be retried.
    #[serde(rename = "look_failed")]
    PollFailed {
        message: String,
    },
    ProtectionSwitched {
        on: bool,
    },
    /// The stack is gone, but these resources remain.
    LeftBehind {
        resources: Vec<StackResource>,
    },
    FunctionReady {
        arn: String,
    },
    /// Artifacts that no template uses anymore were hidden; the bucket's lifecycle removes them.
    ArtifactsRetired {
        keys: Vec<String>,
    },
    ArtifactsRemoved {
        bucket: String,
        /// The number of object versions.
        versions: usize,
    },
    BucketRemoved {
        bucket: String,
    },
    /// The artifact bucket was kept, because other stacks use it.
    BucketKept {
        bucket: String,
    },
    /// The operation ended: always the last event, and emitted exactly once.
    Finished {
        outcome: OperationOutcome,
        /// The stack's outputs, if there is a stack.
        outputs: Vec<Output>,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OperationOutcome {
    Created,
    Updated,
    /// A change set was created but not executed.
    Prepared,
    /// There was nothing to do.
    Unchanged,
    /// The stack and its artifacts are gone.
    Removed,
    /// The stack is gone, but some resources remain.
    RemovedInPart,
    /// The stack is gone, but its artifacts remain.
    Deleted,
    /// The stack is not deployer's and remains; what an adoption left is gone.
    Cleared,
    /// An update was rolled back: the stack is as it was before.
    RolledBack,
    /// The user declined; nothing remains of the attempt.
    Declined,
    /// The error says why.
    Failed,
}
