//! A state machine as a graph: its states, the transitions between them, which of them an execution
//! took, and the layout of its picture.

mod labels;
mod layout;
#[cfg(test)]
mod layout_tests;
mod machine;
mod path_taken;

pub use layout::{Block, Layout, Line, Point, Size, lay_out};
pub use machine::{Graph, Reason, State, Transition};
pub use path_taken::{PathTaken, StateStats};
