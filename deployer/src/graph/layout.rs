//! Places boxes and the lines between them: in ranks from top to bottom, each box below those that
//! lead to it. Integers only, so that a picture has the same bytes on every machine.

use super::labels::{Gap, Placed};

/// The gap between two boxes of a rank.
const GAP: i32 = 32;
/// The margin around the whole layout.
const MARGIN: i32 = 16;
/// The width of a line where it passes a rank.
const LANE: i32 = 14;
/// How often boxes move toward their neighbors; more rounds change little.
const ROUNDS: usize = 4;
/// The largest distance between two line ends on one side of a box.
const PORT: i32 = 18;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    pub width: i32,
    pub height: i32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Point {
    /// From the left.
    pub x: i32,
    /// From the top.
    pub y: i32,
}

/// A box to place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Block {
    pub size: Size,
    /// The room that it needs to its right, such as for a loop to itself.
    pub beside: i32,
}

/// A line from a box to a box, by their indexes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    pub from: usize,
    pub to: usize,
    /// The width of its label; 0 if it has none.
    pub label: i32,
}

/// The positions of all boxes, lines and labels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    /// The size of the whole layout.
    pub size: Size,
    /// The upper left corner of each box.
    pub boxes: Vec<Point>,
    /// For each line, the points that it passes, from its start to its end. A line from a box to
    /// itself has none.
    pub lines: Vec<Vec<Point>>,
    /// For each line, the center of its label. No label overlaps another one, or a box. A line without a label, or
    /// from a box to itself, has the origin.
    pub labels: Vec<Point>,
}

/// A box, or the place where a line passes a rank.
struct Cell {
    rank: usize,
    size: Size,
    /// The room that it needs to its right.
    beside: i32,
    /// The horizontal center.
    x: i32,
    above: Vec<usize>,
    below: Vec<usize>,
}

impl Cell {
    fn new(rank: usize, size: Size, beside: i32) -> Self {
        Self { rank, size, beside, x: 0, above: vec![], below: vec![] }
    }

    fn right(&self) -> i32 {
        self.x + self.size.width / 2 + self.beside
    }
}

/// Places the boxes. The boxes are in order: each one but the first comes after those that lead to
/// it. The last box is at the bottom. A line to an earlier box leads back up.
pub fn lay_out(boxes: &[Block], lines: &[Line]) -> Layout {
    let ends: Vec<(usize, usize)> = lines.iter().map(|line| (line.from, line.to)).collect();
    let ranks = ranks(boxes.len(), &ends);
    let mut cells: Vec<Cell> = boxes
        .iter()
        .zip(&ranks)
        .map(|(block, rank)| Cell::new(*rank, block.size, block.beside))
        .collect();
    let chains: Vec<Vec<usize>> = ends.iter().map(|ends| chain(&mut cells, *ends)).collect();
    let mut rows = vec![Vec::new(); ranks.iter().max().map_or(0, |last| last + 1)];
    for (nth, cell) in cells.iter().enumerate() {
        rows[cell.rank].push(nth);
    }
    for _ in 0..ROUNDS {
        sort(&mut rows, &cells, |cell| &cell.above);
        rows.reverse();
        sort(&mut rows, &cells, |cell| &cell.below);
        rows.reverse();
    }
    for row in &rows {
        place(row, &mut cells, |_| &[]);
    }
    for _ in 0..ROUNDS {
        rows.iter().rev().for_each(|row| place(row, &mut cells, |cell| &cell.below));
        rows.iter().for_each(|row| place(row, &mut cells, |cell| &cell.above));
    }
    assemble(cells, &rows, boxes.len(), &chains, lines)
}

/// The rank of each box: below all earlier boxes that lead to it.
fn ranks(boxes: usize, lines: &[(usize, usize)]) -> Vec<usize> {
    let mut leading = vec![Vec::new(); boxes];
    for (from, to) in lines.iter().filter(|(from, to)| from < to) {
        leading[*to].push(*from);
    }
    let mut ranks: Vec<usize> = Vec::with_capacity(boxes);
    for leading in leading {
        // Only the first box is in the first rank.
        let least = usize::from(!ranks.is_empty());
        let rank = leading.iter().map(|from| ranks[*from] + 1).max().unwrap_or(0);
        ranks.push(rank.max(least));
    }
    if let Some((last, others)) = ranks.split_last_mut() {
        *last = others.iter().max().map_or(0, |lowest| lowest + 1);
    }
    ranks
}

