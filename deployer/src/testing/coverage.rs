//! How much of a definition the tests cover: states, and the transitions out of them.

use std::collections::BTreeMap;

use serde::Serialize;

use super::result::TestResult;
use crate::flow::FlowPart;
use asl::{Covered, Part};

/// How much of a definition the tests cover.
#[derive(Debug, Serialize)]
pub struct Coverage {
    /// The share of states and transitions that at least one test covers, in percent with one decimal, rounded
    /// down: 100 is all of them.
    pub percent: f64,
    /// The states, in the order of the file.
    pub states: Vec<CoveredState>,
}

#[derive(Debug, Serialize)]
pub struct CoveredState {
    pub state: String,
    /// The state itself, by the tests that entered it.
    pub entered: CoveredPart,
    /// The transitions out of it, and the retries.
    pub ways: Vec<CoveredPart>,
}

/// A state, or a transition out of it.
#[derive(Debug, Serialize)]
pub struct CoveredPart {
    /// The member of the state that defines it, such as `Choices[0]`; `State` for the state itself.
    pub part: String,
    /// The state that it leads to, where it leads to another one.
    pub to: Option<String>,
    /// How many tests cover it.
    pub tests: usize,
    /// Its JSON path in the definition.
    pub location: String,
    pub file: Option<String>,
    /// Its line there, from 1.
    pub line: Option<usize>,
    /// Its column there, from 1.
    pub column: Option<usize>,
}

impl Coverage {
    /// Adds up which of these parts the tests cover. The parts of a state have to be next to each other.
    pub fn of(parts: &[FlowPart], results: &[TestResult]) -> Self {
        let mut tests: BTreeMap<&Covered, usize> = BTreeMap::new();
        for covered in results.iter().flat_map(|result| &result.covered) {
            *tests.entry(covered).or_default() += 1;
        }
        let mut states: Vec<CoveredState> = Vec::new();
        for part in parts {
            let covered =
                CoveredPart::new(part, tests.get(&part.part).copied().unwrap_or_default());
            match states.last_mut() {
                Some(last) if part.part.part != Part::State => last.ways.push(covered),
                _ => {
                    let (state, ways) = (part.part.state.to_string(), Vec::new());
                    states.push(CoveredState { state, entered: covered, ways });
                }
            }
        }
        let reached = parts.iter().filter(|part| tests.contains_key(&part.part)).count();
        Self { percent: percent(reached, parts.len()), states }
    }

    /// What no test covers: states, and transitions out of states that are entered.
    pub fn missed(&self) -> impl Iterator<Item = (&CoveredState, &CoveredPart)> {
        self.states.iter().flat_map(|state| {
            let ways = if state.entered.tests == 0 { &[][..] } else { &state.ways };
            let parts = [&state.entered].into_iter().chain(ways);
            parts.filter(|part| part.tests == 0).map(move |part| (state, part))
        })
    }
}

impl CoveredPart {
    fn new(part: &FlowPart, tests: usize) -> Self {
        let position = part.position.as_ref();
        Self {
            part: part.part.part.to_string(),
            to: part.to.clone(),
            tests,
            location: part.location.clone(),
            file: position.map(|at| at.file.clone()),
            line: position.map(|at| at.line),
            column: position.map(|at| at.column),
        }
    }
}

/// With one decimal, rounded down, so that only full coverage is 100.
fn percent(reached: usize, all: usize) -> f64 {
    match all {
        0 => 100.0,
        all => (reached * 1000 / all) as f64 / 10.0,
    }
}
