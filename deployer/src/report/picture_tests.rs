//! No label of a picture covers another one, or a state, in every built-in flow and in generated machines.

use serde_json::{Map, Value, json};

use super::picture;
use crate::flow::BUILT_IN;
use crate::graph::Graph;

/// A rectangle: its left, top, right and bottom side.
type Rect = (i32, i32, i32, i32);

/// The width of a character of a label in the picture, of a monospaced font of 11 pixels.
const CHARACTER: f64 = 6.7;

fn attribute(line: &str, name: &str) -> i32 {
    let (_, rest) = line.split_once(&format!(" {name}=\"")).unwrap();
    rest.split_once('"').unwrap().0.parse().unwrap()
}

fn labels(svg: &str) -> Vec<(Rect, &str)> {
    let lines = svg.lines().filter(|line| line.starts_with("<text class=\"label\""));
    lines
        .map(|line| {
            let text = line.split_once('>').unwrap().1.trim_end_matches("</text>");
            let (x, y) = (attribute(line, "x"), attribute(line, "y"));
            let half =
                (text.replace("&apos;", "'").chars().count() as f64 * CHARACTER / 2.0) as i32;
            ((x - half, y - 9, x + half, y + 3), text)
        })
        .filter(|(_, text)| !text.is_empty())
        .collect()
}

fn boxes(svg: &str) -> Vec<Rect> {
    let lines = svg.lines().filter(|line| line.starts_with("<rect") && !line.contains("paper"));
    lines
        .map(|line| {
            let (x, y) = (attribute(line, "x"), attribute(line, "y"));
            (x, y, x + attribute(line, "width"), y + attribute(line, "height"))
        })
        .collect()
}

fn overlap(one: Rect, other: Rect) -> bool {
    one.0 < other.2 && other.0 < one.2 && one.1 < other.3 && other.1 < one.3
}

fn is_inside(one: Rect, other: Rect) -> bool {
    other.0 <= one.0 && one.2 <= other.2 && other.1 <= one.1 && one.3 <= other.3
}

/// Whether something was there to overlap.
fn assert_readable(name: &str, machine: &Map<String, Value>) -> usize {
    let svg = picture(name, &Graph::of(machine), None).unwrap();
    let (labels, boxes) = (labels(&svg), boxes(&svg));
    let head = svg.lines().next().unwrap();
    let paper = (0, 0, attribute(head, "width"), attribute(head, "height"));
    for (nth, (one, text)) in labels.iter().enumerate() {
        for (other, others) in &labels[nth + 1..] {
            assert!(!overlap(*one, *other), "{name}: {text} covers {others}\n{svg}");
        }
        for state in &boxes {
            let apart = !overlap(*one, *state) || is_inside(*one, *state);
            assert!(apart, "{name}: {text} covers a state at {state:?}\n{svg}");
        }
        assert!(is_inside(*one, paper), "{name}: {text} leaves the picture\n{svg}");
    }
    labels.len()
}

#[test]
fn no_label_of_a_built_in_flow_covers_another() {
    let mut seen = 0;
    for flow in BUILT_IN {
        let file = flow.files.iter().find(|(path, _)| path.starts_with("definition.asl."));
        let machine: Value = serde_yaml::from_str(file.unwrap().1).unwrap();
        seen += assert_readable(flow.name, machine.as_object().unwrap());
    }
    assert!(seen > 20, "only {seen} labels");
}

/// Numbers that only look random, so that each run has the same machines.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }
}

fn machine(states: usize, depth: usize, numbers: &mut Numbers) -> Value {
    let name =
        |nth: usize| format!("{} {nth}", ["Ask", "Read the message", "Is it spam?"][nth % 3]);
    let mut all = Map::new();
    for nth in 0..states {
        let mut target = || name(numbers.below(states));
        let state = match nth % 4 {
            0 => {
                let rule =
                    |next: String| json!({"Variable": "$.a", "IsPresent": true, "Next": next});
                let rules: Vec<Value> = (0..3).map(|_| rule(target())).collect();
                json!({"Type": "Choice", "Choices": rules, "Default": target()})
            }
            1 => json!({
                "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Next": target(),
                "Catch": [
                    {"ErrorEquals": ["States.Timeout"], "Next": target()},
                    {"ErrorEquals": ["States.ALL"], "Next": target()},
                ],
            }),
            2 if depth > 0 => {
                let (one, two) = (numbers.below(4) + 1, numbers.below(4) + 1);
                let branches = [machine(one, depth - 1, numbers), machine(two, depth - 1, numbers)];
                json!({"Type": "Parallel", "Branches": branches, "End": true})
            }
            _ if nth + 1 < states => json!({"Type": "Pass", "Next": name(nth + 1)}),
            _ => json!({"Type": "Pass", "End": true}),
        };
        all.insert(name(nth), state);
    }
    json!({"StartAt": name(0), "States": all})
}

#[test]
fn no_label_of_a_generated_machine_covers_another() {
    let mut numbers = Numbers(7);
    let mut seen = 0;
    for nth in 0..200 {
        let states = numbers.below(if nth % 10 == 0 { 60 } else { 20 }) + 1;
        let machine = machine(states, nth % 3, &mut numbers);
        seen += assert_readable(&format!("machine {nth}"), machine.as_object().unwrap());
    }
    assert!(seen > 5_000, "only {seen} labels");
}
