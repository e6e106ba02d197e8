//! What runs a function: a Python or a Node.js with a client that calls its handler, or its own program.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use tokio::process::Command;

use super::bootstrap;
use super::error::LocalFunctionError;
use super::function::LocalFunction;
use super::interpreter::{self, Interpreter, Language, OtherVersion};
use super::variables::Variables;

const PYTHON_CLIENT: &str = include_str!("clients/bootstrap.py");
const NODE_CLIENT: &str = include_str!("clients/bootstrap.mjs");
const NODE_GUARD: &str = include_str!("clients/guard.cjs");

/// What runs a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Program {
    /// The client for Python.
    Python(Interpreter),
    /// The client for Node.js.
    Node(Interpreter),
    /// The function's own program.
    Bootstrap(PathBuf),
}

/// How it is run.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mode {
    /// Whether it may use the network.
    pub(super) real: bool,
    /// Where it waits for a debugger.
    pub(super) debug_port: Option<u16>,
}

impl Program {
    /// Finds what runs a function, and says if that is another version than in AWS.
    pub(super) async fn find(
        function: &LocalFunction,
        variables: &Variables,
        debugged: bool,
    ) -> Result<(Self, Option<OtherVersion>), LocalFunctionError> {
        let (name, runtime) = (function.name.clone(), function.runtime.clone());
        let Some((language, version)) = Language::of(&runtime) else {
            return match runtime.starts_with("provided") {
                true => Ok((Self::Bootstrap(bootstrap::find(function)?), None)),
                false => Err(LocalFunctionError::Runtime { function: name, runtime }),
            };
        };
        let Some(found) = interpreter::find(language, version, variables).await else {
            let (language, version) = (language.name(), version.to_owned());
            let function = name;
            return Err(LocalFunctionError::NotInstalled { function, runtime, language, version });
        };
        if debugged && !found.debugger {
            return Err(LocalFunctionError::NoDebugger {
                python: found.path.display().to_string(),
            });
        }
        let other = (found.version != version).then(|| OtherVersion {
            runtime: runtime.clone(),
            found: format!("{} {}", language.name(), found.version),
        });
        let program = match language {
            Language::Python => Self::Python(found),
            Language::Node => Self::Node(found),
        };
        Ok((program, other))
    }

    /// Writes what it needs into a folder, and says how it starts.
    pub(super) fn command(
        &self,
        folder: &Path,
        function: &LocalFunction,
        mode: Mode,
    ) -> io::Result<Command> {
        match self {
            Self::Bootstrap(path) => Ok(Command::new(path)),
            Self::Python(python) => {
                let client = folder.join("bootstrap.py");
                fs::write(&client, PYTHON_CLIENT)?;
                let mut command = Command::new(&python.path);
                // No files beside the code, no buffer, and UTF-8 whatever the system's language is.
                command.args(["-B", "-u", "-X", "utf8"]);
                if let Some(port) = mode.debug_port {
                    command.args(["-X", "frozen_modules=off", "-m", "debugpy", "--listen"]);
                    command.arg(format!("127.0.0.1:{port}")).arg("--wait-for-client");
                }
                command.arg(client);
                command.args(mode.real.then_some("--real"));
                command.args(mode.debug_port.map(|_| "--debugged"));
                Ok(command)
            }
            Self::Node(node) => {
                let (client, guard) = (folder.join("bootstrap.mjs"), folder.join("guard.cjs"));
                fs::write(&client, NODE_CLIENT)?;
                fs::write(&guard, NODE_GUARD)?;
                let mut command = Command::new(&node.path);
                command.arg(format!("--max-old-space-size={}", function.memory_megabytes));
                if !mode.real {
                    command.arg("--require").arg(guard);
                }
                if let Some(port) = mode.debug_port {
                    command.arg(format!("--inspect-brk=127.0.0.1:{port}"));
                }
                command.arg(client);
                Ok(command)
            }
        }
    }
}
