//! Pictures of what a terminal shows, for the documents: in light colors, and in dark ones where the reader's surface is
//! dark. A test fails if a picture is outdated; `SNAPSHOTS=overwrite` redraws it.

use std::num::NonZeroU16;

use anstyle::{AnsiColor, Color, RgbColor};
use anstyle_svg::{Term, VGA, WIN10_CONSOLE};
use snapbox::data::DataFormat;
use snapbox::{Data, assert_data_eq};

/// The width of a common terminal, and of a picture that is legible in a page.
pub(crate) const COLUMNS: u16 = 80;
/// More rows than any of the pictured sessions prints.
const ROWS: u16 = 200;
/// A longer session is drawn without its middle: so many rows from its beginning, and from its end.
const FIRST: usize = 14;
const LAST: usize = 26;

/// Compares the picture of terminal output with the one in the repository.
pub(crate) fn drawn(name: &str, typed: &str, sent: &str) {
    let cells = |count| NonZeroU16::new(count).expect("a screen has cells");
    let mut terminal = vt100::Parser::new(cells(ROWS), cells(COLUMNS), 1);
    terminal.process(sent.as_bytes());
    let screen = terminal.screen_mut();
    screen.set_scrollback(1);
    assert_eq!(screen.scrollback(), 0, "{name}: the picture would not begin at the beginning");
    let plain: Vec<String> = screen.rows(0, COLUMNS).collect();
    let end = plain.iter().rposition(|row| !row.is_empty()).map_or(0, |last| last + 1);
    let mut rows: Vec<String> = screen.rows_formatted(0, COLUMNS).take(end).collect();
    if rows.len() > FIRST + LAST + 1 {
        // The second part begins with a line, not with the rest of one.
        let begins = |nth: &usize| !plain[*nth].starts_with(' ');
        let second = (rows.len() - LAST..rows.len()).find(begins).unwrap_or(rows.len() - LAST);
        rows.splice(FIRST..second, ["…".to_owned()]);
    }
    let typed = format!("\u{1b}[1m$ {typed}\u{1b}[0m");
    let picture = in_both_modes(&format!("{typed}\n{}", rows.join("\u{1b}[0m\n")));
    let path = format!("{}/../docs/pictures/{name}.svg", env!("CARGO_MANIFEST_DIR"));
    let kept = Data::read_from(path.as_ref(), Some(DataFormat::Text));
    assert_data_eq!(picture, kept.raw());
}

/// One picture whose colors follow the reader's mode.
fn in_both_modes(text: &str) -> String {
    let rgb = |red, green, blue| Color::Rgb(RgbColor(red, green, blue));
    let light = Term::new()
        .palette(VGA)
        .fg_color(rgb(0x1f, 0x23, 0x28))
        .bg_color(rgb(0xf6, 0xf8, 0xfa))
        .render_svg(text);
    let dark = Term::new()
        .palette(WIN10_CONSOLE)
        .fg_color(Color::Ansi(AnsiColor::White))
        .bg_color(rgb(0x0d, 0x11, 0x17))
        .render_svg(text);
    let rules = dark
        .lines()
        .map(str::trim)
        .filter(|line| line.starts_with(".fg") || line.starts_with(".bg"));
    let rules: String = rules.map(|rule| format!("      {rule}\n")).collect();
    let at = light.find("  </style>").expect("the picture has a style sheet");
    // Yellow and bright colors are hard to read on a light surface.
    let readable = "    .fg-yellow { fill: #7d4e00 }\n    .fg-green { fill: #116329 }\n    .fg-red { fill: #a40e26 }\n    \
                    .fg-cyan { fill: #0b5d66 }\n    .dimmed { opacity: 0.7; }\n";
    format!(
        "{}{readable}    @media (prefers-color-scheme: dark) {{\n{rules}    }}\n{}",
        &light[..at],
        &light[at..]
    )
}
