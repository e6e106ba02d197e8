//! Errors: what failed, why, and what to do next. The only place that prints them.

use serde::Serialize;

use super::json::object;
use super::style::{BOLD, ERROR, styled};
use super::summary;
use crate::error::CommandError;
use crate::finding::Finding;
use crate::host::harmless::{printable, printable_lines};
use crate::host::terminal::{OutputFormat, Terminal};

/// Prints an error: as JSON on stdout for programs, as text on stderr for people and logs.
pub fn tell_error(
    error: &CommandError,
    terminal: &mut Terminal,
    format: OutputFormat,
    now: jiff::Timestamp,
) {
    match format {
        OutputFormat::Json => {
            let written = terminal.answer(&object("error", &Failure::from(error), now));
            if written.is_err() && terminal.unwritten().is_some() {
                tell_error(error, terminal, OutputFormat::Text, now);
            }
        }
        OutputFormat::Text => {
            terminal.tell(&format!(
                "{} {}",
                styled(ERROR, "error:"),
                printable_lines(&error.source.to_string())
            ));
            for cause in error.causes() {
                terminal.tell(&format!("  caused by: {}", printable(&cause)));
            }
            let on_terminal = terminal.screen().is_some();
            let findings = error.findings.iter();
            for line in findings.flat_map(|one| summary::finding(one, on_terminal)) {
                terminal.tell(&format!("  {line}"));
            }
            for note in &error.notes {
                terminal.tell(&format!("  {}", printable_lines(note)));
            }
            if !error.hints.is_empty() {
                terminal.tell("");
            }
            for hint in &error.hints {
                terminal.tell(&format!("{} {}", styled(BOLD, "hint:"), printable_lines(hint)));
            }
        }
    }
}

#[derive(Serialize)]
struct Failure<'a> {
    exit_code: u8,
    message: String,
    causes: Vec<String>,
    findings: &'a [Finding],
    notes: &'a [String],
    hints: &'a [String],
}

impl<'a> From<&'a CommandError> for Failure<'a> {
    fn from(error: &'a CommandError) -> Self {
        Self {
            exit_code: error.exit.code(),
            message: error.source.to_string(),
            causes: error.causes(),
            findings: &error.findings,
            notes: &error.notes,
            hints: &error.hints,
        }
    }
}
