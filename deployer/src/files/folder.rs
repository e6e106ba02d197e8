//! Writes files into a folder of their own: all of them, or none.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::error::CommandError;
use crate::exit::Exit;

/// Where files lie until all of them are written. After a power cut it is what is left, and says so.
const UNFINISHED: &str = "unfinished";

/// A file to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its name; one in a folder of the folder has a `/` in it.
    pub name: String,
    /// Its content.
    pub content: Vec<u8>,
}

/// Why a folder was not filled.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// It has content that is not ours to mix with.
    #[error("{} is not empty; nothing was written", .0.display())]
    NotEmpty(PathBuf),
    /// The system refused.
    #[error("cannot fill the folder {}; nothing is left of the attempt", folder.display())]
    Refused {
        /// The folder.
        folder: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
}

/// Fills a folder that is empty, or that does not exist yet and whose parent does.
///
/// # Errors
/// When the folder has content, or the system refuses; then it is as it was before.
pub fn fill(folder: &Path, files: &[File]) -> Result<(), FolderError> {
    let refused = |source| FolderError::Refused { folder: folder.to_owned(), source };
    let made = make(folder)?;
    write(folder, files).map_err(|source| {
        // What cannot be removed either is not worth more words than the refusal itself.
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

/// Makes sure that the folder is there and empty; tells whether it had to be made.
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

/// Writes everything aside first, because a full disk refuses in the middle of a file.
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

/// What stands in the folder itself afterwards: files, and folders of files.
fn entries(files: &[File]) -> BTreeSet<&str> {
    files.iter().filter_map(|file| file.name.split('/').next()).collect()
}

impl From<FolderError> for CommandError {
    fn from(error: FolderError) -> Self {
        match error {
            FolderError::NotEmpty(_) => {
                Self::usage(error).hint("name a folder that is empty, or that does not exist yet")
            }
            FolderError::Refused { .. } => Self::new(Exit::Failed, error).hint(
                "the folder's parent has to exist, and you have to be allowed to write there",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A path of this test run, with nothing there.
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
    fn a_new_and_an_empty_folder_are_filled_and_a_full_one_is_not_touched() {
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
    fn files_can_stand_in_folders_of_the_folder() {
        let folder = nowhere("deep");
        fill(&folder, &[file("a"), file("tests/b"), file("tests/c")]).unwrap();
        assert_eq!(found(&folder), ["a", "tests"]);
        assert_eq!(found(&folder.join("tests")), ["b", "c"]);
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn nothing_is_left_of_an_attempt_that_failed() {
        let folder = nowhere("fail");
        // There is no folder where there is a file; what was written before must not stay.
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
