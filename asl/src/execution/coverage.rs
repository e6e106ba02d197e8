//! Coverage: which parts of a definition an execution used.

use std::fmt;
use std::sync::Arc;

/// A part of a definition that an execution used.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Covered {
    /// The state's name.
    pub state: Arc<str>,
    /// Which part of it.
    pub part: Part,
}

/// A part of a state, named by the field that defines it. Indices start at 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// The state itself: it was entered.
    State,
    /// The transition by `Next`.
    Next,
    /// The end of the state's machine after it.
    End,
    /// The transition by one of its `Choices`.
    Choice(usize),
    /// The transition by `Default`.
    Default,
    /// A retry by one of its `Retry`.
    Retry(usize),
    /// The transition by one of its `Catch`.
    Catch(usize),
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::State => f.write_str("State"),
            Self::Next => f.write_str("Next"),
            Self::End => f.write_str("End"),
            Self::Choice(nth) => write!(f, "Choices[{nth}]"),
            Self::Default => f.write_str("Default"),
            Self::Retry(nth) => write!(f, "Retry[{nth}]"),
            Self::Catch(nth) => write!(f, "Catch[{nth}]"),
        }
    }
}
