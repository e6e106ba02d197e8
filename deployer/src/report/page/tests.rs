//! The page about the tests of a flow: each result, what differs, and how much of the state machine is covered.

use super::{Block, Cell, Fact, Fold, Page, Section, drawing, plain};
use crate::graph::{Graph, PathTaken};
use crate::report::picture;
use crate::report::simulation::simulated;
use crate::report::summary::count;
use crate::report::testing::plain_differences;
use crate::testing::{Coverage, TestResult, TestSummary};

/// The tests of a flow after a run.
pub struct TestedFlow<'a> {
    pub summary: &'a TestSummary,
    pub results: &'a [TestResult],
    pub coverage: &'a Coverage,
    /// The state machine of the flow; `None` if its tests use several.
    pub graph: Option<&'a Graph>,
}

impl TestedFlow<'_> {
    /// The HTML document.
    pub fn html(&self) -> String {
        let summary = self.summary;
        let facts = vec![
            Fact::new("Flow", &summary.flow),
            Fact::new("Tests", summary.tests.to_string()),
            Fact::new("Passed", summary.passed.to_string()),
            Fact::new("Failed", summary.failed.to_string()),
            Fact::new(
                "Coverage",
                format!("{:.1} % of states and transitions", self.coverage.percent),
            ),
        ];
        let title = match summary.failed {
            0 => format!("Tests of {}: all passed", summary.flow),
            failed => format!("Tests of {}: {failed} of {} failed", summary.flow, summary.tests),
        };
        let mut sections = Vec::new();
        if summary.failed > 0 {
            sections.push(self.failures());
        }
        sections.push(self.tests());
        if let Some(graph) = self.graph {
            let path = path_of(self.coverage);
            sections.push(drawing("Coverage", picture(&summary.flow, graph, Some(&path))));
        }
        sections.extend(self.missed());
        Page { title, facts, sections }.html()
    }

    fn failures(&self) -> Section {
        let failed = self.results.iter().filter(|result| !result.passed);
        let fold = |result: &TestResult| Fold {
            class: "bad",
            mark: "FAIL",
            title: format!("{}:{}:{}: {}", result.file, result.line, result.column, result.name),
            open: true,
            blocks: vec![
                Block { name: "Differences", text: plain_differences(result) },
                Block { name: "Timeline", text: plain(&simulated(&result.timeline)) },
            ],
        };
        Section {
            heading: "Failures".to_owned(),
            folds: failed.map(fold).collect(),
            ..Section::default()
        }
    }

    fn tests(&self) -> Section {
        let row = |result: &TestResult| {
            let (class, text) = if result.passed { ("good", "PASS") } else { ("bad", "FAIL") };
            vec![
                Cell { class, text: text.to_owned(), ..Cell::default() },
                Cell { note: plain(&result.file), ..Cell::new(&result.name) },
                Cell { class: "number", ..Cell::new(result.invocations.to_string()) },
            ]
        };
        Section {
            heading: "Tests".to_owned(),
            columns: vec!["Result", "Test", "Invocations"],
            rows: self.results.iter().map(row).collect(),
            ..Section::default()
        }
    }

    /// What no test covers.
    fn missed(&self) -> Option<Section> {
        let rows: Vec<_> = self
            .coverage
            .missed()
            .map(|(state, part)| {
                let place = match (&part.file, part.line) {
                    (Some(file), Some(line)) => format!("{file}:{line}"),
                    _ => part.location.clone(),
                };
                vec![Cell::new(&state.state), Cell::new(&part.part), Cell::new(place)]
            })
            .collect();
        (!rows.is_empty()).then(|| Section {
            heading: format!("Not covered: {}", count(rows.len(), "part")),
            columns: vec!["State", "Part", "Place"],
            rows,
            ..Section::default()
        })
    }
}

/// The tests at each state, and at each transition out of it.
fn path_of(coverage: &Coverage) -> PathTaken {
    let number = |tests: usize| u32::try_from(tests).unwrap_or(u32::MAX);
    let states = coverage.states.iter();
    let entered = states.clone().map(|state| (state.state.clone(), number(state.entered.tests)));
    let taken = states.flat_map(|state| {
        let ways = state.ways.iter().filter(|way| !way.part.starts_with("Retry"));
        ways.map(|way| {
            let catches = way.part.starts_with("Catch");
            ((state.state.clone(), way.to.clone(), catches), number(way.tests))
        })
    });
    PathTaken::of_tests(entered, taken)
}
