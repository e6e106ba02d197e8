//! What the demo prints: chapters, sentences, and the indented output of programs.

use std::collections::HashSet;
use std::io::{self, Write};
use std::time::Instant;

use serde_json::Value;

use crate::emulator::Trouble;
use crate::emulator::console::CommandOutput;

/// Writes to standard output. If the reader closed the pipe, the demo continues.
pub(crate) struct Output {
    out: io::Stdout,
    chapter: usize,
    begun: Instant,
    answered: HashSet<String>,
    at_paragraph: bool,
}

impl Output {
    pub(crate) fn new() -> Self {
        Self {
            out: io::stdout(),
            chapter: 0,
            begun: Instant::now(),
            answered: HashSet::new(),
            at_paragraph: false,
        }
    }

    pub(crate) fn chapter(&mut self, title: &str) {
        self.chapter += 1;
        let seconds = self.begun.elapsed().as_secs_f32();
        if !self.at_paragraph {
            self.line("");
        }
        self.line(&format!("{}. {title}  [{seconds:.1} s]", self.chapter));
        self.line("");
    }

    pub(crate) fn say(&mut self, sentence: &str) {
        self.line(&format!("   {sentence}"));
    }

    /// A run of the deployer: the command line, stderr, then stdout. Lines of stdout that an
    /// earlier run printed are left out.
    pub(crate) fn session(&mut self, session: &CommandOutput) {
        self.line(&format!("   $ {}", session.command));
        for line in session.stderr.lines() {
            self.line(&format!("   | {line}"));
        }
        let mut as_above = false;
        for line in session.stdout.lines() {
            let new = self.answered.insert(line.to_owned());
            if new || !as_above {
                self.line(format!("   | {}", if new { line } else { "(as above)" }).trim_end());
            }
            as_above = !new;
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
        self.line(&format!("\nThis is not how it should be: {trouble}"));
    }

    fn line(&mut self, line: &str) {
        self.at_paragraph = line.is_empty();
        let _ = writeln!(self.out, "{line}");
        let _ = self.out.flush();
    }
}
