//! Installs programs from PyPI, such as the emulator, into private virtual environments under the
//! target folder.
//!
//! Packages are pinned and hashed in a `requirements.txt`; the folder's name contains a digest of
//! that file, so a new pin gets a new folder. Nothing outside the target folder is touched.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use sha2::{Digest, Sha256};

use super::Trouble;

/// Packages from PyPI, with the hash of every file.
pub(crate) struct Requirements {
    /// The file that pip reads.
    pub(crate) file: &'static str,
    /// Its content.
    pub(crate) text: &'static str,
    /// The modules that Python can import once they are installed, separated by commas.
    pub(crate) modules: &'static str,
}

pub(super) const EMULATOR: Requirements = Requirements {
    file: concat!(env!("CARGO_MANIFEST_DIR"), "/tests/emulator/requirements.txt"),
    text: include_str!("requirements.txt"),
    modules: "ministack, microburst",
};

/// Written last, so that an interrupted installation is not taken for a finished one.
const MARKER: &str = "installed";

/// The Python interpreter of the environment with the packages, which are installed first if
/// missing. If two processes need them at the same time, one installs and the other waits.
pub(crate) fn python(folder: &Path, requirements: &Requirements) -> Result<PathBuf, Trouble> {
    let doing = |what: &str| format!("cannot {what} in {}", folder.display());
    fs::create_dir_all(folder).map_err(|cause| Trouble::of(doing("make a folder"), cause))?;
    let lock = File::create(folder.join("install.lock"))
        .map_err(|cause| Trouble::of(doing("make a lock"), cause))?;
    lock.lock().map_err(|cause| Trouble::of(doing("lock"), cause))?;

    let environment = folder.join(format!("venv-{}", digest(requirements.text)));
    let python = interpreter(&environment);
    if works(&environment, &python, requirements.modules) {
        return Ok(python);
    }
    if environment.exists() {
        fs::remove_dir_all(&environment)
            .map_err(|cause| Trouble::of(doing("remove a half-made environment"), cause))?;
    }
    make_environment(&environment)?;
    install(&python, requirements.file)?;
    fs::write(environment.join(MARKER), requirements.text)
        .map_err(|cause| Trouble::of(doing("write"), cause))?;
    Ok(python)
}

fn digest(text: &str) -> String {
    Sha256::digest(text).iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}

/// Whether the environment is complete. After an upgrade of Python, it is not.
fn works(environment: &Path, python: &Path, modules: &str) -> bool {
    environment.join(MARKER).exists()
        && Command::new(python)
            .args(["-c", &format!("import {modules}")])
            .output()
            .is_ok_and(|output| output.status.success())
}

fn interpreter(environment: &Path) -> PathBuf {
    if cfg!(windows) {
        environment.join("Scripts").join("python.exe")
    } else {
        environment.join("bin").join("python")
    }
}

fn make_environment(environment: &Path) -> Result<(), Trouble> {
    let system = system_python()?;
    run(
        Command::new(system).args(["-m", "venv", "--clear"]).arg(environment),
        "Python cannot make a virtual environment. On Debian and Ubuntu: apt install python3-venv",
    )
}

fn install(python: &Path, file: &str) -> Result<(), Trouble> {
    run(
        Command::new(python)
            .args(["-m", "pip", "install", "--quiet", "--no-input"])
            .args(["--disable-pip-version-check", "--no-deps"])
            .args(["--require-hashes", "--only-binary", ":all:"])
            .args(["--requirement", file]),
        "pip cannot install what is needed from PyPI; it needs the network once",
    )
}

/// The first of the usual names that is Python 3.10 or later.
fn system_python() -> Result<&'static str, Trouble> {
    ["python3", "python"]
        .into_iter()
        .find(|name| {
            Command::new(name)
                .args(["-c", "import sys; sys.exit(sys.version_info < (3, 10))"])
                .output()
                .is_ok_and(|output| output.status.success())
        })
        .ok_or_else(|| {
            Trouble::new(
                "no Python 3.10 or later was found, and the AWS emulator is a Python program. \
                 On Debian and Ubuntu: apt install python3 python3-venv; elsewhere: python.org",
            )
        })
}

/// Runs a command to its end; its output is reported only if it failed.
fn run(command: &mut Command, advice: &str) -> Result<(), Trouble> {
    let output = match command.output() {
        Ok(output) if output.status.success() => return Ok(()),
        Ok(output) => output,
        Err(cause) => return Err(Trouble::of(advice, cause)),
    };
    let printed = [output.stdout, output.stderr].concat();
    let printed = String::from_utf8_lossy(&printed).trim().to_owned();
    Err(Trouble::of(advice, io::Error::other(printed)))
}
