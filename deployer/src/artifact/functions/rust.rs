//! Rust: the program of a `Cargo.toml`, by cargo-lambda.

use std::fs;
use std::process::Command;

use super::build::{BuildError, Job, Target};
use super::code::CodeFile;
use super::tool::{self, ToolError};
use crate::artifact::archive::BOOTSTRAP;

/// The manifest of a package.
pub(super) const MANIFEST: &str = "Cargo.toml";

/// Builds the program, which alone is the code.
/// Fails when cargo-lambda is not installed, cargo fails, or it makes several programs of which
/// none has the function's name.
pub(super) fn build(job: Job<'_>) -> Result<Vec<CodeFile>, BuildError> {
    if !tool::answers("cargo", &["lambda", "--version"]) {
        let looked_for = "`cargo lambda` is".to_owned();
        return Err(ToolError::Missing { file: MANIFEST, needs: "cargo-lambda", looked_for }.into());
    }
    let mut line = "cargo lambda build --release".to_owned();
    if *job.target == Target::Lambda {
        let arm = job.function.settings.architecture == "arm64";
        line.push_str(if arm { " --arm64" } else { " --x86-64" });
    }
    let mut command = Command::new("cargo");
    command.args(line.split(' ').skip(1)).arg("--lambda-dir").arg(&job.output);
    tool::run(command.current_dir(job.folder), &line)?;
    let mut programs: Vec<CodeFile> = job.made()?;
    programs.retain(|file| file.path.ends_with(&format!("/{BOOTSTRAP}")));
    let of_function = format!("{}/{BOOTSTRAP}", job.function.name);
    let at = match programs.len() {
        1 => Some(0),
        _ => programs.iter().position(|file| file.path == of_function),
    };
    match at {
        Some(at) => Ok(vec![CodeFile {
            path: BOOTSTRAP.to_owned(),
            content: programs.swap_remove(at).content,
        }]),
        None => {
            let names = programs.iter().filter_map(|file| file.path.split('/').next());
            let names: Vec<_> = names.collect();
            let named = if names.is_empty() { "no program".to_owned() } else { names.join(", ") };
            // What is left in the folder of the build is removed with it.
            let _ = fs::remove_dir_all(&job.output);
            Err(BuildError::Programs(named))
        }
    }
}
