//! The real `deployer`, run as a person or a script would.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;

use super::Trouble;
use super::account::{Account, REGION, SECRET};

/// More than any command takes against an emulator that answers in milliseconds.
const PATIENCE: Duration = Duration::from_secs(120);

/// The program, and all that it sees of this machine: an account, an endpoint and an empty home
/// folder. There is no terminal.
pub(crate) struct Deployer {
    program: PathBuf,
    pub(crate) variables: BTreeMap<&'static str, String>,
}

/// The output of one run of the program.
#[derive(Debug)]
pub(crate) struct CommandOutput {
    pub(crate) command: String,
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Deployer {
    pub(crate) fn new(program: impl Into<PathBuf>, account: &Account, home: &Path) -> Self {
        let home = home.display().to_string();
        Self {
            program: program.into(),
            variables: BTreeMap::from([
                ("HOME", home.clone()),
                ("USERPROFILE", home),
                ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
                ("TZ", "UTC".to_owned()),
                ("AWS_ACCESS_KEY_ID", account.id.clone()),
                ("AWS_SECRET_ACCESS_KEY", SECRET.to_owned()),
                ("AWS_REGION", REGION.to_owned()),
                ("AWS_ENDPOINT_URL", account.endpoint.clone()),
            ]),
        }
    }

    /// Runs one command to its end.
    pub(crate) async fn run(&self, arguments: &[&str]) -> Result<CommandOutput, Trouble> {
        let command = format!("deployer {}", arguments.join(" "));
        let run = self.command(arguments).output();
        let output = tokio::time::timeout(PATIENCE, run)
            .await
            .map_err(|_| Trouble::of(&command, "still runs after two minutes"))?
            .map_err(|cause| Trouble::of(&command, cause))?;
        Ok(CommandOutput {
            command,
            code: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        })
    }

    /// A command that sees only its own account.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.args(arguments).env_clear().envs(&self.variables);
        command.stdin(Stdio::null()).kill_on_drop(true);
        command
    }
}

impl CommandOutput {
    /// The output itself if the program ended with this exit code; otherwise everything about the
    /// run as an error.
    pub(crate) fn ended(self, code: i32) -> Result<Self, Trouble> {
        if self.code == Some(code) {
            return Ok(self);
        }
        Err(Trouble::new(format!(
            "{} ended with {:?} and not with {code}\nstdout:\n{}\nstderr:\n{}",
            self.command, self.code, self.stdout, self.stderr
        )))
    }
}
