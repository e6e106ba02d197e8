//! The environment of the process: its `DEPLOYER_` variables, its working folder, and what its own processes inherit.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;

/// The variables that a program needs: where programs, packages of Node.js, the user's files, and temporary files are; on
/// Windows also where the system itself is.
const NEEDED: [&str; 13] = [
    "COMSPEC",
    "HOME",
    "LOCALAPPDATA",
    "NODE_PATH",
    "PATH",
    "PATHEXT",
    "SYSTEMDRIVE",
    "SYSTEMROOT",
    "TEMP",
    "TMP",
    "TMPDIR",
    "USERPROFILE",
    "WINDIR",
];

/// Variables that processes of the program may inherit. Their values may be secret.
#[derive(Clone, Default)]
pub struct Inherited(pub BTreeMap<OsString, OsString>);

impl fmt::Debug for Inherited {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl Inherited {
    /// What a program needs, and all that configures AWS.
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the deployer's variables"
    )]
    fn of_process() -> Self {
        let passes = |(name, _): &(OsString, OsString)| {
            let name = name.to_string_lossy();
            // The names of Windows have no case.
            let is = |needed: &&str| match cfg!(windows) {
                true => needed.eq_ignore_ascii_case(&name),
                false => **needed == *name,
            };
            name.starts_with("AWS_") || NEEDED.iter().any(is)
        };
        Self(std::env::vars_os().filter(passes).collect())
    }
}

/// The environment of the process.
#[derive(Debug, Clone, Default)]
pub struct ProcessEnvironment {
    /// The environment variables whose names begin with `DEPLOYER_`.
    pub variables: BTreeMap<String, String>,
    /// The names of those whose values are not UTF-8.
    pub unreadable: Vec<String>,
    /// What the functions of a flow may inherit if they run on this machine.
    pub inherited: Inherited,
    /// The folder in which the program was called.
    pub folder: PathBuf,
    /// The folder for data that can be created again; nothing is kept without one.
    pub cache: Option<PathBuf>,
    /// Whether a terminal should get plain lines only: in CI, or if it cannot move its cursor.
    pub plain: bool,
    /// Whether there is a desktop on which a browser can open.
    pub desktop: bool,
}

impl ProcessEnvironment {
    /// The environment of this process.
    #[must_use]
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the deployer's variables"
    )]
    pub fn of_process() -> Self {
        let mut variables = BTreeMap::new();
        let mut unreadable = Vec::new();
        let named = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value)))
            .filter(|(name, _)| name.starts_with("DEPLOYER_"));
        for (name, value) in named {
            match value.into_string() {
                Ok(value) => drop(variables.insert(name, value)),
                Err(_) => unreadable.push(name),
            }
        }
        // CI services set CI; terminals identify themselves in TERM, except on Windows.
        let in_ci = std::env::var("CI").is_ok_and(|ci| !matches!(ci.as_str(), "" | "0" | "false"));
        let dumb = match std::env::var("TERM") {
            Ok(term) => matches!(term.as_str(), "" | "dumb"),
            Err(_) => !cfg!(windows),
        };
        let plain = in_ci || dumb;
        // On other systems than these two, a browser without a display would use the terminal.
        let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let displays = ["DISPLAY", "WAYLAND_DISPLAY"];
        let desktop = cfg!(any(windows, target_os = "macos")) || displays.into_iter().any(is_set);
        let cache = cache_folder().map(|folder| folder.join("deployer"));
        let (inherited, folder) = (Inherited::of_process(), PathBuf::new());
        Self { variables, unreadable, inherited, folder, cache, plain, desktop }
    }

    /// The value of a variable; an empty variable counts as unset.
    #[must_use]
    pub fn variable(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }
}

/// The folder of the user's caches, as each system names it.
/// Source: XDG Base Directory Specification; Apple's File System Programming Guide; Microsoft's Known Folders.
#[expect(clippy::disallowed_methods, reason = "the folders of the user are variables")]
fn cache_folder() -> Option<PathBuf> {
    let named = |name| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    if cfg!(windows) {
        return named("LOCALAPPDATA");
    }
    if cfg!(target_os = "macos") {
        return Some(named("HOME")?.join("Library/Caches"));
    }
    named("XDG_CACHE_HOME").or_else(|| Some(named("HOME")?.join(".cache")))
}
