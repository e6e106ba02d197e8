//! Node.js: the packages of a `package-lock.json`, for the function's platform, by `npm ci`.

use std::process::Command;

use serde_json::Value;

use super::build::{BuildError, Job, Target};
use super::code::CodeFile;
use super::tool::{self, ToolError};

/// What names the packages.
pub(super) const MANIFEST: &str = "package.json";
/// What fixes their versions.
const LOCKS: [&str; 2] = ["package-lock.json", "npm-shrinkwrap.json"];
/// Where packages are installed.
const PACKAGES: &str = "node_modules/";

/// Whether there is a `package.json` that names packages which the code needs when it runs.
/// Fails when the file is not JSON.
pub(super) fn has_dependencies(files: &[CodeFile]) -> Result<bool, BuildError> {
    let Some(manifest) = files.iter().find(|file| file.path == MANIFEST) else { return Ok(false) };
    let manifest: Value =
        serde_json::from_slice(&manifest.content).map_err(BuildError::Manifest)?;
    let needed = ["dependencies", "optionalDependencies"];
    let is_some = |list: &Value| list.as_object().is_some_and(|list| !list.is_empty());
    Ok(needed.iter().any(|list| is_some(&manifest[*list])))
}

/// Installs the packages next to the code. Their scripts do not run: what they compile would be for
/// this machine.
/// Fails when npm is not installed, there is no lock file, or npm fails.
pub(super) fn build(mut job: Job<'_>) -> Result<Vec<CodeFile>, BuildError> {
    // What `npm install` put there is for this machine.
    job.files.retain(|file| !file.path.starts_with(PACKAGES));
    if !job.files.iter().any(|file| LOCKS.contains(&file.path.as_str())) {
        return Err(BuildError::NoLock);
    }
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    if !tool::answers(npm, &["--version"]) {
        let looked_for = format!("`{npm}` is");
        return Err(ToolError::Missing { file: MANIFEST, needs: "npm", looked_for }.into());
    }
    job.copy()?;
    let mut line = "npm ci --omit=dev --ignore-scripts".to_owned();
    if *job.target == Target::Lambda {
        let processor = if job.function.settings.architecture == "arm64" { "arm64" } else { "x64" };
        line.push_str(&format!(" --os=linux --cpu={processor} --libc=glibc"));
    }
    let mut command = Command::new(npm);
    command.args(line.split(' ').skip(1)).args(["--no-audit", "--no-fund"]);
    tool::run(command.current_dir(&job.output), &line)?;
    let mut made = job.made()?;
    made.retain(|file| {
        let inner = file.path.strip_prefix(PACKAGES).unwrap_or_default();
        inner != ".package-lock.json" && !inner.starts_with(".bin/")
    });
    Ok(job.merged(made))
}
