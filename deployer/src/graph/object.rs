//! A graph and the path that an execution took, as one JSON object.

use serde::Serialize;

use super::{Graph, Passage, Reason, Stay};

/// A machine, or one nested in a state.
#[derive(Debug, Serialize)]
pub struct Told<'a> {
    start: &'a str,
    states: Vec<ToldState<'a>>,
}

#[derive(Debug, Serialize)]
struct ToldState<'a> {
    name: &'a str,
    kind: &'a str,
    #[serde(flatten)]
    stay: Option<Stay>,
    ways: Vec<ToldWay<'a>>,
    inner: Vec<Told<'a>>,
}

#[derive(Debug, Serialize)]
struct ToldWay<'a> {
    to: Option<&'a str>,
    reasons: &'a [Reason],
    #[serde(skip_serializing_if = "Option::is_none")]
    taken: Option<u32>,
}

impl<'a> Told<'a> {
    /// Combines both; without a path, there are no statistics.
    #[must_use]
    pub fn of(graph: &'a Graph, passage: Option<&Passage>) -> Self {
        let states = graph.states.iter().map(|state| ToldState {
            name: &state.name,
            kind: &state.kind,
            stay: passage.map(|it| it.stay(&state.name)),
            ways: state
                .ways
                .iter()
                .map(|way| ToldWay {
                    to: way.to.as_deref(),
                    reasons: &way.reasons,
                    taken: passage
                        .map(|it| it.taken(&state.name, way.to.as_deref(), way.catches())),
                })
                .collect(),
            inner: state.inner.iter().map(|inner| Self::of(inner, passage)).collect(),
        });
        Self { start: &graph.start, states: states.collect() }
    }
}
