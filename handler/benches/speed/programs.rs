//! The compared programs, built as for Lambda, but for this machine.

use std::fs;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// The measured programs.
pub(crate) struct Programs {
    /// The folder for output of the benchmark.
    pub(crate) folder: PathBuf,
    pub(crate) bootstrap: PathBuf,
    pub(crate) floor: PathBuf,
}

impl Programs {
    /// Builds the programs, except for a handler that is ready, in the target folder of the
    /// benchmark.
    pub(crate) fn build(ready: Option<PathBuf>) -> Self {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let bootstrap = match ready {
            // Cargo runs benchmarks in the folder of the package, but the path is relative to the
            // workspace.
            Some(path) => workspace.join(path),
            None => bootstrap(workspace, folder.parent().unwrap()),
        };
        Self { bootstrap, floor: floor(workspace, &folder), folder }
    }
}

fn bootstrap(workspace: &Path, target: &Path) -> PathBuf {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--profile", "lambda", "--locked", "--package", "handler"]);
    cargo.args(["--bin", "bootstrap", "--target-dir"]).arg(target).current_dir(workspace);
    run(&mut cargo);
    target.join("lambda/bootstrap")
}

/// Calls rustc directly, because Cargo would build all dependencies of the tests again.
fn floor(workspace: &Path, folder: &Path) -> PathBuf {
    let program = folder.join("floor");
    let mut rustc = Command::new("rustc");
    rustc.args(["--edition", "2024", "-C", "opt-level=z", "-C", "lto=fat"]);
    rustc.args(["-C", "codegen-units=1", "-C", "panic=abort", "-C", "strip=symbols", "-o"]);
    rustc.arg(&program).arg(workspace.join("handler/examples/floor.rs"));
    run(&mut rustc);
    program
}

fn run(command: &mut Command) {
    let status = command.status().unwrap_or_else(|fault| panic!("{command:?}: {fault}"));
    assert!(status.success(), "{command:?} ended with {status}");
}

/// The sizes of a program and of its zip in bytes, with the compression of the deployer.
pub(crate) fn sizes(program: &Path) -> (usize, usize) {
    let bytes = fs::read(program).unwrap();
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("bootstrap", SimpleFileOptions::default().compression_level(Some(9))).unwrap();
    zip.write_all(&bytes).unwrap();
    (bytes.len(), zip.finish().unwrap().into_inner().len())
}
