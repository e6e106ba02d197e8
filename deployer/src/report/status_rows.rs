//! The status as a block that is redrawn on a screen: what fits, the most important parts first.

use anstream::adapter::strip_str;

use super::style::{DIM, styled};
use crate::host::terminal::Size;

/// The sections that are left out if the screen is too short, by their place: the outputs, what was
/// deployed, the last events.
const DISPENSABLE: [usize; 3] = [2, 1, 4];

/// The rows of a status, below a heading.
pub fn status_rows(sections: &[String], heading: &str, size: Size) -> Vec<String> {
    // The cursor is in the row below the block.
    let (width, height) = (size.width.saturating_sub(1), size.height.saturating_sub(1));
    let mut shown: Vec<(usize, &String)> = sections.iter().enumerate().collect();
    let lines = |shown: &[(usize, &String)]| -> usize {
        shown
            .iter()
            .filter(|(_, text)| !text.is_empty())
            .map(|(_, text)| text.lines().count() + 1)
            .sum()
    };
    for place in DISPENSABLE {
        if lines(&shown) + 1 > height {
            shown.retain(|(nth, _)| *nth != place);
        }
    }
    let mut rows = vec![styled(DIM, heading)];
    for (_, text) in shown.iter().filter(|(_, text)| !text.is_empty()) {
        rows.push(String::new());
        rows.extend(text.lines().map(|line| fitted(line, width)));
    }
    if rows.len() > height {
        let left = rows.len() - height.saturating_sub(1);
        rows.truncate(height.saturating_sub(1));
        rows.push(styled(DIM, &format!("and {left} more rows; a taller window shows them")));
    }
    rows.into_iter().map(|row| fitted(&row, width)).collect()
}

/// A row that is at most this wide; a wider one loses its end and its style.
fn fitted(row: &str, width: usize) -> String {
    let plain = strip_str(row).to_string();
    if plain.chars().count() <= width {
        return row.to_owned();
    }
    let kept: String = plain.chars().take(width.saturating_sub(3)).collect();
    format!("{kept}...")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(width: usize, height: usize) -> Vec<String> {
        let sections = ["head", "flow", "outputs", "health\nhealth", "events\nevents"];
        status_rows(&sections.map(str::to_owned), "now", Size { width, height })
            .iter()
            .map(|row| strip_str(row).to_string())
            .collect()
    }

    #[test]
    fn what_does_not_fit_is_left_out_and_rows_never_wrap() {
        assert_eq!(rows(80, 40).len(), 13);
        assert_eq!(rows(80, 12).join("/"), "now//head//flow//health/health//events/events");
        assert_eq!(rows(80, 7).join("/"), "now//head//health/health");
        assert_eq!(rows(80, 5), ["now", "", "head", "and 3 more rows; a taller window shows them"]);
        assert_eq!(rows(6, 7).join("/"), "now//head//he.../he...");
        for (width, height) in [(0, 0), (1, 1), (2, 2), (5, 3)] {
            let rows = rows(width, height);
            assert!(rows.len() <= height.max(1), "{rows:?}");
            assert!(rows.iter().all(|row| row.len() <= width.max(4)), "{rows:?}");
        }
    }
}
