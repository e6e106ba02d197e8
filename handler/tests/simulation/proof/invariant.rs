//! What must hold on every schedule.

use std::fmt;

/// What must hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Invariant {
    /// There are never two executions for a message, over all machines.
    OneExecution,
    /// Every verdict given equals the first one given.
    OneVerdict,
    /// No verdict is given before the state machine gave it.
    NotTooEarly,
    /// No verdict is given that the state machine did not give, nor the policy of the settings, and
    /// the policy's only after an unsuccessful end or an output that is no verdict.
    NothingInvented,
    /// Once the state machine is done and the faults stop, the next invocation answers with the
    /// recorded verdict, else what was decided, else the policy's, else fails with the one error
    /// that says so.
    AnswersWhenDone,
    /// The same for an execution that was redriven and then succeeded.
    AnswersAfterRedrive,
    /// An invocation that met no fault fails only with `NotReady`, `ExecutionFailed` or
    /// `InvalidVerdict`, and the latter two only when it is true and the policy is `retry`.
    HonestErrors,
    /// An entry expires only after the mail system has asked for the last time.
    EntryOutlivesRetries,
}

/// One that did not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Violation {
    pub(crate) invariant: Invariant,
    pub(crate) detail: String,
}

impl Violation {
    /// The result of a step that broke an invariant.
    pub(crate) fn of(invariant: Invariant, detail: String) -> Result<(), Self> {
        Err(Self { invariant, detail })
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.invariant, self.detail)
    }
}
