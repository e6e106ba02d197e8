//! A state machine as lines: its states, what an execution did with each, and the ways out of it.

use super::log_line::printable;
use super::style::{BAD, GOOD, QUIET, STRONG, styled};
use super::trace::seconds;
use crate::graph::{Graph, PathTaken, Reason, State, StateStats, Transition};

/// The graph, with the way of an execution through it where there was one.
#[must_use]
pub fn graph(graph: &Graph, path: Option<&PathTaken>) -> String {
    let mut text = Vec::new();
    machine(graph, path, "", &mut text);
    text.join("\n")
}

fn machine(graph: &Graph, path: Option<&PathTaken>, indent: &str, text: &mut Vec<String>) {
    for state in &graph.states {
        text.push(format!("{indent}{}", heading(state, path)));
        for (nth, inner) in state.inner.iter().enumerate() {
            text.push(format!("{indent}  {} {}", side("│"), styled(QUIET, &inside(state, nth))));
            machine(inner, path, &format!("{indent}  {}   ", side("│")), text);
        }
        let ends: Vec<String> = state.transitions.iter().map(target).collect();
        let width = ends.iter().map(|end| end.chars().count()).max().unwrap_or(0);
        for (nth, (transition, end)) in state.transitions.iter().zip(&ends).enumerate() {
            let corner = if nth + 1 == state.transitions.len() { "└─" } else { "├─" };
            let end = format!("{end:<width$}");
            text.push(format!("{indent}  {}{}", side(corner), line(state, transition, &end, path)));
        }
    }
}

fn side(drawn: &str) -> String {
    styled(QUIET, drawn)
}

fn heading(state: &State, path: Option<&PathTaken>) -> String {
    let title = format!("{} ({})", printable(&state.name), state.kind);
    let Some(path) = path else { return format!("○ {}", styled(STRONG, &title)) };
    let stats = path.stats(&state.name);
    let told = done(&state.kind, stats);
    match stats {
        StateStats { entered: 0, .. } => styled(QUIET, &format!("○ {title}: {told}")),
        stats if hurt(&state.kind, stats) => {
            format!("{} {}: {told}", styled(BAD, "✗"), styled(STRONG, &title))
        }
        _ => format!("{} {}: {told}", styled(GOOD, "●"), styled(STRONG, &title)),
    }
}

fn line(state: &State, transition: &Transition, end: &str, path: Option<&PathTaken>) -> String {
    let taken =
        path.map(|it| it.taken(&state.name, transition.to.as_deref(), transition.catches()));
    let arrow = if taken.is_some_and(|times| times > 0) { "▶" } else { "▷" };
    let mut line = format!("{arrow} {end}");
    for told in
        [reasons(transition), taken.filter(|times| *times > 0).map(times).unwrap_or_default()]
    {
        if !told.is_empty() {
            line.push_str(&format!("  {told}"));
        }
    }
    let line = line.trim_end();
    if taken == Some(0) { styled(QUIET, line) } else { line.to_owned() }
}

/// What a machine in a state is to it.
pub(super) fn inside(state: &State, nth: usize) -> String {
    match state.kind.as_str() {
        "Map" => "for each item".to_owned(),
        _ => format!("branch {}", nth + 1),
    }
}

fn target(transition: &Transition) -> String {
    transition.to.as_deref().map_or_else(|| "end".to_owned(), printable)
}

/// Whether what happened in a state is worth a warning: a failure, or an end in the middle of it.
pub(super) fn hurt(kind: &str, stats: StateStats) -> bool {
    stats.failed > 0 || (stats.entered > 0 && (kind == "Fail" || stats.entered > stats.left))
}

/// What an execution did with a state, such as `twice, 3.500 s, 3 calls, 1 failed`.
pub(super) fn done(kind: &str, stats: StateStats) -> String {
    if stats.entered == 0 {
        return "never".to_owned();
    }
    let mut told = times(stats.entered);
    if stats.left > 0 {
        told.push_str(&format!(", {}", seconds(stats.milliseconds)));
    }
    if stats.calls > stats.entered {
        told.push_str(&format!(", {} calls", stats.calls));
    }
    if stats.failed > 0 {
        told.push_str(&format!(", {} failed", stats.failed));
    }
    if stats.entered > stats.left && kind != "Fail" {
        told.push_str(&format!(", {} not left", stats.entered - stats.left));
    }
    told
}

fn times(number: u32) -> String {
    match number {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        number => format!("{number} times"),
    }
}

/// When a way is taken; nothing where it always is.
pub(super) fn reasons(transition: &Transition) -> String {
    let told = transition.reasons.iter().filter_map(|reason| match reason {
        Reason::Always => None,
        Reason::Rule(nth) => Some(format!("rule {nth}")),
        Reason::Otherwise => Some("otherwise".to_owned()),
        Reason::Caught(errors) => Some(format!("on {}", printable(&errors.join(", ")))),
    });
    told.collect::<Vec<_>>().join("; ")
}
