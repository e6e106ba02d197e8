//! A state machine as a graph: its states, the ways between them, which of them an execution took, and where
//! each has its place in a picture.

mod layout;
mod machine;
mod path_taken;

pub use layout::{Layout, Point, Size, lay_out};
pub use machine::{Graph, Reason, State, Way};
pub use path_taken::{Passage, Stay};
