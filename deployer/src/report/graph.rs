//! A state machine as text: its states, what an execution did in each, and the transitions.

use super::style::{BOLD, DIM, ERROR, SUCCESS, styled};
use super::trace::seconds;
use crate::graph::{Graph, PathTaken, Reason, State, StateStats, Transition};
use crate::host::harmless::printable;

/// The graph, with the path of an execution if there is one.
pub fn graph(graph: &Graph, path: Option<&PathTaken>) -> String {
    let mut text = Vec::new();
    machine(graph, path, "", &mut text);
    text.join("\n")
}

fn machine(graph: &Graph, path: Option<&PathTaken>, indent: &str, text: &mut Vec<String>) {
    for state in &graph.states {
        text.push(format!("{indent}{}", heading(state, path)));
        for (nth, inner) in state.inner.iter().enumerate() {
            text.push(format!("{indent}  {} {}", side("│"), styled(DIM, &inner_label(state, nth))));
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
    styled(DIM, drawn)
}

fn heading(state: &State, path: Option<&PathTaken>) -> String {
    let title = format!("{} ({})", printable(&state.name), state.kind);
    let Some(path) = path else { return format!("○ {}", styled(BOLD, &title)) };
    let stats = path.stats(&state.name);
    let summary = state_summary(&state.kind, stats);
    match stats {
        StateStats { entered: 0, .. } => styled(DIM, &format!("○ {title}: {summary}")),
        stats if needs_attention(&state.kind, stats) => {
            format!("{} {}: {summary}", styled(ERROR, "✗"), styled(BOLD, &title))
        }
        _ => format!("{} {}: {summary}", styled(SUCCESS, "●"), styled(BOLD, &title)),
    }
}

fn line(state: &State, transition: &Transition, end: &str, path: Option<&PathTaken>) -> String {
    let taken =
        path.map(|it| it.taken(&state.name, transition.to.as_deref(), transition.catches()));
    let arrow = if taken.is_some_and(|times| times > 0) { "▶" } else { "▷" };
    let mut line = format!("{arrow} {end}");
    for note in
        [reasons(transition), taken.filter(|times| *times > 0).map(times).unwrap_or_default()]
    {
        if !note.is_empty() {
            line.push_str(&format!("  {note}"));
        }
    }
    let line = line.trim_end();
    if taken == Some(0) { styled(DIM, line) } else { line.to_owned() }
}

/// The role of a nested machine in its state.
pub(super) fn inner_label(state: &State, nth: usize) -> String {
    match state.kind.as_str() {
        "Map" => "for each item".to_owned(),
        _ => format!("branch {}", nth + 1),
    }
}

fn target(transition: &Transition) -> String {
    transition.to.as_deref().map_or_else(|| "end".to_owned(), printable)
}

/// Whether the visits to a state deserve a warning: it failed, or the execution ended in it.
pub(super) fn needs_attention(kind: &str, stats: StateStats) -> bool {
    stats.failed > 0 || (stats.entered > 0 && (kind == "Fail" || stats.entered > stats.left))
}

/// What an execution did in a state, such as `twice, 3.500 s, 3 calls, 1 failed`.
pub(super) fn state_summary(kind: &str, stats: StateStats) -> String {
    if stats.entered == 0 {
        return "never".to_owned();
    }
    let mut summary = times(stats.entered);
    if stats.left > 0 {
        summary.push_str(&format!(", {}", seconds(stats.milliseconds)));
    }
    if stats.calls > stats.entered {
        summary.push_str(&format!(", {} calls", stats.calls));
    }
    if stats.failed > 0 {
        summary.push_str(&format!(", {} failed", stats.failed));
    }
    if stats.entered > stats.left && kind != "Fail" {
        summary.push_str(&format!(", {} not left", stats.entered - stats.left));
    }
    summary
}

fn times(number: u32) -> String {
    match number {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        number => format!("{number} times"),
    }
}

/// The conditions of a transition; empty if it is always taken.
pub(super) fn reasons(transition: &Transition) -> String {
    let reasons = transition.reasons.iter().filter_map(|reason| match reason {
        Reason::Always => None,
        Reason::Rule(nth) => Some(format!("rule {nth}")),
        Reason::Otherwise => Some("otherwise".to_owned()),
        Reason::Caught(errors) => Some(format!("on {}", printable(&errors.join(", ")))),
    });
    reasons.collect::<Vec<_>>().join("; ")
}
