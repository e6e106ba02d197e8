//! Errors at run time: a fault inside one state, and the failure that it becomes.

/// A failure, as executions, retriers and catchers see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    /// The error's name. A Fail state and a task may omit it.
    pub(crate) error: Option<String>,
    /// The cause, in the words of AWS.
    pub(crate) cause: Option<String>,
    pub(crate) kind: FailureKind,
}

/// Which names in `ErrorEquals` match a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FailureKind {
    /// Matched by its name and by `States.ALL`.
    Ordinary,
    /// The error of a task. `States.TaskFailed` matches it too.
    Task,
    /// A task that timed out. This name matches it too.
    TimedOut(&'static str),
    /// Ends the execution unless this name is caught.
    UnlessCaught(&'static str),
    /// Ends the execution.
    Fatal,
}

impl Failure {
    pub(crate) fn new(error: Option<String>, cause: Option<String>, kind: FailureKind) -> Self {
        Self { error, cause, kind }
    }

    /// Whether an entry of `ErrorEquals` matches.
    pub(crate) fn matches(&self, name: &str) -> bool {
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

    /// Whether it ends the whole execution, unless its special name is caught.
    pub(crate) fn ends_execution(&self) -> bool {
        matches!(self.kind, FailureKind::Fatal | FailureKind::UnlessCaught(_))
    }
}

/// An error inside a state that doesn't know yet which state and event it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) kind: FaultKind,
    pub(crate) message: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum FaultKind {
    /// `States.Runtime`: a path matches nothing, or a value has the wrong type.
    Runtime,
    /// The same, for a `Parameters` field.
    Parameters,
    /// The result cannot be inserted where `ResultPath` says.
    ResultPath,
    /// An intrinsic function rejected its arguments.
    Intrinsic,
    /// A JSONata expression failed. Contains the field that it is in.
    Query(String),
    /// More data than a state may hold.
    TooLarge,
    /// A limit of the whole execution is reached, such as the size of its history.
    Exhausted,
    /// `ItemReader`, `ItemBatcher` or `ResultWriter` failed. Contains the error's name.
    MapRun(&'static str),
}

impl Fault {
    pub(crate) fn new(kind: FaultKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }

    pub(crate) fn runtime(message: impl Into<String>) -> Self {
        Self::new(FaultKind::Runtime, message)
    }

    /// Turns the fault into the failure of a state. `entered` is the number of the event that
    /// entered it.
    pub(crate) fn into_failure(self, state: &str, entered: u64) -> Failure {
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
    fn error_names_match_by_failure_kind() {
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
