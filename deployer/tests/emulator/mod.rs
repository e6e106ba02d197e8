//! A private AWS: the emulator ministack, installed, started and always stopped again.
//!
//! Shared by the end-to-end tests and the demo. Every account in it is empty at first, so a test
//! with its own account is isolated. An uploaded Lambda function runs as a real process of this
//! machine, under the IAM policies of its role.
//!
//! Its deviations from AWS are the tests' problem, never the product's: it ignores the time to live
//! in a template, runs a function on this machine's processor whatever its architecture, and takes
//! milliseconds for what takes AWS minutes.

use std::path::{Path, PathBuf};

use self::server::{Launch, Server, free_address};

pub(crate) mod account;
pub(crate) mod cargo;
pub(crate) mod console;
pub(crate) mod install;
pub(crate) mod message;
mod remains;
pub(crate) mod server;

/// Why the emulator, or something around it, is not available.
#[derive(thiserror::Error)]
#[error("{0}")]
pub(crate) struct Trouble(String);

/// `Debug` reports a test that returns it; console output is unreadable with escaped `\n`.
impl std::fmt::Debug for Trouble {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl Trouble {
    pub(crate) fn new(what: impl Into<String>) -> Self {
        Self(what.into())
    }

    pub(crate) fn of(what: impl AsRef<str>, cause: impl std::fmt::Display) -> Self {
        Self(format!("{}: {cause}", what.as_ref()))
    }
}

/// A running emulator. It ends when this is dropped.
pub(crate) struct Emulator {
    server: Server,
    pub(crate) python: PathBuf,
    /// A folder for files of tests and of the emulator; removed when it ends.
    pub(crate) scratch: PathBuf,
}

impl Emulator {
    /// Installs the emulator if needed, starts it on a free port of this machine only, and waits
    /// until it answers. Its log is `target/emulator/<purpose>.log`. It enforces IAM, and the
    /// functions it runs call it, never AWS.
    pub(crate) async fn start(purpose: &str) -> Result<Self, Trouble> {
        Self::start_with(purpose, &[]).await
    }

    /// The same with some of its settings changed, which are environment variables.
    pub(crate) async fn start_with(
        purpose: &str,
        settings: &[(&'static str, String)],
    ) -> Result<Self, Trouble> {
        let folder = folder()?;
        let python = install::python(&folder, &install::EMULATOR)?;
        let address = free_address()?;
        let mut variables = vec![
            ("AUTH", "true".to_owned()),
            ("BIND_HOST", address.ip().to_string()),
            ("GATEWAY_PORT", address.port().to_string()),
            ("AWS_ENDPOINT_URL", format!("http://{address}")),
        ];
        variables.extend_from_slice(settings);
        let server = Server::start(Launch {
            python: &python,
            // ministack with the additions of `amended.py`.
            module: "amended",
            arguments: &[],
            variables,
            address,
            health: "/_ministack/health",
            folder: &folder,
            log: purpose,
        })
        .await?;
        Ok(Self { scratch: server.scratch.clone(), server, python })
    }

    /// The endpoint of every service.
    pub(crate) fn endpoint(&self) -> String {
        format!("http://{}", self.server.address)
    }
}

/// The folder that cargo builds into: this program is `<target>/<profile>/<kind>/<this>`.
pub(crate) fn target_folder() -> Result<PathBuf, Trouble> {
    let this = std::env::current_exe()
        .map_err(|cause| Trouble::of("cannot tell where this program is", cause))?;
    this.ancestors()
        .nth(3)
        .map(Path::to_owned)
        .ok_or_else(|| Trouble::of("not in a target folder", this.display()))
}

/// The folder of everything about the emulator.
pub(crate) fn folder() -> Result<PathBuf, Trouble> {
    Ok(target_folder()?.join("emulator"))
}
