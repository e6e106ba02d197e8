//! Writes files into a new or empty folder: all of them, or none.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{fs, io};

use crate::error::CommandError;
use crate::exit::Exit;

/// The folder for files until all of them are written. It remains after a power failure, and its
/// name indicates why.
const UNFINISHED: &str = "unfinished";

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// The path in the folder, with `/` as separator.
    pub name: String,
    pub content: Vec<u8>,
}

#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// The folder has content, which must not be mixed with new files.
    #[error("{} is not empty; nothing was written", .0.display())]
    NotEmpty(PathBuf),
    #[error("cannot write the folder {}; no files were left behind", folder.display())]
    Refused {
        folder: PathBuf,
        #[source]
        source: io::Error,
    },
}

/// Fills a folder that is empty, or that does not exist but whose parent does.
/// Fails when the folder has content, or the system refuses; the folder is then unchanged.
pub fn fill(folder: &Path, files: &[File]) -> Result<(), FolderError> {
    let refused = |source| FolderError::Refused { folder: folder.to_owned(), source };
    let made = make(folder)?;
    write(folder, files).map_err(|source| {
        // The first failure is more informative than one of the cleanup.
        let _ = fs::remove_dir_all(folder.join(UNFINISHED));
        for name in entries(files) {
            let path = folder.join(name);
            let _ = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
        }
        if made {
            let _ = fs::remove_dir(folder);
        }
        refused(source)
    })
}

/// Ensures that the folder exists and is empty; returns whether it was created.
fn make(folder: &Path) -> Result<bool, FolderError> {
    let refused = |source| FolderError::Refused { folder: folder.to_owned(), source };
    match fs::read_dir(folder) {
        Ok(mut entries) => match entries.next() {
            None => Ok(false),
            Some(_) => Err(FolderError::NotEmpty(folder.to_owned())),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            fs::create_dir(folder).map_err(refused)?;
            Ok(true)
        }
        Err(error) => Err(refused(error)),
    }
}

/// Writes everything to a temporary folder first, because a full disk can fail in the middle of a
/// file.
fn write(folder: &Path, files: &[File]) -> io::Result<()> {
    let aside = folder.join(UNFINISHED);
    fs::create_dir(&aside)?;
    for file in files {
        let path = aside.join(&file.name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(path, &file.content)?;
    }
    for name in entries(files) {
        fs::rename(aside.join(name), folder.join(name))?;
    }
    fs::remove_dir(aside)
}

/// The resulting entries of the folder itself: files, and folders of files.
fn entries(files: &[File]) -> BTreeSet<&str> {
    files.iter().filter_map(|file| file.name.split('/').next()).collect()
}

impl From<FolderError> for CommandError {
    fn from(error: FolderError) -> Self {
        match error {
            FolderError::NotEmpty(_) => {
                Self::usage(error).hint("name an empty folder, or one that does not exist yet")
            }
            FolderError::Refused { ref source, .. } => {
                let hint = match source.kind() {
                    io::ErrorKind::NotFound | io::ErrorKind::PermissionDenied => {
                        "the parent folder must exist, and you need permission to write to it"
                    }
                    _ => "free disk space, or name a folder in another place",
                };
                Self::new(Exit::Failed, error).hint(hint)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A path for this test run at which nothing exists.
    fn nowhere(name: &str) -> PathBuf {
        let path = std::env::temp_dir().join(format!("deployer-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        path
    }

    fn file(name: &str) -> File {
        File { name: name.to_owned(), content: name.as_bytes().to_vec() }
    }

    fn found(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn new_and_empty_folders_are_filled_and_others_are_not_touched() {
        let folder = nowhere("fill");
        fill(&folder, &[file("a"), file("b")]).unwrap();
        assert_eq!(found(&folder), ["a", "b"]);
        assert!(matches!(fill(&folder, &[file("c")]), Err(FolderError::NotEmpty(_))));
        assert_eq!(found(&folder), ["a", "b"]);
        for name in ["a", "b"] {
            fs::remove_file(folder.join(name)).unwrap();
        }
        fill(&folder, &[file("c")]).unwrap();
        assert_eq!(fs::read_to_string(folder.join("c")).unwrap(), "c");
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn files_can_be_in_subfolders() {
        let folder = nowhere("deep");
        fill(&folder, &[file("a"), file("tests/b"), file("tests/c")]).unwrap();
        assert_eq!(found(&folder), ["a", "tests"]);
        assert_eq!(found(&folder.join("tests")), ["b", "c"]);
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_failed_attempt_leaves_nothing_behind() {
        let folder = nowhere("fail");
        // A file cannot also be a folder; files written before the failure must not remain.
        let files = [file("a"), file("b/c"), file("a/d")];
        assert!(matches!(fill(&folder, &files), Err(FolderError::Refused { .. })));
        assert!(!folder.exists());
        fs::create_dir(&folder).unwrap();
        assert!(matches!(fill(&folder, &files), Err(FolderError::Refused { .. })));
        assert_eq!(found(&folder), [""; 0]);
        fs::remove_dir(&folder).unwrap();
        assert!(matches!(fill(&folder.join("child"), &[]), Err(FolderError::Refused { .. })));
    }
}
