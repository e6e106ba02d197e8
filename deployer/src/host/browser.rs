//! Opens a link in the person's browser: the system's own program for that, without a shell.

use std::io;
use std::process::{Child, Command, Stdio};

/// The program that opens links, and its arguments before the link.
const OPENER: (&str, &[&str]) = if cfg!(target_os = "windows") {
    ("rundll32", &["url.dll,FileProtocolHandler"])
} else if cfg!(target_os = "macos") {
    ("open", &[])
} else {
    ("xdg-open", &[])
};

/// Starts the system's program for links; `None` if there is nothing to wait for.
///
/// # Errors
/// When there is no such program.
pub fn open(url: &str) -> io::Result<Option<Child>> {
    let (program, arguments) = OPENER;
    let mut command = Command::new(program);
    // The output of the browser does not belong on this terminal.
    let command = command.args(arguments).arg(url).stdin(Stdio::null());
    let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    child.map(Some).map_err(|error| io::Error::new(error.kind(), format!("{program}: {error}")))
}
