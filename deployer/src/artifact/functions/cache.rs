//! Packages that were built before, by the content of everything that they were built from.

use std::fs;
use std::path::PathBuf;

use super::build::{Builder, Target};
use super::code::CodeFile;
use crate::digest::sha256;
use crate::files::atomic_write_all;
use crate::flow::FlowFunction;

/// Grows when builds give other results from the same files.
const VERSION: u32 = 1;

/// A place in the cache.
pub(super) struct Cached {
    /// The zip, and next to it its digest: a damaged zip is built again.
    zip: PathBuf,
    digest: PathBuf,
}

impl Cached {
    /// The place of what a builder makes of these files. `None` if there is no cache, or the result depends on more than the
    /// files: a command can read any file, and cargo reads parent folders.
    pub(super) fn of(
        cache: Option<&PathBuf>,
        function: &FlowFunction,
        builder: &Builder,
        target: &Target,
        files: &[CodeFile],
    ) -> Option<Self> {
        if !matches!(builder, Builder::Python | Builder::Node) {
            return None;
        }
        let settings = &function.settings;
        let mut inputs = format!(
            "{VERSION}\n{builder:?}\n{target:?}\n{}\n{}\n",
            settings.runtime, settings.architecture
        );
        for file in files {
            inputs.push_str(&format!("{} {}\n", sha256(&file.content), file.path));
        }
        let folder = cache?.join("functions");
        let name = sha256(inputs.as_bytes());
        let place = |extension: &str| folder.join(format!("{name}.{extension}"));
        Some(Self { zip: place("zip"), digest: place("sha256") })
    }

    /// The zip, if it is there and whole.
    pub(super) fn read(&self) -> Option<Vec<u8>> {
        let zip = fs::read(&self.zip).ok()?;
        let digest = fs::read_to_string(&self.digest).ok()?;
        (digest == sha256(&zip)).then_some(zip)
    }

    /// Keeps a zip. If that fails, it is not an error: the zip is built again.
    pub(super) fn write(&self, zip: &[u8]) {
        if self.zip.parent().is_some_and(|folder| fs::create_dir_all(folder).is_ok()) {
            let digest = sha256(zip);
            let _ = atomic_write_all(&[(&self.zip, zip), (&self.digest, digest.as_bytes())]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_damaged_package_is_not_used() {
        let folder = tempfile::tempdir().unwrap();
        let place = |name: &str| folder.path().join("functions").join(name);
        let cached = Cached { zip: place("a.zip"), digest: place("a.sha256") };
        assert_eq!(cached.read(), None);
        cached.write(b"whole");
        assert_eq!(cached.read().unwrap(), b"whole");
        fs::write(place("a.zip"), b"who").unwrap();
        assert_eq!(cached.read(), None);
    }
}
