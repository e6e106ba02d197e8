//! Whose output is the verdict: that of the execution or that of one of its states.

use std::fmt;

/// Whose output is the verdict. It is stored when a message is claimed. If every invocation read
/// the setting again, a change of the setting could change a verdict that was already given.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Origin {
    /// The output of the execution.
    Execution,
    /// The output of the state of this name, the *output state*.
    State(String),
}

impl Origin {
    /// The name of the output state, if there is one.
    #[must_use]
    pub fn state(&self) -> Option<&str> {
        match self {
            Self::Execution => None,
            Self::State(name) => Some(name),
        }
    }
}

impl From<Option<String>> for Origin {
    fn from(output_state: Option<String>) -> Self {
        output_state.map_or(Self::Execution, Self::State)
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Execution => f.write_str("the execution"),
            Self::State(name) => write!(f, "the state `{name}`"),
        }
    }
}
