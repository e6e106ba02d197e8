//! The syntax tree of a regular expression.

use super::class::Set;

#[derive(Debug)]
pub(super) enum Node {
    Char(u16),
    Set(Set),
    Sequence(Vec<Node>),
    Either(Vec<Node>),
    /// A group with its number, from 1.
    Group(usize, Box<Node>),
    Repeat(Box<Node>, Times),
    Look {
        inside: Box<Node>,
        behind: bool,
        negative: bool,
    },
    Start,
    End,
    /// `\b`, or `\B`.
    Border(bool),
    /// `\1`, or `\k<name>`.
    Back(usize),
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Times {
    pub(super) min: usize,
    pub(super) max: usize,
    pub(super) greedy: bool,
    /// The groups inside: those after the first number, up to the second.
    pub(super) groups: (usize, usize),
}

/// A parsed pattern.
pub(super) struct Parsed {
    pub(super) node: Node,
    pub(super) groups: usize,
    /// The names of groups, with their numbers.
    pub(super) names: Vec<(String, usize)>,
}
