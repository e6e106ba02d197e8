//! Which Python or Node.js runs a function, and whether it is the version that the runtime names.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;
use tokio::process::Command;
use tokio::time::timeout;

use super::variables::Variables;

/// How long a program may take to say what it is.
const PATIENCE: Duration = Duration::from_secs(30);

/// The language of a runtime.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    /// `python3.13`.
    Python,
    /// `nodejs22.x`.
    Node,
}

impl Language {
    /// The language of a runtime and its version: 3.13, or 22.
    pub(super) fn of(runtime: &str) -> Option<(Self, &str)> {
        let python = runtime.strip_prefix("python").filter(|version| version.starts_with("3."));
        let node = || runtime.strip_prefix("nodejs")?.strip_suffix(".x");
        python
            .map(|version| (Self::Python, version))
            .or_else(|| node().map(|version| (Self::Node, version)))
    }

    /// Its usual name.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Python => "Python",
            Self::Node => "Node.js",
        }
    }

    /// The commands that may start it, the exact version first.
    fn commands(self, version: &str) -> Vec<(String, Vec<String>)> {
        let plain = |names: &'static [&'static str]| {
            names.iter().map(|&name| (name.to_owned(), Vec::new()))
        };
        match self {
            Self::Python if cfg!(windows) => {
                let exact = ("py".to_owned(), vec![format!("-{version}")]);
                std::iter::once(exact).chain(plain(&["py", "python3", "python"])).collect()
            }
            Self::Python => {
                let exact = (format!("python{version}"), Vec::new());
                std::iter::once(exact).chain(plain(&["python3", "python"])).collect()
            }
            Self::Node => plain(&["node", "nodejs"]).collect(),
        }
    }

    /// A program that says what runs it, as JSON.
    fn question(self) -> [&'static str; 2] {
        match self {
            Self::Python => [
                "-c",
                "import importlib.util as u, json, sys; print(json.dumps({'path': sys.executable, 'version': \
                 '%d.%d' % sys.version_info[:2], 'debugger': u.find_spec('debugpy') is not None}))",
            ],
            Self::Node => [
                "-e",
                "console.log(JSON.stringify({path: process.execPath, version: process.versions.node.split('.')[0], \
                 debugger: true}))",
            ],
        }
    }
}

/// A Python or a Node.js that is installed.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Interpreter {
    /// The program itself, not what chooses one.
    pub(super) path: PathBuf,
    /// As far as Lambda has a runtime for it: 3.13, or 22.
    pub(super) version: String,
    /// Whether it can be debugged.
    pub(super) debugger: bool,
}

/// Finds the program for a version of a language, or one of another version.
pub(super) async fn find(
    language: Language,
    version: &str,
    variables: &Variables,
) -> Option<Interpreter> {
    let mut other = None;
    for (command, arguments) in language.commands(version) {
        let Some(found) = ask(language, &command, &arguments, variables).await else { continue };
        if found.version == version {
            return Some(found);
        }
        // No runtime is as old as Python 2.
        if language == Language::Node || found.version.starts_with("3.") {
            other.get_or_insert(found);
        }
    }
    other
}

/// The program that would run the functions of a runtime on this machine; `None` if there is none, or it needs none.
pub async fn interpreter(runtime: &str, inherited: &Variables) -> Option<String> {
    let (language, version) = Language::of(runtime)?;
    let found = find(language, version, inherited).await?;
    Some(found.path.display().to_string())
}

/// What a command is; `None` if it does not run.
async fn ask(
    language: Language,
    command: &str,
    arguments: &[String],
    variables: &Variables,
) -> Option<Interpreter> {
    let mut process = Command::new(command);
    process.args(arguments).args(language.question());
    process.env_clear().envs(variables).stdin(std::process::Stdio::null()).kill_on_drop(true);
    let output = timeout(PATIENCE, process.output()).await.ok()?.ok()?;
    if !output.status.success() {
        return None;
    }
    let mut found: Interpreter = serde_json::from_slice(&output.stdout).ok()?;
    // Python does not know where it is if there is no PATH.
    if found.path.as_os_str().is_empty() {
        found.path = command.into();
    }
    Some(found)
}

/// A function that runs with another version of its language than in AWS.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct OtherVersion {
    /// The runtime in AWS: `python3.13`.
    pub runtime: String,
    /// What there is here: `Python 3.11`.
    pub found: String,
}

impl fmt::Display for OtherVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { runtime, found } = self;
        write!(f, "functions with the runtime {runtime} run with {found} on this machine")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_runtime_is_a_language_and_a_version() {
        assert_eq!(Language::of("python3.13"), Some((Language::Python, "3.13")));
        assert_eq!(Language::of("nodejs22.x"), Some((Language::Node, "22")));
        for other in ["python2.7", "provided.al2023", "java21", "nodejs"] {
            assert_eq!(Language::of(other), None, "{other}");
        }
    }
}
