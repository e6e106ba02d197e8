//! Builds programs of this workspace by cargo, and finds where cargo put them.

use std::path::PathBuf;
use std::process::Stdio;

use serde_json::Value;
use tokio::process::Command;

use super::{Trouble, target_folder};

/// Runs `cargo <arguments>` and returns the executable of the binary target `name`. Where everything is built
/// already, this is the work of a moment. Progress and complaints go where this program's go.
pub(crate) async fn executable(arguments: &[&str], name: &str) -> Result<PathBuf, Trouble> {
    let output = Command::new(env!("CARGO"))
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
