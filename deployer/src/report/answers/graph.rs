//! `graph`: a state machine, and what an execution did in it.

use serde::Serialize;

use crate::graph::{Graph, PathTaken, Reason, StateStats};
use crate::report::{self, Answer, Reader};

/// A machine, or one inside a state.
#[derive(Serialize)]
pub struct GraphObject<'a> {
    start: &'a str,
    states: Vec<StateObject<'a>>,
    #[serde(skip)]
    graph: &'a Graph,
    #[serde(skip)]
    path: &'a PathTaken,
}

#[derive(Serialize)]
struct StateObject<'a> {
    name: &'a str,
    kind: &'a str,
    #[serde(flatten)]
    stats: StateStats,
    #[serde(rename = "ways")]
    transitions: Vec<TransitionObject<'a>>,
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
    pub fn of(graph: &'a Graph, path: &'a PathTaken) -> Self {
        let states = graph.states.iter().map(|state| StateObject {
            name: &state.name,
            kind: &state.kind,
            stats: path.stats(&state.name),
            transitions: state
                .transitions
                .iter()
                .map(|transition| {
                    let to = transition.to.as_deref();
                    let taken = path.taken(&state.name, to, transition.catches());
                    TransitionObject { to, reasons: &transition.reasons, taken }
                })
                .collect(),
            inner: state.inner.iter().map(|inner| Self::of(inner, path)).collect(),
        });
        Self { start: &graph.start, states: states.collect(), graph, path }
    }
}

impl Answer for GraphObject<'_> {
    const KIND: &'static str = "graph";

    fn text(&self, _: &Reader<'_>) -> Option<String> {
        Some(report::graph(self.graph, Some(self.path)))
    }

    fn is_data(&self) -> bool {
        true
    }
}
