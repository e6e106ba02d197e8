//! Damaged texts, to test everything that reads files written by people: valid texts with a few
//! changes.

use proptest::prelude::*;
use proptest::sample::Index;

/// Pieces of text that often break parsers.
const PIECES: [&str; 34] = [
    "",
    " ",
    "\n",
    "\t",
    "\0",
    "\u{feff}",
    "é",
    "\u{1f4e7}",
    "\"",
    "'",
    "\\",
    "{",
    "}",
    "[",
    "]",
    "[[[[[[[[",
    ": ",
    "- ",
    "? ",
    "#",
    "&a ",
    "*a",
    "!Ref ",
    "<<: ",
    "|\n",
    "${",
    "${action}",
    "{%",
    "%}",
    "$",
    "-1",
    "1e999",
    "99999999999999999999",
    "States.Format('{}', $)",
];

/// One of these texts, with up to four places damaged.
pub(crate) fn damaged_text(seeds: Vec<String>) -> impl Strategy<Value = String> {
    let change = (any::<Index>(), any::<Index>(), any::<Index>(), 0..5_u8);
    (prop::sample::select(seeds), prop::collection::vec(change, 1..5)).prop_map(
        |(text, changes)| {
            let mut text: Vec<char> = text.chars().collect();
            for (at, other, piece, kind) in changes {
                let (at, other) = (at.index(text.len() + 1), other.index(text.len() + 1));
                let (start, end) = (at.min(other), at.max(other).min(at.min(other) + 80));
                let inserted: Vec<char> = match kind {
                    // Something is removed, duplicated, or replaced.
                    0 => Vec::new(),
                    1 => text[start..end].repeat(2),
                    _ => PIECES[piece.index(PIECES.len())].chars().collect(),
                };
                let end = if kind > 2 { start } else { end };
                text.splice(start..end, inserted);
            }
            text.into_iter().collect()
        },
    )
}
