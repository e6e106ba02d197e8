//! Leaves the unwinding tables out of the program and of the handler: they make up a tenth of each
//! and are never read.
//!
//! rustc writes them even for programs that abort on a panic, for tools that inspect them from
//! outside. Its own switch (`-C force-unwind-tables=no`) leaves most of them in, so the linker
//! leaves them out.

use std::env;
use std::path::Path;

/// The linker argument that does it: a script that the linkers of LLVM, GNU and zig read; gold and
/// mold do not.
pub(crate) fn linker_argument(workspace: &Path) -> String {
    format!("-T{}", workspace.join("deployer/build/unwinding.ld").display())
}

/// Does so for the program, in release builds for Linux with rustc's default linker.
///
/// A panic ends the program where it happens (`src/host/panic_hook.rs`), whatever the profile's
/// panic strategy is.
pub(crate) fn strip_program(workspace: &Path) {
    let is = |name, value: &str| env::var(name).as_deref() == Ok(value);
    // `-C linker=`, `-C link-arg=-fuse-ld=…` and `-C linker-features=` choose another linker.
    let chosen = env::var_os("RUSTC_LINKER").is_some()
        || env::var("CARGO_ENCODED_RUSTFLAGS").is_ok_and(|flags| flags.contains("link"));
    if is("PROFILE", "release") && is("CARGO_CFG_TARGET_OS", "linux") && !chosen {
        println!("cargo::rustc-link-arg-bins={}", linker_argument(workspace));
    }
}
