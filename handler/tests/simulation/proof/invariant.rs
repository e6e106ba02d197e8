//! The invariants, which must hold on every schedule.

use std::fmt;

/// An invariant of the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Invariant {
    /// There are never two executions for a message, across all machines.
    OneExecution,
    /// Every start has the same input. Step Functions recognizes a repeated start only by equal input.
    OneInput,
    /// Every verdict equals the first one.
    OneVerdict,
    /// Under an asynchronous rule, an invocation answers only if the execution exists, and always
    /// the same: that the message is not affected.
    StartedWhenAnswered,
    /// No verdict is answered before the state machine decided it.
    NotTooEarly,
    /// Every verdict comes from the state machine or from the policy of the settings, and from the
    /// policy only after an unsuccessful end or an output that is not a verdict.
    NothingInvented,
    /// Once the state machine has ended and there are no more faults, the next invocation answers
    /// with the recorded verdict, else with the decision, else by policy, or else fails with the
    /// error for this case.
    AnswersWhenDone,
    /// The same for an execution that was redriven and then succeeded.
    AnswersAfterRedrive,
    /// An invocation without faults fails only with `NotReady`, `ExecutionFailed` or
    /// `InvalidVerdict`, and with the latter two only if they are true and the policy is `retry`.
    HonestErrors,
    /// An invocation that finds a noted bounce sends none, and one without faults notes what it sent.
    NotedBounceIsLast,
    /// An entry expires only after the last possible invocation by the mail system.
    EntryOutlivesRetries,
}

/// A violation of an invariant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Violation {
    pub(crate) invariant: Invariant,
    pub(crate) detail: String,
}

impl Violation {
    /// The result of a step that violates an invariant.
    pub(crate) fn of(invariant: Invariant, detail: String) -> Result<(), Self> {
        Err(Self { invariant, detail })
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.invariant, self.detail)
    }
}
