//! Writes a file so that whoever looks finds the old one or the new one, and never a part.

use std::fs;
use std::io;
use std::path::Path;

/// Replaces a file, or makes it.
///
/// # Errors
/// When the system refuses; then the file is as it was before.
pub fn atomic_write(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.unfinished", std::process::id()));
    let temporary = path.with_file_name(name);
    let written = fs::write(&temporary, content).and_then(|()| fs::rename(&temporary, path));
    if written.is_err() {
        // What cannot be removed either is not worth more words than the refusal itself.
        let _ = fs::remove_file(&temporary);
    }
    written
}
