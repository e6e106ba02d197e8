//! The one door to the terminal: what is written, what is asked, and what kind of terminal it is.
//!
//! The answer goes to stdout, the story to stderr. Nothing else in the crate touches either.

use std::io::{self, BufRead, IsTerminal, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A pair of outputs and an input, real or recorded.
pub struct Terminal {
    out: Box<dyn Write + Send>,
    err: Box<dyn Write + Send>,
    input: Option<Box<dyn BufRead + Send>>,
    interactive: bool,
    asking: Arc<AtomicBool>,
    out_color: bool,
    err_color: bool,
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
        Self {
            out_color: auto_color(&io::stdout()),
            err_color: auto_color(&io::stderr()),
            asking: Arc::default(),
            interactive: io::stdin().is_terminal() && io::stderr().is_terminal(),
            out: Box::new(io::stdout()),
            err: Box::new(io::stderr()),
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
    pub fn err_is_coloured(&self) -> bool {
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
        write_line(&mut *self.out, text, self.out_color)
    }

    /// A line of the story. A closed stderr is no reason to stop an operation on a stack.
    pub fn tell(&mut self, text: &str) {
        let _ = write_line(&mut *self.err, text, self.err_color);
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
            () = crate::interrupt::pressed() => None,
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

fn auto_color(stream: &impl anstream::stream::RawStream) -> bool {
    anstream::AutoStream::choice(stream) != anstream::ColorChoice::Never
}

fn write_line(to: &mut dyn Write, text: &str, color: bool) -> io::Result<()> {
    if color {
        writeln!(to, "{text}")?;
    } else {
        writeln!(to, "{}", anstream::adapter::strip_str(text))?;
    }
    to.flush()
}