/// The cells that a line passes, from top to bottom, including its two boxes.
fn chain(cells: &mut Vec<Cell>, (from, to): (usize, usize)) -> Vec<usize> {
    if from == to {
        return Vec::new();
    }
    let (top, bottom) = if cells[from].rank < cells[to].rank { (from, to) } else { (to, from) };
    let mut chain = vec![top];
    for rank in cells[top].rank + 1..cells[bottom].rank {
        chain.push(cells.len());
        cells.push(Cell::new(rank, Size { width: LANE, height: 0 }, 0));
    }
    chain.push(bottom);
    for pair in chain.windows(2) {
        cells[pair[0]].below.push(pair[1]);
        cells[pair[1]].above.push(pair[0]);
    }
    chain
}

/// Orders the cells of each rank by their neighbors in the previous rank, so that few lines cross.
fn sort(rows: &mut [Vec<usize>], cells: &[Cell], neighbors: fn(&Cell) -> &[usize]) {
    let mut at = vec![0_i32; cells.len()];
    for row in rows {
        let count = |nth: usize| i32::try_from(nth).unwrap_or(i32::MAX);
        for (nth, cell) in row.iter().enumerate() {
            at[*cell] = count(nth) * 1_000;
        }
        let ideal: Vec<i32> = row
            .iter()
            .map(|cell| mean(neighbors(&cells[*cell]), |it| at[it]).unwrap_or(at[*cell]))
            .collect();
        let mut order: Vec<usize> = (0..row.len()).collect();
        order.sort_by_key(|nth| ideal[*nth]);
        *row = order.into_iter().map(|nth| row[nth]).collect();
        for (nth, cell) in row.iter().enumerate() {
            at[*cell] = count(nth) * 1_000;
        }
    }
}

/// Moves the cells of a rank toward the middle of their neighbors, as far as there is room.
fn place(row: &[usize], cells: &mut [Cell], neighbors: fn(&Cell) -> &[usize]) {
    let (mut moved, mut right) = (Vec::with_capacity(row.len()), None);
    let mut off = 0_i64;
    for cell in row {
        let half = cells[*cell].size.width / 2;
        let ideal = mean(neighbors(&cells[*cell]), |it| cells[it].x).unwrap_or(cells[*cell].x);
        let x = right.map_or(ideal, |right: i32| ideal.max(right + GAP + half));
        right = Some(x + half + cells[*cell].beside);
        off += i64::from(ideal - x);
        moved.push(x);
    }
    let count = i64::try_from(row.len().max(1)).unwrap_or(1);
    let shift = i32::try_from(off / count).unwrap_or_default();
    for (cell, x) in row.iter().zip(moved) {
        cells[*cell].x = x + shift;
    }
}

fn mean(of: &[usize], value: impl Fn(usize) -> i32) -> Option<i32> {
    let sum: i64 = of.iter().map(|it| i64::from(value(*it))).sum();
    let count = i64::try_from(of.len()).ok().filter(|count| *count > 0)?;
    i32::try_from(sum / count).ok()
}

fn assemble(
    mut cells: Vec<Cell>,
    rows: &[Vec<usize>],
    boxes: usize,
    chains: &[Vec<usize>],
    lines: &[Line],
) -> Layout {
    let ports = Ports { cells: &cells, chains };
    let gaps: Vec<Gap> = (0..rows.len()).map(|rank| Gap::below(rank, &ports, lines)).collect();
    let placed = |gap: &Gap| gap.labels.iter().map(Placed::ends).collect::<Vec<_>>();
    let labels: Vec<(i32, i32)> = gaps.iter().flat_map(placed).collect();
    let left = cells.iter().map(|cell| cell.x - cell.size.width / 2);
    let left = left.chain(labels.iter().map(|ends| ends.0)).min().unwrap_or(0);
    let right = cells.iter().map(Cell::right);
    let right = right.chain(labels.iter().map(|ends| ends.1)).max().unwrap_or(0);
    let shift = MARGIN - left;
    cells.iter_mut().for_each(|cell| cell.x += shift);
    let mut bands = Vec::with_capacity(rows.len());
    let mut places = vec![Point { x: 0, y: 0 }; lines.len()];
    let mut y = MARGIN;
    for (row, gap) in rows.iter().zip(&gaps) {
        let height = row.iter().map(|cell| cells[*cell].size.height).max().unwrap_or(0);
        bands.push((y, y + height));
        y += height;
        for label in &gap.labels {
            places[label.line] = Point { x: label.x + shift, y: y + label.y };
        }
        y += gap.height;
    }
    let bottom = bands.last().map_or(0, |(_, bottom)| *bottom);
    let corner = |cell: &Cell| Point { x: cell.x - cell.size.width / 2, y: bands[cell.rank].0 };
    let ports = Ports { cells: &cells, chains };
    let paths = lines.iter().enumerate().map(|(nth, line)| {
        let mut points = points(nth, &ports, &bands);
        // A chain runs from top to bottom.
        if line.from > line.to {
            points.reverse();
        }
        points
    });
    Layout {
        size: Size { width: right + shift + MARGIN, height: bottom + MARGIN },
        lines: paths.collect(),
        boxes: cells[..boxes].iter().map(corner).collect(),
        labels: places,
    }
}

