//! What can go wrong: a fault of a state, and the failure that it becomes.

/// A failure as executions, retriers and catchers see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The error's name; a Fail state and a task may leave it out.
    pub error: Option<String>,
    /// What AWS would say about it.
    pub cause: Option<String>,
    pub(super) kind: FailureKind,
}

/// How retriers and catchers see a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FailureKind {
    /// Matched by its name and by `States.ALL`.
    Ordinary,
    /// What a task answered; `States.TaskFailed` matches it too.
    Task,
    /// A task that took too long: one more name matches it.
    TimedOut(&'static str),
    /// Ends the execution, unless this name is caught.
    UnlessCaught(&'static str),
    /// Ends the execution.
    Fatal,
}

impl Failure {
    pub(super) fn new(error: Option<String>, cause: Option<String>, kind: FailureKind) -> Self {
        Self { error, cause, kind }
    }

    /// Whether an `ErrorEquals` entry matches.
    pub(super) fn matches(&self, name: &str) -> bool {
        match self.kind {
            FailureKind::Fatal => false,
            FailureKind::UnlessCaught(other) => name == other,
            FailureKind::Ordinary => name == "States.ALL" || self.is_named(name),
            FailureKind::Task => {
                matches!(name, "States.ALL" | "States.TaskFailed") || self.is_named(name)
            }
            FailureKind::TimedOut(other) => {
                name == "States.ALL" || name == other || self.is_named(name)
            }
        }
    }

    fn is_named(&self, name: &str) -> bool {
        self.error.as_deref() == Some(name)
    }

    /// Whether nothing on the way out can stop it.
    pub(super) fn ends_execution(&self) -> bool {
        matches!(self.kind, FailureKind::Fatal | FailureKind::UnlessCaught(_))
    }
}

/// What is wrong inside one state, before it is known which state and event it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) kind: FaultKind,
    pub(super) message: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum FaultKind {
    /// A path leads nowhere, a value has the wrong type: `States.Runtime`.
    Runtime,
    /// The same for a `Parameters` field.
    Parameters,
    /// The result cannot be put where `ResultPath` says.
    ResultPath,
    /// An intrinsic function cannot work with its arguments.
    Intrinsic,
    /// A JSONata expression failed; the field it stands in.
    Query(String),
    /// More data than a state may hold.
    TooLarge,
    /// The history is full, or the limit of steps is reached.
    Exhausted,
    /// `ItemReader`, `ItemBatcher`, `ResultWriter`: the error's name.
    MapRun(&'static str),
}

impl Fault {
    pub(super) fn new(kind: FaultKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }

    pub(super) fn runtime(message: impl Into<String>) -> Self {
        Self::new(FaultKind::Runtime, message)
    }

    /// The failure of a state that was entered with an event.
    pub(super) fn into_failure(self, state: &str, entered: u64) -> Failure {
        let place = format!(
            "An error occurred while executing the state '{state}' (entered at the event id #{entered}). "
        );
        let (error, kind, located) = match self.kind {
            FaultKind::Runtime => ("States.Runtime", FailureKind::Fatal, true),
            FaultKind::Parameters => {
                ("States.Runtime", FailureKind::UnlessCaught("States.ParameterPathFailure"), true)
            }
            FaultKind::ResultPath => {
                ("States.Runtime", FailureKind::UnlessCaught("States.ResultPathMatchFailure"), true)
            }
            FaultKind::Intrinsic => {
                ("States.Runtime", FailureKind::UnlessCaught("States.IntrinsicFailure"), true)
            }
            FaultKind::Query(_) => ("States.QueryEvaluationError", FailureKind::Ordinary, true),
            FaultKind::TooLarge => (
                "States.DataLimitExceeded",
                FailureKind::UnlessCaught("States.DataLimitExceeded"),
                false,
            ),
            FaultKind::Exhausted => ("States.Runtime", FailureKind::Fatal, false),
            FaultKind::MapRun(error) => (error, FailureKind::Ordinary, false),
        };
        let cause = if located { place + &self.message } else { self.message };
        Failure::new(Some(error.to_owned()), Some(cause), kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_match_as_the_language_says() {
        let failure = |kind| Failure::new(Some("Boom".into()), None, kind);
        let task = failure(FailureKind::Task);
        assert!(
            task.matches("Boom") && task.matches("States.ALL") && task.matches("States.TaskFailed")
        );
        assert!(!task.matches("Bo"));
        let timed_out = Failure::new(
            Some("States.Timeout".into()),
            None,
            FailureKind::TimedOut("States.HeartbeatTimeout"),
        );
        assert!(
            timed_out.matches("States.Timeout") && timed_out.matches("States.HeartbeatTimeout")
        );
        assert!(!timed_out.matches("States.TaskFailed"));
        let runtime = Fault::runtime("x").into_failure("A", 2);
        assert!(!runtime.matches("States.ALL") && !runtime.matches("States.Runtime"));
        let parameters = Fault::new(FaultKind::Parameters, "x").into_failure("A", 2);
        assert!(parameters.matches("States.ParameterPathFailure"));
        assert!(!parameters.matches("States.ALL"));
    }
}
