//! The one door to the terminal: what is written, what is asked, and what kind of terminal it is.
//!
//! The answer goes to stdout, the story to stderr. Nothing else in the crate touches either. Below the story
//! there may be a block of rows that is drawn anew in its place; what is told scrolls up above it.

use std::io::{self, BufRead, IsTerminal, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anstream::{AutoStream, adapter::strip_str};

/// A pair of outputs and an input, real or recorded.
pub struct Terminal {
    out: Box<dyn Write + Send>,
    err: Box<dyn Write + Send>,
    input: Option<Box<dyn BufRead + Send>>,
    interactive: bool,
    asking: Arc<AtomicBool>,
    out_color: bool,
    err_color: bool,
    /// Whether and how rows of stderr can be drawn anew.
    canvas: Canvas,
    /// The widths of the rows that stand below the story, in columns.
    block: Vec<usize>,
}

/// Whether what stands on stderr can be replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Canvas {
    /// It is no terminal, or none that can move its cursor.
    None,
    /// A terminal that can, of this size.
    Fixed(Size),
    /// The process's own, whose size may change at any time.
    Real,
}

/// How big a terminal is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Columns.
    pub width: usize,
    /// Rows.
    pub height: usize,
}

/// What every terminal has had since the VT100, for one that does not say.
const DEFAULT_SIZE: Size = Size { width: 80, height: 24 };

/// Who reads the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum OutputFormat {
    /// Lines for people
    Text,
    /// Objects for programs, one a line
    Json,
}

/// How an operation is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Progress {
    /// Live on a terminal, lines anywhere else and in CI
    #[default]
    Auto,
    /// What is under way stays in view, drawn anew every second; on a terminal only
    Live,
    /// One line for each event
    Lines,
}

/// When to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum ColorChoice {
    /// On a terminal, unless NO_COLOR says otherwise
    #[default]
    Auto,
    /// In every case
    Always,
    /// In no case
    Never,
}

impl Terminal {
    /// The process's own stdin, stdout and stderr.
    #[must_use]
    pub fn real() -> Self {
        let (out_color, err_color) = (auto_color(&io::stdout()), auto_color(&io::stderr()));
        // On Windows these switch the console's escape sequences on, or translate colours where it has none.
        let (out, err) = (AutoStream::always(io::stdout()), AutoStream::always(io::stderr()));
        let moves = err.current_choice() == anstream::ColorChoice::AlwaysAnsi;
        let on_screen = io::stderr().is_terminal();
        Self {
            out_color,
            err_color,
            asking: Arc::default(),
            interactive: io::stdin().is_terminal() && on_screen,
            canvas: if on_screen && moves { Canvas::Real } else { Canvas::None },
            block: Vec::new(),
            out: Box::new(out),
            err: Box::new(err),
            input: Some(Box::new(io::BufReader::new(io::stdin()))),
        }
    }

    /// Other outputs and another input, for tests and for embedding. No colour.
    #[must_use]
    pub fn over(
        out: Box<dyn Write + Send>,
        err: Box<dyn Write + Send>,
        input: Box<dyn BufRead + Send>,
        interactive: bool,
    ) -> Self {
        Self {
            out,
            err,
            input: Some(input),
            interactive,
            asking: Arc::default(),
            out_color: false,
            err_color: false,
            canvas: Canvas::None,
            block: Vec::new(),
        }
    }

    /// The same, with a screen of a size for stderr.
    #[must_use]
    pub fn on_screen(mut self, size: Size) -> Self {
        self.canvas = Canvas::Fixed(size);
        self
    }

    /// Chooses how operations are told. `plain` is what `auto` means here if not even a terminal should be
    /// drawn on.
    pub fn choose_progress(&mut self, choice: Progress, plain: bool) {
        let lines = match choice {
            Progress::Auto => plain,
            Progress::Live => false,
            Progress::Lines => true,
        };
        if lines {
            self.canvas = Canvas::None;
        }
    }

    /// How big the screen is on which a block of rows can be drawn anew; `None` where there is none.
    #[must_use]
    pub fn screen(&self) -> Option<Size> {
        match self.canvas {
            Canvas::None => None,
            Canvas::Fixed(size) => Some(size),
            Canvas::Real => Some(real_size()),
        }
    }

