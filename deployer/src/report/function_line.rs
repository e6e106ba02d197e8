//! The log lines of functions on this machine.

use super::style::{DIM, WARNING, styled};
use crate::host::harmless::printable;
use crate::simulation::{LogLine, LogSource, OtherVersion};

/// A line of a function's log, with its name.
pub fn function_line(line: &LogLine) -> String {
    let text = printable(&line.text);
    let text = match line.source {
        LogSource::Platform => styled(DIM, &text),
        LogSource::Function => text,
    };
    format!("{} | {text}", line.function)
}

/// The warning that functions run with another version of their language than in AWS.
pub fn other_version(version: &OtherVersion) -> String {
    format!("{}: {version}", styled(WARNING, "warning[other-version]"))
}
