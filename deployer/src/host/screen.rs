//! What stderr shows: messages, and below them a block of rows that is redrawn in place.
//!
//! It is shared, because calls to AWS are shown when they end, whatever the command is doing then.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anstream::adapter::strip_str;

use super::harmless::for_terminal;
use super::wrap::wrapped;

/// Whether text on stderr can be replaced.
#[derive(Debug, Clone, Copy)]
pub(super) enum Canvas {
    /// Not a terminal, or one that cannot move its cursor.
    None,
    /// A terminal of this size that can.
    Fixed(Size),
    /// The process's own terminal, whose size can change at any time.
    Real(fn() -> Option<Size>),
}

/// The size of a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// In columns.
    pub width: usize,
    /// In rows.
    pub height: usize,
}

/// The size of the VT100, for a terminal that does not report its size.
const DEFAULT_SIZE: Size = Size { width: 80, height: 24 };

/// Stderr.
pub(super) struct Screen {
    err: Box<dyn Write + Send>,
    pub(super) color: bool,
    pub(super) canvas: Canvas,
    /// The rows of the block below the messages.
    rows: Vec<String>,
}

/// A screen that several write to.
#[derive(Clone)]
pub struct SharedScreen(Arc<Mutex<Screen>>);

impl SharedScreen {
    pub(super) fn new(err: Box<dyn Write + Send>, color: bool, canvas: Canvas) -> Self {
        Self(Arc::new(Mutex::new(Screen { err, color, canvas, rows: Vec::new() })))
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Screen> {
        // A writer that panicked has left at worst half a line.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes a message line above the block, which stays.
    pub fn tell_aside(&self, text: &str) {
        let mut screen = self.lock();
        let rows = screen.rows.clone();
        screen.tell_above(Some(text), &rows);
    }
}

impl Screen {
    /// The size on which a block of rows can be redrawn; `None` if it cannot.
    pub(super) fn size(&self) -> Option<Size> {
        match self.canvas {
            Canvas::None => None,
            Canvas::Fixed(size) => Some(size),
            Canvas::Real(size) => Some(size().unwrap_or(DEFAULT_SIZE)),
        }
    }

    /// Replaces the block below the messages; an empty one removes it.
    pub(super) fn draw(&mut self, rows: &[String]) {
        if !(rows.is_empty() && self.rows.is_empty()) {
            self.tell_above(None, rows);
        }
    }

    /// Writes a message line and the block below it in one write, so that nothing flickers.
    pub(super) fn tell_above(&mut self, text: Option<&str>, rows: &[String]) {
        let width = self.size().map_or(DEFAULT_SIZE.width, |size| size.width.max(1));
        let columns = |row: &String| strip_str(row).to_string().chars().count();
        // A window that became narrower has split rows into several lines.
        let lines: usize = self.rows.iter().map(|row| columns(row).div_ceil(width).max(1)).sum();
        let mut frame = if lines == 0 { String::new() } else { format!("\x1b[{lines}A\r\x1b[J") };
        let shown = |line: &str| for_terminal(line, self.color);
        let rows: Vec<String> = rows.iter().map(|row| shown(row)).collect();
        let text = text.map(|text| self.folded(shown(text)));
        for line in text.iter().chain(&rows) {
            frame.push_str(line);
            frame.push('\n');
        }
        self.rows = rows;
        let _ = self.write(&frame);
    }

    /// A text whose lines are broken between words where a terminal would break them.
    pub(super) fn folded(&self, text: String) -> String {
        match self.size() {
            Some(size) if size.width > 0 => wrapped(&text, size.width),
            _ => text,
        }
    }

    /// Writes a text without a line end.
    pub(super) fn prompt(&mut self, text: &str) -> io::Result<()> {
        let text = for_terminal(text, self.color);
        self.write(&text)
    }

    /// Writes a text as it is.
    fn write(&mut self, text: &str) -> io::Result<()> {
        self.err.write_all(text.as_bytes()).and_then(|()| self.err.flush())
    }
}
