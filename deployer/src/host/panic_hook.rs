//! A panic is a bug in the program, and the program ends with the exit code for bugs.

use std::panic;

use crate::exit::Exit;
use crate::host::terminal::Terminal;

/// Installs the hook: from now on, a panic on any thread ends the program with the exit code of a
/// bug, after Rust's own message. The release program is built without unwinding, so nothing could
/// catch a panic there.
#[expect(clippy::disallowed_methods, clippy::exit, reason = "a hook cannot return to main")]
pub fn install() {
    let default_hook = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        default_hook(info);
        Terminal::real().tell("error: this is a bug in deployer; please report the lines above");
        std::process::exit(i32::from(Exit::Bug.code()));
    }));
}
