//! JSONPath as Step Functions reads it: the dialect of the Jayway library.
//!
//! A *definite* path (names and single indices only) refers to one place. If nothing is there, the
//! caller decides what that means. An *indefinite* path (wildcards, slices, filters, unions, `..`)
//! evaluates to an array, which may be empty.

mod evaluate;
mod filter;
mod parse;
mod reference;
mod relation;

pub(crate) use evaluate::Missing;
pub(crate) use parse::PathError;
pub(crate) use reference::ReferencePath;

/// A path without its root.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct JsonPath {
    steps: Vec<Step>,
    undecided: Option<Undecided>,
}

/// Something in a path or an expression whose meaning is neither documented nor recorded
/// (`docs/reference/state-language.md`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum Undecided {
    /// `[?(@ == 'a')]`.
    #[error("a filter on `@` itself, which this program applies to strings and numbers")]
    Scalar,
    /// `[?(@.name == Subject)]`.
    #[error("a word without quotes in a filter, which this program reads as a string")]
    Word,
    /// `$.a\.b`.
    #[error("a backslash, after which this program reads any character as part of the name")]
    Escape,
    /// `/[^]/`.
    #[error(
        "a regular expression that Java reads differently, which this program reads as JavaScript does"
    )]
    Pattern,
}

/// One step of a path.
#[derive(Debug, Clone, PartialEq)]
enum Step {
    /// `.name`, `['name']`, or `['a','b']` if more steps follow.
    Names(Vec<String>),
    /// `['a','b']` at the end: an object of these members.
    Members(Vec<String>),
    /// `[0]`, `[-1]` or `[0,2]`.
    Indices(Vec<i64>),
    /// `[1:5]`.
    Slice(Option<i64>, Option<i64>),
    /// `.*` or `[*]`.
    Wildcard,
    /// `..`: the next step applies to all descendants.
    Descend,
    /// `[?(…)]`.
    Filter(filter::Filter),
    /// `.length()`.
    Length,
}

impl JsonPath {
    /// Whether it refers to one place.
    pub(crate) fn is_definite(&self) -> bool {
        self.steps.iter().all(|step| match step {
            Step::Names(names) => names.len() == 1,
            Step::Indices(indices) => indices.len() == 1,
            Step::Members(_) | Step::Length => true,
            Step::Slice(..) | Step::Wildcard | Step::Descend | Step::Filter(_) => false,
        })
    }

    /// What in it is undecided, if anything is.
    pub(crate) fn undecided(&self) -> Option<Undecided> {
        self.undecided
    }

    /// Whether it is the whole document.
    pub(crate) fn is_root(&self) -> bool {
        self.steps.is_empty()
    }
}
