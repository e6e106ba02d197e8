//! A state machine as a graph: its states, the transitions between them, which of them an execution
//! took, and the layout of its picture.

mod layout;
mod machine;
mod path_taken;

pub use layout::{Layout, Point, Size, lay_out};
pub use machine::{Graph, Reason, State, Transition};
pub use path_taken::{PathTaken, StateStats};
