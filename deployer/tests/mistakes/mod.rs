//! Mistakes that are made on purpose, to see whether the checker finds them: one in one definition, everywhere that its
//! kind can be made. No mistake leaves a definition that Step Functions accepts: each kind says why.

mod definition;
mod fields;
mod kinds;
mod places;
mod report;

use std::collections::BTreeSet;

pub(crate) use definition::{Definition, Workspace};
pub(crate) use kinds::kinds;
pub(crate) use report::Report;

/// A kind of mistake.
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    /// Why Step Functions refuses every definition with such a mistake.
    pub(crate) why: &'static str,
    /// Makes it in every place of a definition where it can be made.
    pub(crate) make: fn(&Definition) -> Vec<Mistake>,
}

/// A definition with one mistake.
pub(crate) struct Mistake {
    pub(crate) text: String,
    /// The lines where it may be reported.
    pub(crate) lines: BTreeSet<usize>,
}

/// What the checker says of one text.
pub(crate) struct Verdict {
    /// Code and line of each error.
    pub(crate) errors: Vec<(&'static str, usize)>,
    /// The codes of what is not an error.
    pub(crate) warnings: Vec<&'static str>,
}

/// Which mistakes are made: all, or one of each kind in every third definition, other ones for each kind.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    Some,
    All,
}

impl Extent {
    /// How much a word means.
    pub(crate) fn of(word: &str) -> Self {
        if word == "all" { Self::All } else { Self::Some }
    }
}

/// Makes the mistakes and checks each definition with one.
pub(crate) fn play(definitions: &[Definition], extent: Extent) -> Report {
    let workspace = Workspace::new();
    let mut report = Report::default();
    for definition in definitions {
        report.original(definition.name(), &workspace.check(definition, definition.text()));
    }
    let mut random = fastrand::Rng::with_seed(14);
    for (number, kind) in kinds().enumerate() {
        report.kind(kind);
        for (index, definition) in definitions.iter().enumerate() {
            let mut mistakes = (kind.make)(definition);
            if extent == Extent::Some {
                if (index + number) % 3 != 0 || mistakes.is_empty() {
                    continue;
                }
                let chosen = random.usize(..mistakes.len());
                mistakes = vec![mistakes.swap_remove(chosen)];
            }
            for mistake in &mistakes {
                let verdict = workspace.check(definition, &mistake.text);
                report.mistake(definition.name(), mistake, &verdict);
            }
        }
    }
    report
}
