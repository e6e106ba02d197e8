//! The programs that are compared, built as they are for Lambda, but for this machine.

use std::fs;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// What is measured.
pub(crate) struct Programs {
    /// Where the benchmark may write.
    pub(crate) folder: PathBuf,
    pub(crate) bootstrap: PathBuf,
    pub(crate) floor: PathBuf,
}

impl Programs {
    /// Builds what is not ready, in the target folder that the benchmark was built in.
    pub(crate) fn build(ready: Option<PathBuf>) -> Self {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let bootstrap = match ready {
            // Cargo runs benchmarks in the package's folder, but nobody means that.
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

/// By hand, because Cargo would build all that tests depend on once more for it.
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

/// The bytes of a program and of its zip, as small as the deployer makes it.
pub(crate) fn sizes(program: &Path) -> (usize, usize) {
    let bytes = fs::read(program).unwrap();
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("bootstrap", SimpleFileOptions::default().compression_level(Some(9))).unwrap();
    zip.write_all(&bytes).unwrap();
    (bytes.len(), zip.finish().unwrap().into_inner().len())
}
