//! The only access to the terminal: output, prompts, and the terminal's capabilities.
//!
//! Answers go to stdout, progress messages to stderr. Nothing else in the crate touches either.
//! Below the messages there can be a block of rows that is redrawn in place; new messages scroll up
//! above it. Only lines and the program's own styles of a text reach the terminal; every other
//! control sequence is escaped (`harmless`).

use std::io::{self, BufRead, IsTerminal, Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anstream::AutoStream;

use super::harmless::for_terminal;
use super::screen::Canvas;
pub use super::screen::{SharedScreen, Size};

/// Two outputs and an input, real or recorded.
pub struct Terminal {
    out: Box<dyn Write + Send>,
    err: SharedScreen,
    input: Option<Box<dyn BufRead + Send>>,
    interactive: bool,
    /// Whether stdout is a terminal.
    out_is_terminal: bool,
    asking: Arc<AtomicBool>,
    out_color: bool,
    /// Why a part of the answer could not be written.
    unwritten: Option<String>,
}

/// The format of the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum OutputFormat {
    /// Lines for people
    Text,
    /// Objects for programs, one per line
    Json,
}

/// How the progress of an operation is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Progress {
    /// Live on a terminal, lines otherwise and in CI
    #[default]
    Auto,
    /// A view of what is in progress, redrawn every second; on a terminal only
    Live,
    /// One line for each event
    Lines,
}

/// When to use color.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum ColorChoice {
    /// On a terminal, unless NO_COLOR turns color off
    #[default]
    Auto,
    /// Even without a terminal, and with NO_COLOR
    Always,
    /// No color
    Never,
}

impl Terminal {
    /// The process's own stdin, stdout and stderr.
    #[must_use]
    pub fn real() -> Self {
        let (out_color, err_color) = (auto_color(&io::stdout()), auto_color(&io::stderr()));
        // On Windows these enable the console's escape sequences, or translate colors if it has
        // none.
        let (out, err) = (AutoStream::always(io::stdout()), AutoStream::always(io::stderr()));
        let moves = err.current_choice() == anstream::ColorChoice::AlwaysAnsi;
        let on_screen = io::stderr().is_terminal();
        let canvas = if on_screen && moves { Canvas::Real(real_size) } else { Canvas::None };
        Self {
            out_color,
            asking: Arc::default(),
            interactive: io::stdin().is_terminal() && on_screen,
            out_is_terminal: io::stdout().is_terminal(),
            unwritten: None,
            out: Box::new(out),
            err: SharedScreen::new(Box::new(err), err_color, canvas),
            input: Some(Box::new(io::BufReader::new(io::stdin()))),
        }
    }

    /// Custom outputs and input, for tests and for embedding. No color.
    #[must_use]
    pub fn over(
        out: Box<dyn Write + Send>,
        err: Box<dyn Write + Send>,
        input: Box<dyn BufRead + Send>,
        interactive: bool,
    ) -> Self {
        Self {
            out,
            err: SharedScreen::new(err, false, Canvas::None),
            input: Some(input),
            interactive,
            out_is_terminal: interactive,
            asking: Arc::default(),
            out_color: false,
            unwritten: None,
        }
    }

    /// The same terminal, with stdout and stderr on a screen of this size.
    #[must_use]
    pub fn on_screen(mut self, size: Size) -> Self {
        self.err.lock().canvas = Canvas::Fixed(size);
        self.out_is_terminal = true;
        self
    }

    /// Chooses how operations report progress. `plain` is whether `auto` means lines even on a
    /// terminal.
    pub fn choose_progress(&mut self, choice: Progress, plain: bool) {
        let lines = match choice {
            Progress::Auto => plain,
            Progress::Live => false,
            Progress::Lines => true,
        };
        if lines {
            self.err.lock().canvas = Canvas::None;
        }
    }

    /// The size of the screen on which a block of rows can be redrawn; `None` if there is none.
    #[must_use]
    pub fn screen(&self) -> Option<Size> {
        self.err.lock().size()
    }

    /// Stderr, for lines that come from elsewhere while a command works.
    #[must_use]
    pub fn aside(&self) -> SharedScreen {
        self.err.clone()
    }

    /// The size of the screen if an answer can be redrawn on it too, because stdout is there.
    #[must_use]
    pub fn answers_screen(&self) -> Option<Size> {
        self.screen().filter(|_| self.out_is_terminal)
    }

    /// Overrides the detected color support.
    pub fn choose_color(&mut self, choice: ColorChoice) {
        match choice {
            ColorChoice::Auto => {}
            ColorChoice::Always => (self.out_color, self.err.lock().color) = (true, true),
            ColorChoice::Never => (self.out_color, self.err.lock().color) = (false, false),
        }
    }

    /// Whether messages on stderr may be colored.
    #[must_use]
    pub fn err_is_colored(&self) -> bool {
        self.err.lock().color
    }

    /// Whether a person at the terminal also sees the answers.
    #[must_use]
    pub fn is_watched(&self) -> bool {
        self.interactive && self.out_is_terminal
    }

