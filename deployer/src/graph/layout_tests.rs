//! Tests of the layout.

use super::layout::{Block, Line, Size, lay_out};

const BOX: Block = Block { size: Size { width: 100, height: 40 }, beside: 0 };

fn lines(ends: &[(usize, usize)]) -> Vec<Line> {
    ends.iter().map(|(from, to)| Line { from: *from, to: *to, label: 60 }).collect()
}

#[test]
fn boxes_are_below_their_predecessors_and_do_not_overlap() {
    let ends = [(0, 1), (0, 2), (1, 3), (2, 3), (2, 4), (0, 4), (3, 1), (3, 4)];
    let layout = lay_out(&[BOX; 5], &lines(&ends));
    for (from, to) in ends.iter().filter(|(from, to)| from < to) {
        assert!(layout.boxes[*from].y < layout.boxes[*to].y, "{from} {to}");
    }
    for (nth, one) in layout.boxes.iter().enumerate() {
        for other in &layout.boxes[nth + 1..] {
            let apart = (one.x - other.x).abs() >= 100 || (one.y - other.y).abs() >= 40;
            assert!(apart, "{one:?} {other:?}");
        }
        assert!(one.x >= 0 && one.x + 100 <= layout.size.width, "{one:?}");
        assert!(one.y >= 0 && one.y + 40 <= layout.size.height, "{one:?}");
    }
}

#[test]
fn lines_connect_their_boxes_in_both_directions() {
    let layout = lay_out(&[BOX; 3], &lines(&[(0, 1), (1, 2), (2, 1), (1, 1)]));
    let ends: Vec<_> = layout.lines.iter().map(|line| line.first().zip(line.last())).collect();
    assert_eq!(ends[0].map(|(a, b)| (a.y, b.y)), Some((layout.boxes[0].y + 40, layout.boxes[1].y)));
    assert_eq!(ends[2].map(|(a, b)| (a.y, b.y)), Some((layout.boxes[2].y, layout.boxes[1].y + 40)));
    assert_eq!(ends[3], None);
}

#[test]
fn labels_of_one_gap_do_not_overlap() {
    let ends: Vec<(usize, usize)> = (1..6).map(|to| (0, to)).collect();
    let layout = lay_out(&[BOX; 7], &lines(&ends));
    for (nth, one) in layout.labels.iter().enumerate() {
        for other in &layout.labels[nth + 1..] {
            assert!(
                (one.x - other.x).abs() >= 60 || (one.y - other.y).abs() >= 14,
                "{one:?} {other:?}"
            );
        }
    }
}