    /// Overrides what was found out about colour.
    pub fn choose_color(&mut self, choice: ColorChoice) {
        match choice {
            ColorChoice::Auto => {}
            ColorChoice::Always => (self.out_color, self.err_color) = (true, true),
            ColorChoice::Never => (self.out_color, self.err_color) = (false, false),
        }
    }

    /// Whether the story may be coloured.
    #[must_use]
    pub fn err_is_colored(&self) -> bool {
        self.err_color
    }

    /// Whether a person is there to ask.
    #[must_use]
    pub fn is_interactive(&self) -> bool {
        self.interactive
    }

    /// A piece of the answer, with its line end; styled text loses its colours where none are wanted.
    ///
    /// # Errors
    /// When stdout is closed: nobody reads the answer any more.
    pub fn answer(&mut self, text: &str) -> io::Result<()> {
        self.draw(&[]);
        write_line(&mut *self.out, text, self.out_color)
    }

    /// A line of the story. A closed stderr is no reason to stop an operation on a stack.
    pub fn tell(&mut self, text: &str) {
        self.tell_above(Some(text), &[]);
    }

    /// Replaces the block below the story; no rows take it away. Rows have to be narrower than the screen.
    pub fn draw(&mut self, rows: &[String]) {
        if !(rows.is_empty() && self.block.is_empty()) {
            self.tell_above(None, rows);
        }
    }

    /// A line of the story, and the block below it, in one go, so that nothing flickers.
    pub fn tell_above(&mut self, text: Option<&str>, rows: &[String]) {
        let width = self.screen().map_or(DEFAULT_SIZE.width, |screen| screen.width.max(1));
        // A window that has become narrower has broken rows into several.
        let lines: usize = self.block.iter().map(|row| row.div_ceil(width).max(1)).sum();
        let mut frame = if lines == 0 { String::new() } else { format!("\x1b[{lines}A\r\x1b[J") };
        for line in text.into_iter().chain(rows.iter().map(String::as_str)) {
            match self.err_color {
                true => frame.push_str(line),
                false => frame.push_str(&strip_str(line).to_string()),
            }
            frame.push('\n');
        }
        self.block = rows.iter().map(|row| strip_str(row).to_string().chars().count()).collect();
        let _ = self.err.write_all(frame.as_bytes()).and_then(|()| self.err.flush());
    }

    /// Whether a question is being asked, for whoever has to tell one Ctrl-C from another.
    #[must_use]
    pub fn asking(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.asking)
    }

    /// The next line of the input; `None` at its end.
    ///
    /// # Errors
    /// When the input cannot be read, or is no UTF-8.
    pub fn next_line(&mut self) -> io::Result<Option<String>> {
        let Some(input) = &mut self.input else { return Ok(None) };
        let mut line = String::new();
        Ok((input.read_line(&mut line)? > 0).then_some(line))
    }

    /// Asks a yes-or-no question; anything but a clear yes is no, and so is Ctrl-C.
    pub async fn confirm(&mut self, question: &str) -> bool {
        self.draw(&[]);
        let prompted = write!(self.err, "{question} [y/N] ").and_then(|()| self.err.flush());
        let (Ok(()), Some(mut input)) = (prompted, self.input.take()) else {
            return false;
        };
        // On a thread of its own, because reading a line cannot be given up.
        let read = tokio::task::spawn_blocking(move || {
            let mut line = String::new();
            let read = input.read_line(&mut line);
            (input, read.map(|_| line))
        });
        self.asking.store(true, Ordering::Relaxed);
        let answer = tokio::select! {
            read = read => read.ok(),
            () = crate::host::interrupt::pressed() => None,
        };
        self.asking.store(false, Ordering::Relaxed);
        let Some((input, read)) = answer else {
            self.tell("");
            return false;
        };
        self.input = Some(input);
        read.is_ok_and(|line| matches!(line.trim().to_ascii_lowercase().as_str(), "y" | "yes"))
    }
}

fn real_size() -> Size {
    terminal_size::terminal_size_of(io::stderr()).map_or(DEFAULT_SIZE, |(width, height)| Size {
        width: usize::from(width.0),
        height: usize::from(height.0),
    })
}

fn auto_color(stream: &impl anstream::stream::RawStream) -> bool {
    AutoStream::choice(stream) != anstream::ColorChoice::Never
}

fn write_line(to: &mut dyn Write, text: &str, color: bool) -> io::Result<()> {
    if color {
        writeln!(to, "{text}")?;
    } else {
        writeln!(to, "{}", strip_str(text))?;
    }
    to.flush()
}
