//! Writes a file atomically: readers see the old content or the new one, never a part.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::{fs, io};

use crate::error::CommandError;
use crate::exit::Exit;

/// A file cannot be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write {what}{}", path.display())]
pub struct WriteError {
    /// What it is, with a space after it, or nothing.
    pub what: &'static str,
    pub path: PathBuf,
    #[source]
    pub source: io::Error,
}

impl WriteError {
    /// The same, with what it is, such as "the picture ".
    pub fn of(self, what: &'static str) -> Self {
        Self { what, ..self }
    }
}

impl From<WriteError> for CommandError {
    fn from(error: WriteError) -> Self {
        let exit = exit(&error.source);
        Self::new(exit, error).hint(match exit {
            Exit::Usage => "name a file that you may write, in a folder that exists",
            _ => "the file is as it was; make room, or name a file in another place",
        })
    }
}

/// Whether a file with this name cannot be written, or the system could not write it.
fn exit(error: &io::Error) -> Exit {
    match error.kind() {
        io::ErrorKind::NotFound
        | io::ErrorKind::PermissionDenied
        | io::ErrorKind::IsADirectory
        | io::ErrorKind::NotADirectory
        | io::ErrorKind::InvalidFilename
        | io::ErrorKind::InvalidInput => Exit::Usage,
        _ => Exit::Failed,
    }
}

/// Creates or replaces a file. A device or a pipe is written to as it is.
/// Fails when the system refuses; a file is then unchanged.
pub fn atomic_write(path: &Path, content: &[u8]) -> Result<(), WriteError> {
    let refused = |source| WriteError { what: "", path: path.to_owned(), source };
    let there = fs::metadata(path);
    if there.as_ref().is_ok_and(|there| !there.is_file()) {
        return fs::write(path, content).map_err(refused);
    }
    // What a link leads to is replaced, not the link. A file that must not be written must not be replaced.
    let target = match there {
        Ok(_) => fs::OpenOptions::new().append(true).open(path).and_then(|_| path.canonicalize()),
        Err(_) => Ok(path.to_owned()),
    };
    let target = target.map_err(refused)?;
    let mut name = target.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.unfinished", std::process::id()));
    let temporary = target.with_file_name(name);
    let written = write(&temporary, content).and_then(|()| fs::rename(&temporary, &target));
    written.map_err(|source| {
        // The first failure is more informative than one of the cleanup.
        let _ = fs::remove_file(&temporary);
        refused(source)
    })
}

/// Some file systems report a full disk only when asked whether everything is written.
fn write(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = fs::File::create(path)?;
    file.write_all(content)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_written_whole_or_stays_as_it_is() {
        let folder = std::env::temp_dir().join(format!("deployer-{}-atomic", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let file = folder.join("a");
        atomic_write(&file, b"one").unwrap();
        atomic_write(&file, b"two").unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "two");
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
        let error = CommandError::from(atomic_write(&folder.join("b/c"), b"").unwrap_err());
        assert_eq!(error.exit, Exit::Usage);
        fs::remove_dir_all(&folder).unwrap();
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_device_is_a_failure_and_a_link_stays_a_link() {
        let error = CommandError::from(atomic_write(Path::new("/dev/full"), b"x").unwrap_err());
        assert_eq!(error.exit, Exit::Failed);
        assert!(error.causes()[0].starts_with("No space left on device"), "{error:?}");
        let folder = std::env::temp_dir().join(format!("deployer-{}-link", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let (file, link) = (folder.join("file"), folder.join("link"));
        fs::write(&file, "old").unwrap();
        std::os::unix::fs::symlink("file", &link).unwrap();
        atomic_write(&link, b"new").unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(&file).unwrap(), "new");
        fs::remove_dir_all(&folder).unwrap();
    }
}
