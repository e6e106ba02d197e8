//! Lines that a user wrote for the shell of the system.

use std::process::Command;

/// A command that gives a line to the system's shell: `sh`, on Windows `cmd`.
#[cfg(not(windows))]
#[must_use]
pub fn shell(line: &str) -> Command {
    let mut shell = Command::new("sh");
    shell.args(["-c", line]);
    shell
}

/// `cmd` parses its line in its own way, so the line must not be quoted.
#[cfg(windows)]
#[must_use]
pub fn shell(line: &str) -> Command {
    use std::os::windows::process::CommandExt;
    let mut shell = Command::new("cmd");
    shell.raw_arg("/C").raw_arg(line);
    shell
}
