//! Writes a file atomically: readers see the old content or the new one, never a part.

use std::path::Path;
use std::{fs, io};

/// Creates or replaces a file.
/// Fails when the system refuses; the file is then unchanged.
pub fn atomic_write(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.unfinished", std::process::id()));
    let temporary = path.with_file_name(name);
    let written = fs::write(&temporary, content).and_then(|()| fs::rename(&temporary, path));
    if written.is_err() {
        // The first failure is more informative than one of the cleanup.
        let _ = fs::remove_file(&temporary);
    }
    written
}
