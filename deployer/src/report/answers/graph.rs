//! `graph`: a state machine, and what an execution did in it.

use jiff::Timestamp;
use serde::Serialize;

use crate::graph::{Graph, Passage, Reason, Stay};
use crate::report::{self, Answer};

/// A machine, or one inside a state.
#[derive(Serialize)]
pub struct GraphObject<'a> {
    start: &'a str,
    states: Vec<StateObject<'a>>,
    #[serde(skip)]
    graph: &'a Graph,
    #[serde(skip)]
    path: &'a Passage,
}

#[derive(Serialize)]
struct StateObject<'a> {
    name: &'a str,
    kind: &'a str,
    #[serde(flatten)]
    stats: Stay,
    ways: Vec<TransitionObject<'a>>,
    inner: Vec<GraphObject<'a>>,
}

#[derive(Serialize)]
struct TransitionObject<'a> {
    to: Option<&'a str>,
    reasons: &'a [Reason],
    taken: u32,
}

impl<'a> GraphObject<'a> {
    /// A graph with the path that an execution took.
    pub fn of(graph: &'a Graph, path: &'a Passage) -> Self {
        let states = graph.states.iter().map(|state| StateObject {
            name: &state.name,
            kind: &state.kind,
            stats: path.stay(&state.name),
            ways: state
                .ways
                .iter()
                .map(|way| TransitionObject {
                    to: way.to.as_deref(),
                    reasons: &way.reasons,
                    taken: path.taken(&state.name, way.to.as_deref(), way.catches()),
                })
                .collect(),
            inner: state.inner.iter().map(|inner| Self::of(inner, path)).collect(),
        });
        Self { start: &graph.start, states: states.collect(), graph, path }
    }
}

impl Answer for GraphObject<'_> {
    const KIND: &'static str = "graph";

    fn text(&self, _: Timestamp) -> Option<String> {
        Some(report::graph(self.graph, Some(self.path)))
    }
}
