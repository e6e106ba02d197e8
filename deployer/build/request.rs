//! Which handler a build of the deployer should embed. Finds nothing and builds nothing.

use std::env;
use std::path::{Path, PathBuf};

use crate::architecture::Architecture;
use crate::compile::Host;

/// What this build should embed.
pub(crate) enum Request {
    /// Nothing: a debug build, in which building a handler that is never deployed would cost
    /// minutes.
    Nothing,
    /// An existing zip or program, for this architecture if one is given.
    File(PathBuf, Option<Architecture>),
    /// The handler of this workspace for this architecture. Without one, for arm64 or, if that is
    /// not possible, for the build host.
    Build(Option<Architecture>),
}

impl Request {
    /// Reads `DEPLOYER_HANDLER`, `DEPLOYER_HANDLER_ARCH` and Cargo's `PROFILE`. A relative path is
    /// relative to the workspace, because a build script does not know where Cargo was called.
    pub(crate) fn from_environment(workspace: &Path) -> Result<Self, String> {
        let file = variable("DEPLOYER_HANDLER")?;
        let word = variable("DEPLOYER_HANDLER_ARCH")?;
        let architecture = match word.as_deref() {
            None => None,
            Some("host") => Some(of_host()?),
            Some(word) => Some(
                word.parse()
                    .map_err(|unknown| format!("DEPLOYER_HANDLER_ARCH: {unknown}, host"))?,
            ),
        };
        match file {
            Some(path) => Ok(Self::File(workspace.join(path), architecture)),
            None if env::var("PROFILE").as_deref() == Ok("release") => {
                Ok(Self::Build(architecture))
            }
            None => Ok(Self::Nothing),
        }
    }
}

fn of_host() -> Result<Architecture, String> {
    let triple = crate::required("HOST")?;
    Host::of_triple(&triple).architecture.ok_or_else(|| {
        format!("DEPLOYER_HANDLER_ARCH=host: {triple} is not a Linux that Lambda has")
    })
}

/// A variable's value; an empty one counts as unset. Cargo reruns this build script when it
/// changes.
fn variable(name: &str) -> Result<Option<String>, String> {
    println!("cargo::rerun-if-env-changed={name}");
    match env::var(name) {
        Ok(value) => Ok(Some(value).filter(|value| !value.is_empty())),
        Err(env::VarError::NotPresent) => Ok(None),
        Err(error) => Err(format!("{name}: {error}")),
    }
}
