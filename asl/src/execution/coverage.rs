//! Which parts of a definition an execution came through.

use std::fmt;
use std::sync::Arc;

/// A part of a definition that an execution came through.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Covered {
    /// The state's name.
    pub state: Arc<str>,
    /// Which part of it.
    pub part: Part,
}

/// A part of a state, by the field that writes it. Indices count from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// The state itself: it was entered.
    State,
    /// It was left for its `Next`.
    Next,
    /// It was left, and its machine ended with it.
    End,
    /// It was left by one of its `Choices`.
    Choice(usize),
    /// It was left for its `Default`.
    Default,
    /// It was tried again, as one of its `Retry` says.
    Retry(usize),
    /// It was left by one of its `Catch`.
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
