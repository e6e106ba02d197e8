//! Whose output is the verdict: the execution's own, or that of one of its states.

use std::fmt;

/// Whose output is the verdict. Pinned when a message is claimed: were it read anew at every
/// invocation, changing the setting could change a verdict that was given already.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Origin {
    /// The execution's own output.
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
