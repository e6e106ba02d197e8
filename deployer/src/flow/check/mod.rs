//! Checks whether a definition is a state machine that a message flow can use: structure, targets,
//! ends, timeout, query language, output state. The content of expressions, and what a task needs
//! from another service, are left to Step Functions.

mod graph;
mod language;
mod machine;
mod state;

pub(super) use machine::check;
