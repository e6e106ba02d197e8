//! Checks whether a message flow can use a definition: its structure, targets, ends, timeout, query
//! language, output state, and the verdicts that are written in it. The interpreter reads fields, paths,
//! and expressions (`refusals.rs`).

mod graph;
mod language;
mod machine;
mod state;
mod verdict;

pub(super) use machine::check;
