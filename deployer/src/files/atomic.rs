//! Writes a file atomically: readers see the old content or the new one, never a part.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::{fs, io};

use crate::error::CommandError;
use crate::exit::Exit;

/// The name of a file next to its target until it is complete. It remains after a power failure,
/// and its name indicates why.
const UNFINISHED: &str = "unfinished";

/// The name of the previous content until all files of a group are replaced.
const PREVIOUS: &str = "previous";

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
            Exit::Usage => "name a writable file in an existing folder",
            _ => "the file is unchanged; free disk space, or name a file in another place",
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

/// Creates or replaces a file. Devices and pipes are written to directly.
/// Fails when the system refuses; a file is then unchanged.
pub fn atomic_write(path: &Path, content: &[u8]) -> Result<(), WriteError> {
    atomic_write_all(&[(path, content)])
}

/// Creates or replaces several files: all of them are written to temporary files before the first
/// is replaced.
/// Fails when the system refuses one of them; all of them are then unchanged.
pub fn atomic_write_all(files: &[(&Path, &[u8])]) -> Result<(), WriteError> {
    let mut prepared: Vec<Prepared<'_>> = Vec::new();
    let written = prepare(files, &mut prepared).and_then(|()| replace(&mut prepared));
    prepared.iter().for_each(Prepared::clean);
    written
}

fn prepare<'a>(
    files: &[(&'a Path, &'a [u8])],
    prepared: &mut Vec<Prepared<'a>>,
) -> Result<(), WriteError> {
    for (path, content) in files {
        let refused = |source| WriteError { what: "", path: (*path).to_owned(), source };
        let file = Prepared::new(path, content).map_err(refused)?;
        if prepared.iter().any(|other| other.target == file.target) {
            let same = io::Error::new(io::ErrorKind::InvalidInput, "two files have the same name");
            return Err(refused(same));
        }
        prepared.push(file);
        prepared.last().map_or(Ok(()), Prepared::write_aside).map_err(refused)?;
    }
    Ok(())
}

fn replace(prepared: &mut [Prepared<'_>]) -> Result<(), WriteError> {
    let keep = prepared.len() > 1;
    for at in 0..prepared.len() {
        if let Err(source) = prepared[at].replace(keep) {
            let path = prepared[at].path.to_owned();
            prepared[..at].iter().for_each(Prepared::put_back);
            return Err(WriteError { what: "", path, source });
        }
    }
    Ok(())
}

/// A file that is about to be replaced.
struct Prepared<'a> {
    path: &'a Path,
    content: &'a [u8],
    /// The file that the path leads to.
    target: PathBuf,
    /// What exists there; `None` if nothing does.
    there: Option<fs::Metadata>,
}

impl<'a> Prepared<'a> {
    /// The target of a link is replaced, not the link. A file that is not writable is not replaced.
    fn new(path: &'a Path, content: &'a [u8]) -> io::Result<Self> {
        let there = fs::metadata(path).ok();
        if there.as_ref().is_some_and(fs::Metadata::is_file) {
            fs::OpenOptions::new().append(true).open(path)?;
        }
        let target = if there.is_some() { path.canonicalize()? } else { path.to_owned() };
        Ok(Self { path, content, target, there })
    }

    fn is_device(&self) -> bool {
        self.there.as_ref().is_some_and(|there| !there.is_file())
    }

    /// A name next to the target.
    fn beside(&self, what: &str) -> PathBuf {
        let mut name = self.target.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{}.{what}", std::process::id()));
        self.target.with_file_name(name)
    }

    fn write_aside(&self) -> io::Result<()> {
        if self.is_device() {
            return Ok(());
        }
        let aside = self.beside(UNFINISHED);
        write(&aside, self.content)?;
        match &self.there {
            Some(there) => fs::set_permissions(&aside, there.permissions()),
            None => Ok(()),
        }
    }

    /// `keep` keeps the previous content until the other files are replaced, too.
    fn replace(&self, keep: bool) -> io::Result<()> {
        if self.is_device() {
            return fs::write(self.path, self.content);
        }
        if keep && self.there.is_some() {
            fs::copy(&self.target, self.beside(PREVIOUS))?;
        }
        fs::rename(self.beside(UNFINISHED), &self.target)
    }

    /// After another file failed. That failure is more informative than one of the cleanup.
    fn put_back(&self) {
        let _ = match (&self.there, self.is_device()) {
            (_, true) => Ok(()),
            (Some(_), _) => fs::rename(self.beside(PREVIOUS), &self.target),
            (None, _) => fs::remove_file(&self.target),
        };
    }

    fn clean(&self) {
        if !self.is_device() {
            let _ = fs::remove_file(self.beside(UNFINISHED));
            let _ = fs::remove_file(self.beside(PREVIOUS));
        }
    }
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

    #[test]
    fn of_several_files_all_are_written_or_none() {
        let folder = std::env::temp_dir().join(format!("deployer-{}-group", std::process::id()));
        fs::create_dir_all(folder.join("folder")).unwrap();
        let path = |name: &str| folder.join(name);
        let (one, new, bad) = (path("one"), path("new"), path("missing/file"));
        fs::write(&one, "old").unwrap();
        for bad in [&bad, &path("folder"), &one] {
            let files: [(&Path, &[u8]); 3] = [(&one, b"1"), (&new, b"2"), (bad, b"3")];
            assert!(atomic_write_all(&files).is_err());
            assert_eq!(fs::read_to_string(&one).unwrap(), "old");
            assert_eq!(fs::read_dir(&folder).unwrap().count(), 2, "{bad:?}");
        }
        atomic_write_all(&[(&one, b"1"), (&new, b"2")]).unwrap();
        assert_eq!(fs::read_to_string(&one).unwrap(), "1");
        assert_eq!(fs::read_to_string(&new).unwrap(), "2");
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 3);
        fs::remove_dir_all(&folder).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn a_replaced_file_keeps_its_permissions() {
        use std::os::unix::fs::PermissionsExt;
        let file = std::env::temp_dir().join(format!("deployer-{}-mode", std::process::id()));
        fs::write(&file, "old").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
        atomic_write(&file, b"new").unwrap();
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        fs::remove_file(&file).unwrap();
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
