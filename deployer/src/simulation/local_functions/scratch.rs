//! A temporary folder that is removed with its value.

use std::env::temp_dir;
use std::fs::{DirBuilder, remove_dir_all};
use std::io;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};

/// How many names are tried: a process that was killed leaves its folders, and its id comes again.
const NAMES: u32 = 1000;

/// Counts the folders of this process.
static MADE: AtomicU32 = AtomicU32::new(0);

/// A folder that only this user can read.
#[derive(Debug)]
pub(super) struct Scratch(PathBuf);

impl Scratch {
    /// A new, empty folder.
    pub(super) fn new() -> io::Result<Self> {
        let mut builder = DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        for _ in 0..NAMES {
            let nth = MADE.fetch_add(1, Ordering::Relaxed);
            let path = temp_dir().join(format!("deployer-function-{}-{nth}", process::id()));
            match builder.create(&path) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                created => return created.map(|()| Self(path)),
            }
        }
        Err(io::Error::from(io::ErrorKind::AlreadyExists))
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What cannot be removed is left to the system, as all in its folder for temporary files.
        drop(remove_dir_all(&self.0));
    }
}
