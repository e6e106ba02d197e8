//! Checks whether a definition is a state machine that a message flow can use: structure, targets,
//! ends, timeout, query language, output state, verdicts that are written in it. Fields, paths and expressions are
//! read by the interpreter (`refusals.rs`).

mod graph;
mod language;
mod machine;
mod state;
mod verdict;

pub(super) use machine::check;
