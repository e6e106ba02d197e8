//! A copy of the workspace that has all mutants.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::schema::{self, Mutant};

/// The module that says which mutant is active, in the copy only.
const SWITCH: &str = include_str!("switch.rs.txt");

const SWITCHED: &str = "\nmod mutant;\n";
const SWITCHED_IN_THE_BUILD: &str = "\n#[path = \"src/mutant.rs\"]\nmod mutant;\n";

pub(crate) struct Sandbox {
    root: PathBuf,
    /// The tests of the library, and the console sessions.
    pub(crate) programs: [PathBuf; 2],
    stderr: String,
    built: bool,
}

impl Sandbox {
    /// Copies the files that Git knows, and mutates those of some folders.
    pub(crate) fn open(folders: &[String], unviable: &[u32]) -> (Self, Vec<Mutant>) {
        let workspace =
            Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("it is in a workspace");
        let root = workspace.join("target/mutants");
        let mut mutants = Vec::new();
        for (index, file) in files(workspace).into_iter().enumerate() {
            let Ok(text) = fs::read(workspace.join(&file)) else { continue };
            let mutable = file.strip_prefix("deployer/src/").filter(|name| {
                let folder = name.split('/').next().unwrap_or_default();
                name.ends_with(".rs")
                    && !name.ends_with("_tests.rs")
                    && folders.iter().any(|one| one == folder)
            });
            let text = match mutable {
                Some(name) => {
                    let text = String::from_utf8(text).expect("source is UTF-8");
                    // Numbers stay the same when mutants are left out.
                    let last = 1000 * u32::try_from(index).expect("there are not so many files");
                    let (text, more) = schema::mutate(name, &text, last, unviable);
                    mutants.extend(more);
                    text.into_bytes()
                }
                None => text,
            };
            let more = match file.as_str() {
                "deployer/src/lib.rs" => SWITCHED,
                // The build script has some of the files too.
                "deployer/build.rs" => SWITCHED_IN_THE_BUILD,
                _ => "",
            };
            let text = [&text[..], more.as_bytes()].concat();
            write(&root.join("tree").join(&file), &text);
        }
        let switch = SWITCH.replace("FOLDER", root.to_str().expect("the folder's name is UTF-8"));
        write(&root.join("tree/deployer/src/mutant.rs"), switch.as_bytes());
        let mut sandbox =
            Self { root, programs: Default::default(), stderr: String::new(), built: false };
        // The build script must not run with a mutant.
        sandbox.turn_on(0);
        sandbox.compile();
        (sandbox, mutants)
    }

    fn compile(&mut self) {
        let built = Command::new("cargo")
            .args(["test", "--locked", "--workspace", "--lib", "--test", "console", "--no-run"])
            .args(["--color", "never"])
            .current_dir(self.root.join("tree"))
            // A separate folder, because Cargo would confuse the copy with the workspace.
            .env("CARGO_TARGET_DIR", self.root.join("target"))
            .output()
            .expect("Cargo is there");
        self.stderr = String::from_utf8_lossy(&built.stderr).into_owned();
        self.built = built.status.success();
        let program = |name: &str| {
            let mut lines = self.stderr.lines().filter(|line| line.contains("Executable"));
            let line = lines.find(|line| line.contains(&format!("/deps/{name}-")));
            let path = line.and_then(|line| line.split(['(', ')']).nth(1)).unwrap_or_default();
            // A copy, because Cargo builds others of the same name.
            let copy = self.root.join(name);
            fs::copy(self.root.join("tree").join(path), &copy).expect("the target can be written");
            copy
        };
        if self.built {
            self.programs = [program("deployer"), program("console")];
        }
    }

    /// Whether everything compiled, or else the mutants that did not.
    pub(crate) fn build(&self) -> Result<(), Vec<u32>> {
        if self.built {
            return Ok(());
        }
        let mut found: Vec<u32> = Vec::new();
        let mut is_error = false;
        for line in self.stderr.lines() {
            if line.starts_with("error") || line.starts_with("warning") {
                is_error = line.starts_with("error");
            }
            let place = line.trim_start().strip_prefix("--> ").filter(|_| is_error);
            found.extend(place.and_then(|place| self.mutant_at(place)));
        }
        found.sort_unstable();
        found.dedup();
        assert!(!found.is_empty(), "the copy does not compile:\n{}", self.stderr);
        Err(found)
    }

    /// The mutant whose condition is on a line or closest above it.
    fn mutant_at(&self, place: &str) -> Option<u32> {
        let mut parts = place.split(':');
        let (file, line) = (parts.next()?, parts.next()?.parse::<usize>().ok()?);
        let text = fs::read_to_string(self.root.join("tree").join(file)).ok()?;
        let above: Vec<&str> = text.lines().take(line).collect();
        let (_, rest) = above.iter().rev().find_map(|line| line.rsplit_once("mutant::is("))?;
        rest.split("u32").next()?.parse().ok()
    }

    /// The folder that tests start in.
    pub(crate) fn package(&self) -> PathBuf {
        self.root.join("tree/deployer")
    }

    /// Turns on one mutant. 0 is none, and [`u32::MAX`] records which are reached.
    pub(crate) fn turn_on(&self, number: u32) {
        fs::write(self.root.join("active"), number.to_string()).expect("the target can be written");
    }

    /// Returns and forgets what was recorded: a mutant and a test on each line.
    pub(crate) fn reached(&self) -> String {
        let file = self.root.join("reached");
        let found = fs::read_to_string(&file).unwrap_or_default();
        let _ = fs::remove_file(file);
        found
    }
}

fn files(workspace: &Path) -> Vec<String> {
    let listed =
        Command::new("git").arg("ls-files").current_dir(workspace).output().expect("Git is there");
    String::from_utf8_lossy(&listed.stdout).lines().map(str::to_owned).collect()
}

/// Leaves a file alone that is right already, so that Cargo does not build it again.
fn write(path: &Path, text: &[u8]) {
    if fs::read(path).is_ok_and(|there| there == text) {
        return;
    }
    fs::create_dir_all(path.parent().expect("it is in a folder"))
        .expect("the target can be written");
    fs::write(path, text).expect("the target can be written");
}
