//! A copy of the crate in which mistakes are made. It is built and tested outside of the
//! repository.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::mistakes::Mistake;

/// A copy of the workspace that contains only the handler.
pub(crate) struct Sandbox {
    root: PathBuf,
}

/// The results of the simulation per test: the violated invariant and the number of schedules until
/// then, or `None` if all invariants hold.
pub(crate) struct Findings {
    pub(crate) every_overlap: Option<String>,
    pub(crate) by_chance: Option<String>,
}

impl Sandbox {
    /// Copies the current state of the crate.
    pub(crate) fn open() -> Self {
        let handler = Path::new(env!("CARGO_MANIFEST_DIR"));
        let workspace = handler.parent().expect("the crate is in a workspace");
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("it is in the target");
        let root = target.join("mutations");
        if root.join("handler").exists() {
            fs::remove_dir_all(root.join("handler")).unwrap();
        }
        fs::create_dir_all(root.join("handler")).unwrap();
        let manifest = fs::read_to_string(workspace.join("Cargo.toml")).unwrap();
        let is_members = |line: &&str| line.starts_with("members = ");
        let members = manifest.lines().find(is_members).expect("the workspace has members");
        let alone = replace_once(&manifest, members, r#"members = ["handler"]"#);
        fs::write(root.join("Cargo.toml"), alone.unwrap()).unwrap();
        for file in ["Cargo.lock", "handler/Cargo.toml"] {
            fs::copy(workspace.join(file), root.join(file)).unwrap();
        }
        for folder in ["src", "tests", "benches"] {
            copy_folder(&handler.join(folder), &root.join("handler").join(folder));
        }
        Self { root }
    }

    /// Runs the simulation with a mistake in the copy, and reverts the mistake afterwards.
    ///
    /// # Errors
    ///
    /// If the mistake cannot be made, does not compile, or makes the simulation fail without a
    /// violated invariant.
    pub(crate) fn try_out(&self, mistake: &Mistake) -> Result<Findings, String> {
        let path = self.root.join("handler").join(mistake.file);
        let before = fs::read_to_string(&path).unwrap();
        let after = replace_once(&before, mistake.old, &mistake.new)
            .map_err(|times| format!("its place was found {times} times in {}", mistake.file))?;
        fs::write(&path, after).unwrap();
        let findings = self.simulate();
        fs::write(&path, before).unwrap();
        findings
    }

    /// Runs the simulation.
    ///
    /// # Errors
    ///
    /// If the copy does not compile, or the simulation fails without a violated invariant.
    pub(crate) fn simulate(&self) -> Result<Findings, String> {
        let built = self.cargo(&["--no-run"]);
        if !built.status.success() {
            return Err(format!("it does not compile:\n{}", text(&built.stderr)));
        }
        let tested = self.cargo(&[]);
        let output = text(&tested.stdout);
        let findings = Findings {
            every_overlap: caught_by("every_overlap", &output),
            by_chance: caught_by("random_schedules", &output),
        };
        let caught = findings.every_overlap.is_some() || findings.by_chance.is_some();
        if caught == tested.status.success() {
            return Err(format!("the simulation ended in another way:\n{output}"));
        }
        Ok(findings)
    }

    fn cargo(&self, more: &[&str]) -> Output {
        Command::new(env!("CARGO"))
            .args(["test", "--offline", "--package", "handler", "--no-default-features"])
            .args(["--test", "simulation"])
            .args(more)
            .current_dir(&self.root)
            // A separate folder, because Cargo would confuse the copy with the original crate.
            .env("CARGO_TARGET_DIR", self.root.join("target"))
            .output()
            .expect("Cargo is there, for it has built this program")
    }
}

/// Replaces a text that occurs exactly once, else returns the number of occurrences.
fn replace_once(text: &str, old: &str, new: &str) -> Result<String, usize> {
    match text.matches(old).count() {
        1 => Ok(text.replacen(old, new, 1)),
        times => Err(times),
    }
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// What the first failed test of the simulation whose name begins so reports.
fn caught_by(tests: &str, output: &str) -> Option<String> {
    let mut accounts = output.split("---- ").filter(|part| part.starts_with(tests));
    let words = accounts
        .find_map(|account| account.lines().find_map(|line| line.strip_prefix("caught by ")))?;
    Some(words.to_owned())
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
