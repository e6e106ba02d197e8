//! Places the labels of lines: on the curves of their lines, in the gaps between two ranks, so that none overlaps
//! another one. A gap grows with the number of rows that its labels need.

use super::layout::{Line, Ports};

/// The smallest gap between two ranks: room for a line and its label.
const RANK_GAP: i32 = 52;
/// The height that labels need, one above the other.
const SHELF: i32 = 18;
/// The gap between two labels side by side.
const LABEL_GAP: i32 = 6;
/// How exactly the place of a label on a curve is computed.
const STEPS: i64 = 64;

/// The room between a rank and the next one, with the labels of the lines that begin there.
pub(super) struct Gap {
    pub(super) height: i32,
    pub(super) labels: Vec<Placed>,
}

/// A label to place on the curve of its line, which runs from an x at the top of the gap to an x at
/// its bottom.
struct Curve {
    line: usize,
    width: i32,
    top: i32,
    bottom: i32,
}

/// A label that has a place: its center, from the top of the gap.
pub(super) struct Placed {
    pub(super) line: usize,
    width: i32,
    pub(super) x: i32,
    pub(super) y: i32,
}

impl Gap {
    pub(super) fn below(rank: usize, ports: &Ports<'_>, lines: &[Line]) -> Self {
        let mut curves: Vec<Curve> = lines
            .iter()
            .enumerate()
            .filter(|(_, line)| line.label > 0)
            .filter_map(|(nth, line)| Curve::of(nth, line, rank, ports))
            .collect();
        curves.sort_by_key(|curve| (curve.top + curve.bottom, curve.line));
        // One more row of labels is always enough in the end: each label has a row of its own.
        let mut shelves = 1;
        loop {
            let height = RANK_GAP.max(SHELF * (shelves + 1));
            if let Some(labels) = placed(&curves, shelves, height) {
                return Self { height, labels };
            }
            shelves += 1;
        }
    }
}

impl Curve {
    /// The curve of a line in the gap below a rank, if its label belongs there: next to the box where it begins.
    fn of(nth: usize, line: &Line, rank: usize, ports: &Ports<'_>) -> Option<Self> {
        let last = ports.last(nth)?;
        let upper = if line.from < line.to { 0 } else { last - 1 };
        let top = ports.passes(nth, upper, true);
        let bottom = ports.passes(nth, upper + 1, false);
        (ports.rank(nth, upper) == rank).then_some(Self {
            line: nth,
            width: line.label,
            top,
            bottom,
        })
    }

    /// The x of the curve at a y. The curve is the one of `Svg::curve`: its control points are at half the height.
    fn x(&self, y: i32, height: i32) -> i32 {
        let cube = STEPS * STEPS * STEPS;
        let aim = i64::from(y) * 2 * cube / i64::from(height.max(1));
        // 3t(1 - t) + 2t³, twice the share of the height at t.
        let share = |t: i64| 3 * t * (STEPS - t) * STEPS + 2 * t * t * t;
        let t = (0..=STEPS).find(|t| share(*t) >= aim).unwrap_or(STEPS);
        let over = i64::from(self.bottom - self.top) * (3 * t * t * STEPS - 2 * t * t * t) / cube;
        self.top + i32::try_from(over).unwrap_or_default()
    }
}

impl Placed {
    /// Its left and right end.
    pub(super) fn ends(&self) -> (i32, i32) {
        (self.x - self.width / 2, self.x + self.width / 2)
    }
}

/// The labels in so many rows; `None` if they need more.
fn placed(curves: &[Curve], shelves: i32, height: i32) -> Option<Vec<Placed>> {
    let mut placed: Vec<Placed> = Vec::with_capacity(curves.len());
    for curve in curves {
        let free = (1..=shelves).find_map(|shelf| {
            let y = height * shelf / (shelves + 1);
            let label = Placed { line: curve.line, width: curve.width, x: curve.x(y, height), y };
            let (left, right) = label.ends();
            let is_free = placed.iter().filter(|other| other.y == y).all(|other| {
                let (others_left, others_right) = other.ends();
                right + LABEL_GAP <= others_left || others_right + LABEL_GAP <= left
            });
            is_free.then_some(label)
        });
        placed.push(free?);
    }
    Some(placed)
}
