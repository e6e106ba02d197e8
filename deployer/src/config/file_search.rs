//! Finding `deployer.yaml`: in the working folder, or in a parent folder.

use std::path::{Path, PathBuf};

use strsim::damerau_levenshtein;

use crate::error::{CommandError, Sentence};
use crate::finding::Finding;

/// The usual name of the file.
pub const FILE_NAME: &str = "deployer.yaml";
/// The names of the file, the usual one first.
const NAMES: [&str; 2] = [FILE_NAME, "deployer.yml"];

/// The file that applies in a folder, which is the current one if the path is empty. The search ends
/// at the top of a Git repository.
/// Fails when a folder has the file under both names, or the file in a parent folder belongs to
/// someone else.
pub(super) fn find(folder: &Path) -> Result<Option<PathBuf>, CommandError> {
    Ok(upward(folder, in_folder)?.map(|(file, _)| file))
}

/// The nearest folder that has a file of one of these names, and how many folders it is above the given one.
/// Fails when that file is in a parent folder, and belongs to someone else.
pub(super) fn folder_with(
    names: &[&str],
    folder: &Path,
) -> Result<Option<(PathBuf, usize)>, CommandError> {
    let found = upward(folder, |folder| {
        Ok(names.iter().map(|name| folder.join(name)).find(|file| file.is_file()))
    })?;
    Ok(found.map(|(file, up)| (file.parent().unwrap_or(Path::new("")).to_owned(), up)))
}

/// What is found in a folder or in its nearest parent folder, and how many folders above.
fn upward(
    folder: &Path,
    look: impl Fn(&Path) -> Result<Option<PathBuf>, CommandError>,
) -> Result<Option<(PathBuf, usize)>, CommandError> {
    let here = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    // Without the folder's own path, relative paths would end at the current folder.
    let Ok(whole) = std::fs::canonicalize(here) else { return Ok(None) };
    for (up, ancestor) in whole.ancestors().enumerate() {
        let shown = match up {
            0 => folder.to_owned(),
            _ if folder.as_os_str().is_empty() => std::iter::repeat_n("..", up).collect(),
            _ => ancestor.to_owned(),
        };
        if let Some(file) = look(&shown)? {
            if up > 0 && !is_of_same_owner(&file, &whole) {
                return Err(of_someone_else(&file));
            }
            return Ok(Some((file, up)));
        }
        if ancestor.join(".git").exists() {
            break;
        }
    }
    Ok(None)
}

/// A warning for each file of a folder whose name is almost that of the file, and which is not read.
pub(super) fn strays(folder: &Path) -> Vec<Finding> {
    let here = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let entries = std::fs::read_dir(here).into_iter().flatten().flatten();
    let mut names: Vec<String> =
        entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort();
    let is_stray = |name: &&String| is_almost(name) && folder.join(name).is_file();
    let finding = |name: &String| {
        let sentence = "this file is ignored: a settings file is called deployer.yaml";
        let place = folder.join(name).display().to_string();
        Finding::warning("unknown-file", place, sentence)
            .fix(format!("did you mean `{FILE_NAME}`?"))
    };
    names.iter().filter(is_stray).map(finding).collect()
}

/// Whether a name is not the file's, but almost: in capitals, with another ending, with a typing
/// error.
fn is_almost(name: &str) -> bool {
    let lower = name.to_lowercase();
    let plain = lower.strip_suffix(".txt").unwrap_or(&lower);
    let Some((stem, ending)) = plain.rsplit_once('.') else { return plain == "deployer" };
    // `deployed.yaml` is another word.
    let is_slip = || {
        stem.starts_with('d') && stem.ends_with('r') && damerau_levenshtein(stem, "deployer") == 1
    };
    !NAMES.contains(&name)
        && matches!(ending, "yaml" | "yml" | "json" | "toml")
        && (matches!(stem, "deploy" | "deployer") || is_slip())
}

fn in_folder(folder: &Path) -> Result<Option<PathBuf>, CommandError> {
    let [usual, other] = NAMES.map(|name| folder.join(name));
    match (usual.is_file(), other.is_file()) {
        (true, true) => {
            let sentence = format!(
                "there are both {} and {}; remove one of them",
                usual.display(),
                other.display()
            );
            Err(CommandError::usage(Sentence(sentence)))
        }
        (true, false) => Ok(Some(usual)),
        (false, true) => Ok(Some(other)),
        (false, false) => Ok(None),
    }
}

fn of_someone_else(file: &Path) -> CommandError {
    let is_settings = NAMES.iter().any(|name| file.ends_with(name));
    let folder = file.parent().unwrap_or(file).display();
    let file = file.display();
    let sentence =
        format!("{file} belongs to a different user than the working folder, and is not used");
    CommandError::usage(Sentence(sentence)).hint(match is_settings {
        true => format!(
            "if you trust the file, name it with --config {file}; otherwise use your own \
             deployer.yaml"
        ),
        false => format!(
            "if you trust the flow, name it with --flow {folder}; otherwise name another flow"
        ),
    })
}

/// In a folder that many users may write to, such as /tmp, another user could choose what is
/// deployed.
#[cfg(unix)]
fn is_of_same_owner(file: &Path, folder: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let owner = |path: &Path| std::fs::metadata(path).map(|metadata| metadata.uid()).ok();
    owner(file) == owner(folder)
}

/// Elsewhere, no folder above the user's own is open to everyone.
#[cfg(not(unix))]
fn is_of_same_owner(_: &Path, _: &Path) -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("deployer-{}-{name}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(folder.join("a/b")).unwrap();
        std::fs::canonicalize(folder).unwrap()
    }

    #[test]
    fn the_nearest_file_is_found_up_to_the_top_of_the_repository() {
        let top = folder("search");
        std::fs::write(top.join("deployer.yml"), "").unwrap();
        assert_eq!(find(&top.join("a/b")).unwrap(), Some(top.join("deployer.yml")));
        std::fs::write(top.join("a/deployer.yaml"), "").unwrap();
        assert_eq!(find(&top.join("a/b")).unwrap(), Some(top.join("a/deployer.yaml")));
        std::fs::create_dir(top.join("a/b/.git")).unwrap();
        assert_eq!(find(&top.join("a/b")).unwrap(), None);
        std::fs::remove_dir_all(top).unwrap();
    }

    #[test]
    fn a_name_that_is_almost_right_is_found() {
        for name in [
            "Deployer.yaml",
            "deployer.YAML",
            "deployer.yaml.txt",
            "deployer.json",
            "deploy.yaml",
            "deploer.yml",
            "deployer.txt",
        ] {
            assert!(is_almost(name), "{name}");
        }
        for name in [
            "deployer.yaml",
            "deployer.yml",
            "deployment.yaml",
            "employer.yaml",
            "deployed.yaml",
            "a.yaml",
            "deployer.rs",
        ] {
            assert!(!is_almost(name), "{name}");
        }
    }

    #[test]
    fn two_files_in_one_folder_are_refused() {
        let top = folder("both");
        for name in NAMES {
            std::fs::write(top.join(name), "").unwrap();
        }
        let error = find(&top.join("a")).unwrap_err();
        assert!(error.source.to_string().contains("remove one of them"));
        std::fs::remove_dir_all(top).unwrap();
    }
}
