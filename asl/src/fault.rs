//! What can go wrong: a fault of a state, and the failure that it becomes.

/// A failure as executions, retriers and catchers see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The error's name; a Fail state and a task may leave it out.
    pub error: Option<String>,
    /// What AWS would say about it.
    pub cause: Option<String>,
    pub(super) nature: Nature,
}

/// How retriers and catchers see a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Nature {
    /// Matched by its name and by `States.ALL`.
    Ordinary,
    /// What a task answered; `States.TaskFailed` matches it too.
    Task,
    /// A task that took too long: one more name matches it.
    Overdue(&'static str),
    /// Ends the execution, unless this name is caught.
    Unless(&'static str),
    /// Ends the execution.
    Fatal,
}

impl Failure {
    pub(super) fn new(error: Option<String>, cause: Option<String>, nature: Nature) -> Self {
        Self { error, cause, nature }
    }

    /// Whether an `ErrorEquals` entry matches.
    pub(super) fn matches(&self, name: &str) -> bool {
        match self.nature {
            Nature::Fatal => false,
            Nature::Unless(other) => name == other,
            Nature::Ordinary => name == "States.ALL" || self.is_named(name),
            Nature::Task => {
                matches!(name, "States.ALL" | "States.TaskFailed") || self.is_named(name)
            }
            Nature::Overdue(other) => name == "States.ALL" || name == other || self.is_named(name),
        }
    }

    fn is_named(&self, name: &str) -> bool {
        self.error.as_deref() == Some(name)
    }

    /// Whether nothing on the way out can stop it.
    pub(super) fn ends_execution(&self) -> bool {
        matches!(self.nature, Nature::Fatal | Nature::Unless(_))
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
    pub(super) fn of(self, state: &str, entered: u64) -> Failure {
        let place = format!(
            "An error occurred while executing the state '{state}' (entered at the event id #{entered}). "
        );
        let (error, nature, located) = match self.kind {
            FaultKind::Runtime => ("States.Runtime", Nature::Fatal, true),
            FaultKind::Parameters => {
                ("States.Runtime", Nature::Unless("States.ParameterPathFailure"), true)
            }
            FaultKind::ResultPath => {
                ("States.Runtime", Nature::Unless("States.ResultPathMatchFailure"), true)
            }
            FaultKind::Intrinsic => {
                ("States.Runtime", Nature::Unless("States.IntrinsicFailure"), true)
            }
            FaultKind::Query(_) => ("States.QueryEvaluationError", Nature::Ordinary, true),
            FaultKind::TooLarge => {
                ("States.DataLimitExceeded", Nature::Unless("States.DataLimitExceeded"), false)
            }
            FaultKind::Exhausted => ("States.Runtime", Nature::Fatal, false),
            FaultKind::MapRun(error) => (error, Nature::Ordinary, false),
        };
        let cause = if located { place + &self.message } else { self.message };
        Failure::new(Some(error.to_owned()), Some(cause), nature)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_match_as_the_language_says() {
        let failure = |nature| Failure::new(Some("Boom".into()), None, nature);
        let task = failure(Nature::Task);
        assert!(
            task.matches("Boom") && task.matches("States.ALL") && task.matches("States.TaskFailed")
        );
        assert!(!task.matches("Bo"));
        let overdue = Failure::new(
            Some("States.Timeout".into()),
            None,
            Nature::Overdue("States.HeartbeatTimeout"),
        );
        assert!(overdue.matches("States.Timeout") && overdue.matches("States.HeartbeatTimeout"));
        assert!(!overdue.matches("States.TaskFailed"));
        let runtime = Fault::runtime("x").of("A", 2);
        assert!(!runtime.matches("States.ALL") && !runtime.matches("States.Runtime"));
        let parameters = Fault::new(FaultKind::Parameters, "x").of("A", 2);
        assert!(parameters.matches("States.ParameterPathFailure"));
        assert!(!parameters.matches("States.ALL"));
    }
}