    /// Whether a user can be prompted.
    #[must_use]
    pub fn is_interactive(&self) -> bool {
        self.interactive
    }

    /// Writes a part of the answer and a line end; removes colors if they are off, and escapes
    /// control sequences.
    ///
    /// # Errors
    /// When stdout is closed, and no one reads the answer anymore, or the system cannot write it.
    pub fn answer(&mut self, text: &str) -> io::Result<()> {
        let text = for_terminal(text, self.out_color);
        self.write_answer(&text)
    }

    /// The same for sentences: on a terminal, lines are broken between words.
    ///
    /// # Errors
    /// As for [`answer`](Self::answer).
    pub fn answer_sentences(&mut self, text: &str) -> io::Result<()> {
        let text = for_terminal(text, self.out_color);
        let text = if self.out_is_terminal { self.err.lock().folded(text) } else { text };
        self.write_answer(&text)
    }

    /// Writes a part of the answer that a program reads byte by byte, such as a line of a log. A terminal gets it as
    /// every other text.
    ///
    /// # Errors
    /// As for [`answer`](Self::answer).
    pub fn answer_exactly(&mut self, text: &str) -> io::Result<()> {
        if self.out_is_terminal { self.answer(text) } else { self.write_answer(text) }
    }

    fn write_answer(&mut self, text: &str) -> io::Result<()> {
        self.draw(&[]);
        let written = writeln!(self.out, "{text}").and_then(|()| self.out.flush());
        if let Err(error) = &written
            && error.kind() != io::ErrorKind::BrokenPipe
        {
            self.unwritten.get_or_insert_with(|| error.to_string());
        }
        written
    }

    /// Why the system could not write a part of the answer, such as a full disk. A reader who has closed the
    /// pipe has read enough.
    #[must_use]
    pub fn unwritten(&self) -> Option<&str> {
        self.unwritten.as_deref()
    }

    /// Writes a message line. A closed stderr is not a reason to stop an operation on a stack.
    pub fn tell(&mut self, text: &str) {
        self.tell_above(Some(text), &[]);
    }

    /// Replaces the block below the messages; an empty one removes it. Rows must be narrower than
    /// the screen.
    pub fn draw(&mut self, rows: &[String]) {
        self.err.lock().draw(rows);
    }

    /// Writes a message line and the block below it in one write, so that nothing flickers.
    pub fn tell_above(&mut self, text: Option<&str>, rows: &[String]) {
        self.err.lock().tell_above(text, rows);
    }

    /// Whether a prompt is waiting, for code that must tell one Ctrl-C from another.
    #[must_use]
    pub fn asking(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.asking)
    }

    /// The next line of the input; `None` at its end.
    ///
    /// # Errors
    /// When the input cannot be read or is not UTF-8.
    pub fn next_line(&mut self) -> io::Result<Option<String>> {
        let Some(input) = &mut self.input else { return Ok(None) };
        let mut line = String::new();
        Ok((input.read_line(&mut line)? > 0).then_some(line))
    }

    /// Asks a yes-or-no question; anything but a clear yes is no, and so is Ctrl-C.
    pub async fn confirm(&mut self, question: &str) -> bool {
        let answer = self.ask(&format!("{question} [y/N]")).await;
        answer.is_some_and(|line| matches!(line.to_ascii_lowercase().as_str(), "y" | "yes"))
    }

    /// Asks for a line, without the white space around it; `None` at the end of the input and after
    /// Ctrl-C.
    pub async fn ask(&mut self, question: &str) -> Option<String> {
        self.draw(&[]);
        let prompted = self.err.lock().prompt(&format!("{question} "));
        let (Ok(()), Some(mut input)) = (prompted, self.input.take()) else {
            return None;
        };
        // On a separate thread, because reading a line cannot be canceled.
        let read = tokio::task::spawn_blocking(move || {
            let mut line = String::new();
            let read = input.read_line(&mut line);
            (input, read.map(|count| (count > 0).then_some(line)))
        });
        self.asking.store(true, Ordering::Relaxed);
        let answer = tokio::select! {
            read = read => read.ok(),
            () = crate::host::interrupt::pressed() => None,
        };
        self.asking.store(false, Ordering::Relaxed);
        let Some((input, read)) = answer else {
            self.tell("");
            return None;
        };
        self.input = Some(input);
        read.ok().flatten().map(|line| line.trim().to_owned())
    }
}

/// All of standard input, for an option whose file is `-`, up to one byte more than `most`.
pub(crate) fn standard_input(most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    io::stdin().lock().take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn real_size() -> Option<Size> {
    let (width, height) = terminal_size::terminal_size_of(io::stderr())?;
    Some(Size { width: usize::from(width.0), height: usize::from(height.0) })
}

fn auto_color(stream: &impl anstream::stream::RawStream) -> bool {
    AutoStream::choice(stream) != anstream::ColorChoice::Never
}
