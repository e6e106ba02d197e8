//! The program that a benchmark measures from outside: an existing one, or a new release build.

use std::env;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const WORKSPACE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// The program that the command line names, by its path relative to the workspace; otherwise the
/// release program.
pub(crate) fn chosen() -> Result<PathBuf, Box<dyn Error>> {
    // Cargo passes `--bench` to every benchmark.
    let ready = env::args().skip(1).find(|argument| argument != "--bench");
    match ready {
        Some(program) => Ok(fs::canonicalize(Path::new(WORKSPACE).join(program))?),
        None => built(),
    }
}

fn built() -> Result<PathBuf, Box<dyn Error>> {
    let cargo = Command::new(env!("CARGO"))
        .args(["build", "--release", "--locked", "--package", "deployer", "--bin", "deployer"])
        .args(["--message-format", "json"])
        .current_dir(WORKSPACE)
        .output()?;
    let messages = String::from_utf8(cargo.stdout)?;
    let messages = messages.lines().filter_map(|line| serde_json::from_str(line).ok());
    let executable = messages
        .filter_map(|message: serde_json::Value| message["executable"].as_str().map(PathBuf::from))
        .next_back();
    let fault = || format!("cargo built no program: {}", String::from_utf8_lossy(&cargo.stderr));
    Ok(executable.ok_or_else(fault)?)
}
