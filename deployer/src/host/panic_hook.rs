//! A panic is a bug of the program, and ends it as one.

use std::panic;

use crate::exit::Exit;
use crate::host::terminal::Terminal;

/// From here on a panic, on whatever thread, ends the program with the exit code of a bug, after what Rust
/// tells about it. The release program is built without unwinding, so nothing could catch a panic there.
#[expect(clippy::disallowed_methods, clippy::exit, reason = "no way leads back to main")]
pub fn install() {
    let tell = panic::take_hook();
    panic::set_hook(Box::new(move |bug| {
        tell(bug);
        Terminal::real().tell("error: this is a bug in deployer; please report the lines above");
        std::process::exit(i32::from(Exit::Bug.code()));
    }));
}
