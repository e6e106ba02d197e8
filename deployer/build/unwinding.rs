//! Leaves the tables for unwinding out of the program and of the handler: a tenth of each, and never read.
//!
//! rustc writes them for programs that abort on a panic too, for whoever looks at them from outside. Its own switch
//! (`-C force-unwind-tables=no`) leaves most of them in, so it is the linker that leaves them out.

use std::env;
use std::path::Path;

/// The linker's argument that does it: a script that LLVM's linker and GNU's read, and zig's; gold and mold do not.
pub(crate) fn linker_argument(workspace: &Path) -> String {
    format!("-T{}", workspace.join("deployer/build/unwinding.ld").display())
}

/// Has it done to the program, in release builds for Linux with the linker that rustc takes by itself.
///
/// A panic ends the program where it happens (`src/bug.rs`), whatever the profile says of panics.
pub(crate) fn strip_program(workspace: &Path) {
    let is = |name, value: &str| env::var(name).as_deref() == Ok(value);
    // `-C linker=`, `-C link-arg=-fuse-ld=…` and `-C linker-features=` choose another one.
    let chosen = env::var_os("RUSTC_LINKER").is_some()
        || env::var("CARGO_ENCODED_RUSTFLAGS").is_ok_and(|flags| flags.contains("link"));
    if is("PROFILE", "release") && is("CARGO_CFG_TARGET_OS", "linux") && !chosen {
        println!("cargo::rustc-link-arg-bins={}", linker_argument(workspace));
    }
}
