//! The styles of text on a terminal.

use anstyle::{AnsiColor, Style};

pub(super) const SUCCESS: Style = AnsiColor::Green.on_default();
pub(super) const ERROR: Style = AnsiColor::Red.on_default().bold();
pub(super) const WARNING: Style = AnsiColor::Yellow.on_default();
pub(super) const DIM: Style = Style::new().dimmed();
pub(super) const BOLD: Style = Style::new().bold();

pub(super) fn styled(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}
