//! Leaves the tables for unwinding out of the release program: 1.5 megabytes that nobody ever reads.

use std::env;
use std::path::Path;

/// Tells the linker to leave the tables out, where that is known to work: in release builds for Linux, with
/// the linker that rustc takes by itself (LLVM's or GNU's; gold and mold read no such script).
///
/// Rust writes the tables for whoever unwinds from outside. In the program a panic ends the process where it
/// happens (`src/bug.rs`), whatever the profile says of panics. rustc's own switch cannot be set by a profile, and
/// set for a whole build it would reach build scripts, which do unwind.
pub(crate) fn leave_out(package: &Path) {
    let is = |name, value: &str| env::var(name).as_deref() == Ok(value);
    let release = is("PROFILE", "release") && is("CARGO_CFG_TARGET_OS", "linux");
    // Cargo always sets the flags; `-C linker=`, `-C link-arg=-fuse-ld=…` and `-C linker-features=` choose a linker.
    let chosen = env::var_os("RUSTC_LINKER").is_some()
        || env::var("CARGO_ENCODED_RUSTFLAGS").is_ok_and(|flags| flags.contains("link"));
    if release && !chosen {
        let script = package.join("build/unwinding.ld");
        println!("cargo::rustc-link-arg-bins=-T{}", script.display());
    }
}
