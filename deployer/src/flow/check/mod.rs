//! Whether a definition is a state machine that a message flow can use: structure, targets, endings,
//! timeout, query language, output state. What an expression says, and what a task needs of another
//! service, are Step Functions' own to judge.

mod graph;
mod language;
mod machine;
mod state;

pub(super) use machine::check;
