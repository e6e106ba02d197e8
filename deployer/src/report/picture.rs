//! A state machine as a picture, with the path of an execution.

use super::graph::{inner_label, needs_attention, reasons, state_summary};
use super::summary::count;
use super::svg::{LABEL_HEIGHT, LOOP, Svg, label_width, width};
use crate::graph::{
    Block, Graph, Layout, Line, PathTaken, Point, Size, State, StateStats, Transition, lay_out,
};

/// The maximum number of states in a picture. A larger one is unreadable and slow to draw.
pub const MOST_STATES: usize = 500;

/// The space around the text of a box.
const PADDING: i32 = 12;
/// The height of the two lines of a box.
const LINES: i32 = 48;
/// The height of the label of a nested machine.
const LABEL: i32 = 18;
/// The start and end of a machine.
const DOT: Size = Size { width: 16, height: 16 };
/// The maximum length of a line's label, in characters.
const LONGEST_LABEL: usize = 28;

/// An SVG document; `None` if there are too many states.
pub fn picture(title: &str, graph: &Graph, path: Option<&PathTaken>) -> Option<String> {
    if graph.size() > MOST_STATES {
        return None;
    }
    let level = Level::of(graph, path);
    let mut svg = Svg::new(title, level.layout.size);
    level.draw(Point { x: 0, y: 0 }, path, &mut svg);
    Some(svg.finished())
}

/// A machine with the positions of its states.
struct Level<'a> {
    graph: &'a Graph,
    layout: Layout,
    boxes: Vec<Size>,
    /// For each line, the index of its first state and the transition. The line to the start state
    /// is not included.
    transitions: Vec<(usize, &'a Transition)>,
    /// For each state, its nested machines.
    inner: Vec<Vec<Level<'a>>>,
}

impl<'a> Level<'a> {
    fn of(graph: &'a Graph, path: Option<&PathTaken>) -> Self {
        let inner: Vec<Vec<Self>> = graph
            .states
            .iter()
            .map(|state| state.inner.iter().map(|inner| Self::of(inner, path)).collect())
            .collect();
        let dot = Block { size: DOT, beside: 0 };
        let mut boxes = vec![dot];
        let states = graph.states.iter().zip(&inner);
        boxes.extend(states.map(|(state, inner)| Block {
            size: size(state, inner, path),
            beside: beside(state, path),
        }));
        boxes.push(dot);
        let end = boxes.len() - 1;
        // The first box is the start.
        let at = |name: &str| graph.states.iter().position(|it| it.name == name).map(|it| it + 1);
        let mut lines = vec![Line { from: 0, to: at(&graph.start).unwrap_or(end), label: 0 }];
        let mut transitions = Vec::new();
        for (nth, state) in graph.states.iter().enumerate() {
            for transition in &state.transitions {
                if let Some(to) = transition.to.as_deref().map_or(Some(end), at) {
                    let label = label(transition, taken(state, transition, path));
                    lines.push(Line { from: nth + 1, to, label: label_width(&label) });
                    transitions.push((nth, transition));
                }
            }
        }
        let layout = lay_out(&boxes, &lines);
        let boxes = boxes.iter().map(|block| block.size).collect();
        Self { graph, layout, boxes, transitions, inner }
    }

    fn draw(&self, origin: Point, path: Option<&PathTaken>, svg: &mut Svg) {
        let shifted = |at: Point| Point { x: at.x + origin.x, y: at.y + origin.y };
        let began = path.map(|it| it.stats(&self.graph.start).entered);
        let (began, ended) = (class(began), class(self.ended(path)));
        let places: Vec<Point> = self.layout.boxes.iter().map(|at| shifted(*at)).collect();
        let (first, states) = places.split_at(1);
        svg.circle(began, first[0], DOT);
        svg.circle(ended, states[states.len() - 1], DOT);
        for (nth, state) in self.graph.states.iter().enumerate() {
            let (at, size) = (states[nth], self.boxes[nth + 1]);
            draw_state(state, at, size, path, svg);
            let mut corner = Point { x: at.x + PADDING, y: at.y + LINES };
            for (branch, level) in self.inner[nth].iter().enumerate() {
                svg.text("", Point { y: corner.y + 12, ..corner }, &inner_label(state, branch));
                level.draw(Point { y: corner.y + LABEL, ..corner }, path, svg);
                corner.x += level.layout.size.width + PADDING;
            }
        }
        let lines =
            self.layout.lines.iter().map(|line| line.iter().map(|at| shifted(*at)).collect());
        let mut lines = lines.collect::<Vec<Vec<Point>>>().into_iter();
        svg.curve(began, &lines.next().unwrap_or_default());
        let mut labels = Vec::new();
        // The first line is the one to the start state.
        let places = self.layout.labels.iter().skip(1).map(|at| shifted(*at));
        for (((nth, transition), line), place) in self.transitions.iter().zip(lines).zip(places) {
            let (at, size) = (states[*nth], self.boxes[nth + 1]);
            let taken = taken(&self.graph.states[*nth], transition, path);
            let label = label(transition, taken);
            let at = if line.is_empty() {
                let side = Point { x: at.x + size.width, y: at.y + size.height / 2 };
                svg.self_loop(class(taken), side);
                Point { x: side.x + LOOP + label_width(&label) / 2, ..side }
            } else {
                svg.curve(class(taken), &line);
                place
            };
            labels.push((Point { y: at.y + LABEL_HEIGHT / 3, ..at }, label));
        }
        // Drawn last, so that no line covers them.
        labels.iter().for_each(|(at, label)| svg.text("label", *at, label));
    }

