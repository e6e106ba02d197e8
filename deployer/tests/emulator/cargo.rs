//! Builds programs of this workspace with cargo, and finds them.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Stdio;

use serde_json::Value;
use tokio::process::Command;

use super::{Trouble, target_folder};

/// Runs `cargo <arguments>` and returns the executable of the binary target `name`. If everything
/// is built already, this takes a moment. Progress and errors go to this program's stderr.
pub(crate) async fn executable(arguments: &[&str], name: &str) -> Result<PathBuf, Trouble> {
    let mut cargo = Command::new(env!("CARGO"));
    for name in set_by_cargo() {
        cargo.env_remove(name);
    }
    let output = cargo
        .args(arguments)
        .args(["--locked", "--message-format=json-render-diagnostics"])
        .arg("--target-dir")
        .arg(target_folder()?)
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .kill_on_drop(true)
        .output()
        .await
        .map_err(|cause| Trouble::of("cannot run cargo", cause))?;
    let command = || format!("cargo {}", arguments.join(" "));
    if !output.status.success() {
        return Err(Trouble::of(command(), output.status));
    }
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|artifact| {
            artifact["target"]["name"] == name && artifact["target"]["kind"][0] == "bin"
        })
        .find_map(|artifact| artifact["executable"].as_str().map(PathBuf::from))
        .ok_or_else(|| Trouble::of(command(), format!("built no program named {name}")))
}

/// The variables that cargo sets for a program that it runs. A cargo that inherits them takes them
/// for a change of the environment, and rebuilds packages whose build scripts read them.
#[expect(clippy::disallowed_methods, reason = "it is about the environment that a child inherits")]
fn set_by_cargo() -> impl Iterator<Item = OsString> {
    std::env::vars_os().map(|(name, _)| name).filter(|name| {
        let name = name.to_string_lossy();
        name == "OUT_DIR" || name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")
    })
}
