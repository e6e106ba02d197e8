//! Reports which files were saved while the program runs.
//!
//! It polls their times and sizes, which works on every system and every file system.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use tokio::time::sleep;

/// The time between two polls, too short to notice.
const INTERVAL: Duration = Duration::from_millis(300);
/// How deep folders are searched.
const DEEPEST: usize = 8;

/// When a file was written, and how long it is.
type Mark = (Option<SystemTime>, u64);

/// Files, and their marks at the last poll.
#[derive(Debug)]
pub struct FileWatcher {
    /// Files, and folders of files.
    paths: Vec<PathBuf>,
    seen: BTreeMap<PathBuf, Mark>,
}

impl FileWatcher {
    /// These files, and those in these folders, as they are now.
    pub fn new(paths: Vec<PathBuf>) -> Self {
        let seen = look(&paths);
        Self { paths, seen }
    }

    /// Watches these files and folders, too, as they are now.
    pub fn add(&mut self, paths: Vec<PathBuf>) {
        for path in paths.into_iter().filter(|path| !path.as_os_str().is_empty()) {
            let place = place_of(&path);
            let covers = |known: &PathBuf| place.starts_with(place_of(known));
            if !self.paths.iter().any(covers) {
                self.seen.extend(look(std::slice::from_ref(&path)));
                self.paths.push(path);
            }
        }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.seen.len()
    }

    /// Waits until some of them were written, created, or removed, and then until nothing changes
    /// any more, because an editor may write a file in several steps. Returns the changed files.
    pub async fn changed(&mut self) -> Vec<PathBuf> {
        loop {
            sleep(INTERVAL).await;
            let mut now = look(&self.paths);
            if now == self.seen {
                continue;
            }
            loop {
                sleep(INTERVAL).await;
                let later = look(&self.paths);
                if later == now {
                    break;
                }
                now = later;
            }
            let changed = difference(&self.seen, &now);
            self.seen = now;
            // Changes that were undone in the meantime are not changes.
            if !changed.is_empty() {
                return changed;
            }
        }
    }
}

/// The place that a path leads to, however it is written, and whether or not it exists.
pub fn place_of(path: &Path) -> PathBuf {
    if let Ok(place) = fs::canonicalize(path) {
        return place;
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = fs::canonicalize(folder.unwrap_or(Path::new(".")));
    match (folder, path.file_name()) {
        (Ok(folder), Some(name)) => folder.join(name),
        _ => path.to_owned(),
    }
}

fn look(paths: &[PathBuf]) -> BTreeMap<PathBuf, Mark> {
    let mut seen = BTreeMap::new();
    paths.iter().for_each(|path| note(path, DEEPEST, &mut seen));
    seen
}

fn note(path: &Path, deep: usize, seen: &mut BTreeMap<PathBuf, Mark>) {
    let Ok(metadata) = fs::metadata(path) else { return };
    if !metadata.is_dir() {
        seen.insert(path.to_owned(), (metadata.modified().ok(), metadata.len()));
        return;
    }
    let entries = fs::read_dir(path).into_iter().flatten().flatten();
    for entry in entries.filter(|_| deep > 0) {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        // Skips the temporary files of editors.
        if !name.starts_with('.') && !name.ends_with('~') {
            note(&entry.path(), deep - 1, seen);
        }
    }
}

fn difference(before: &BTreeMap<PathBuf, Mark>, now: &BTreeMap<PathBuf, Mark>) -> Vec<PathBuf> {
    let written = now.iter().filter(|(path, mark)| before.get(*path) != Some(*mark));
    let removed = before.iter().filter(|(path, _)| !now.contains_key(*path));
    written.chain(removed).map(|(path, _)| path.clone()).collect()
}