/// The points of a line, from top to bottom.
fn points(nth: usize, ports: &Ports<'_>, bands: &[(i32, i32)]) -> Vec<Point> {
    let chain = &ports.chains[nth];
    let Some((last, passed)) = chain.split_last() else { return Vec::new() };
    let mut points = Vec::new();
    for (step, cell) in passed.iter().enumerate() {
        let cell = &ports.cells[*cell];
        let (top, bottom) = bands[cell.rank];
        let x = if step == 0 { ports.below(nth) } else { cell.x };
        points.push(Point { x, y: top + cell.size.height });
        // Next to higher boxes of the same rank, the line runs straight.
        if cell.size.height < bottom - top {
            points.push(Point { x, y: bottom });
        }
    }
    points.push(Point { x: ports.above(nth), y: bands[ports.cells[*last].rank].0 });
    points
}

/// Where lines meet boxes: side by side, ordered by the positions of their other ends.
pub(super) struct Ports<'a> {
    cells: &'a [Cell],
    chains: &'a [Vec<usize>],
}

impl Ports<'_> {
    /// The rank of a cell that a line passes.
    pub(super) fn rank(&self, line: usize, step: usize) -> usize {
        self.cells[self.chains[line][step]].rank
    }

    /// The number of the last cell that a line passes; `None` for a line from a box to itself.
    pub(super) fn last(&self, line: usize) -> Option<usize> {
        self.chains[line].len().checked_sub(1)
    }

    /// Where a line passes a cell, seen from below it if `below`.
    pub(super) fn passes(&self, line: usize, step: usize, below: bool) -> i32 {
        match (step, Some(step) == self.last(line)) {
            (0, _) if below => self.below(line),
            (_, true) if !below => self.above(line),
            _ => self.cells[self.chains[line][step]].x,
        }
    }

    /// At the bottom of the upper box.
    fn below(&self, line: usize) -> i32 {
        self.at(line, |chain| Some((*chain.first()?, *chain.get(1)?)))
    }

    /// At the top of the lower box.
    fn above(&self, line: usize) -> i32 {
        self.at(line, |chain| Some((*chain.last()?, *chain.get(chain.len().checked_sub(2)?)?)))
    }

    /// `end` returns the box and its neighbor in a chain.
    fn at(&self, line: usize, end: fn(&[usize]) -> Option<(usize, usize)>) -> i32 {
        let Some((target, _)) = end(&self.chains[line]) else { return 0 };
        let mut meeting: Vec<(i32, usize)> = Vec::new();
        for (nth, chain) in self.chains.iter().enumerate() {
            if let Some((cell, neighbor)) = end(chain)
                && cell == target
            {
                meeting.push((self.cells[neighbor].x, nth));
            }
        }
        meeting.sort_unstable();
        let count = i32::try_from(meeting.len()).unwrap_or(i32::MAX);
        let place = meeting.iter().position(|(_, nth)| *nth == line).unwrap_or(0);
        let place = i32::try_from(place).unwrap_or(0);
        let cell = &self.cells[target];
        let apart = PORT.min(cell.size.width * 3 / 4 / count.max(1));
        cell.x + (2 * place - (count - 1)) * apart / 2
    }
}
