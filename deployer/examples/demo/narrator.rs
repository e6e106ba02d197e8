//! The demo's voice: chapters, sentences, and what programs said, indented.

use std::io::{self, Write};
use std::time::Instant;

use serde_json::Value;

use crate::emulator::Trouble;
use crate::emulator::console::Session;

/// Writes to standard output; a reader that went away is no reason to stop.
pub(crate) struct Narrator {
    out: io::Stdout,
    chapter: usize,
    begun: Instant,
}

impl Narrator {
    pub(crate) fn new() -> Self {
        Self {
            out: io::stdout(),
            chapter: 0,
            begun: Instant::now(),
        }
    }

    pub(crate) fn chapter(&mut self, title: &str) {
        self.chapter += 1;
        let seconds = self.begun.elapsed().as_secs_f32();
        self.line(&format!("\n{}. {title}  [{seconds:.1} s]\n", self.chapter));
    }

    pub(crate) fn say(&mut self, sentence: &str) {
        self.line(&format!("   {sentence}"));
    }

    /// A whole session of the deployer: what was typed, the story on stderr, the answer on stdout.
    pub(crate) fn session(&mut self, session: &Session) {
        self.line(&format!("   $ {}", session.command));
        for line in session.stderr.lines().chain(session.stdout.lines()) {
            self.line(format!("   | {line}").trim_end());
        }
        self.line("");
    }

    pub(crate) fn json(&mut self, value: &Value) {
        for line in format!("{value:#}").lines() {
            self.line(&format!("   | {line}"));
        }
        self.line("");
    }

    pub(crate) fn fail(&mut self, trouble: &Trouble) {
        self.line(&format!("\nThis is not how it should be.\n\n{trouble}"));
    }

    fn line(&mut self, line: &str) {
        let _ = writeln!(self.out, "{line}");
        let _ = self.out.flush();
    }
}