    /// How often the machine reached its end.
    fn ended(&self, path: Option<&PathTaken>) -> Option<u32> {
        let ends = self.transitions.iter().filter(|(_, transition)| transition.to.is_none());
        let path = path?;
        let name = |nth: usize| &self.graph.states[nth].name;
        Some(ends.map(|(nth, transition)| path.taken(name(*nth), None, transition.catches())).sum())
    }
}

/// The room to the right of a state for the loop to itself, with its label.
fn beside(state: &State, path: Option<&PathTaken>) -> i32 {
    let loops = state.transitions.iter().filter(|it| it.to.as_ref() == Some(&state.name));
    let labels = loops.map(|it| LOOP + label_width(&label(it, taken(state, it, path))));
    labels.max().unwrap_or(0)
}

/// How often a transition was taken.
fn taken(state: &State, transition: &Transition, path: Option<&PathTaken>) -> Option<u32> {
    path.map(|it| it.taken(&state.name, transition.to.as_deref(), transition.catches()))
}

fn draw_state(state: &State, at: Point, size: Size, path: Option<&PathTaken>, svg: &mut Svg) {
    let stats = path.map(|it| it.stats(&state.name));
    let class = match stats {
        Some(stats) if needs_attention(&state.kind, stats) => "failed",
        stats => class(stats.map(|stats| stats.entered)),
    };
    svg.rect(class, at, size);
    let x = at.x + PADDING;
    svg.text("name", Point { x, y: at.y + 20 }, &state.name);
    let quiet = if class == "never" { class } else { "" };
    svg.text(quiet, Point { x, y: at.y + 37 }, &second_line(state, path));
}

fn second_line(state: &State, path: Option<&PathTaken>) -> String {
    let summary = path.map(|it| match (it.counts_tests(), it.stats(&state.name)) {
        (true, StateStats { entered: 0, .. }) => ": no test".to_owned(),
        (true, stats) => format!(": {}", count(stats.entered as usize, "test")),
        (false, stats) => format!(": {}", state_summary(&state.kind, stats)),
    });
    format!("{}{}", state.kind, summary.unwrap_or_default())
}

fn size(state: &State, inner: &[Level<'_>], path: Option<&PathTaken>) -> Size {
    let text = width(&state.name).max(width(&second_line(state, path)));
    let inner_width: i32 = inner.iter().map(|level| level.layout.size.width + PADDING).sum();
    let inner_height = inner.iter().map(|level| level.layout.size.height + LABEL + PADDING).max();
    Size {
        width: text.max(inner_width - PADDING) + 2 * PADDING,
        height: LINES + inner_height.unwrap_or(0),
    }
}

/// The CSS class for a number of visits; `None` if there was no execution.
fn class(passed: Option<u32>) -> &'static str {
    match passed {
        None => "",
        Some(0) => "never",
        Some(_) => "passed",
    }
}

fn label(transition: &Transition, taken: Option<u32>) -> String {
    let mut label = reasons(transition);
    if label.chars().count() > LONGEST_LABEL {
        label = label.chars().take(LONGEST_LABEL - 1).chain(['…']).collect();
    }
    match taken {
        Some(times @ 2..) => format!("{label} {times}×").trim_start().to_owned(),
        _ => label,
    }
}
