//! Lambda packages: the handler of this machine, and any other zip.

use std::fs;
use std::io::{Cursor, Write};
use std::path::PathBuf;
use std::process::Command;

use tokio::sync::OnceCell;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::emulator::{Emulator, Trouble, cargo};

/// The handler, as cargo built it and as a zip. All tests but one use the zip, because the tested
/// deployer is a debug build and takes a second to compress it.
pub(crate) struct Handler {
    pub(crate) program: PathBuf,
    pub(crate) zip: PathBuf,
}

static HANDLER: OnceCell<Handler> = OnceCell::const_new();

/// The handler for this machine, built as `cargo test --workspace` builds it, and stripped if
/// `strip` is available: each test uploads it.
pub(crate) async fn handler(emulator: &Emulator) -> Result<&'static Handler, Trouble> {
    HANDLER.get_or_try_init(|| build(emulator)).await
}

async fn build(emulator: &Emulator) -> Result<Handler, Trouble> {
    let mut arguments = vec!["test", "--workspace", "--no-run", "--test", "bootstrap"];
    if !cfg!(debug_assertions) {
        arguments.push("--release");
    }
    let built = cargo::executable(&arguments, "bootstrap").await?;
    let stripped = emulator.scratch.join("bootstrap");
    let strip = Command::new("strip").arg("-o").args([&stripped, &built]).status();
    let program = if strip.is_ok_and(|status| status.success()) { stripped } else { built };
    let bytes = fs::read(&program).map_err(|cause| Trouble::of("cannot read", cause))?;
    let zip = emulator.scratch.join("handler.zip");
    fs::write(&zip, zipped(&[("bootstrap", &bytes)]))
        .map_err(|cause| Trouble::of("cannot write", cause))?;
    Ok(Handler { program, zip })
}

/// A zip of programs.
pub(crate) fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        zip.start_file(*name, SimpleFileOptions::default().unix_permissions(0o755))
            .and_then(|()| Ok(zip.write_all(content)?))
            .expect("memory takes every byte");
    }
    let bytes = zip.finish().expect("memory takes every byte");
    bytes.into_inner()
}
