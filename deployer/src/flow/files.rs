//! The files of a flow's folder, from disk or from the binary.

use std::collections::BTreeMap;
use std::path::Path;
use std::{fs, io};

use super::catalogue::{self, BuiltIn};
use super::{DefinitionError, FlowError, unknown_flow};

/// `flow.yaml`.
pub(super) const MANIFEST: &str = "flow.yaml";
/// The possible names of the definition.
pub(super) const DEFINITIONS: [&str; 3] =
    ["definition.asl.yaml", "definition.asl.yml", "definition.asl.json"];
/// `policy.yaml`.
pub(super) const POLICY: &str = "policy.yaml";
/// `resources.yaml`.
pub(super) const RESOURCES: &str = "resources.yaml";

/// The maximum size of a file, in bytes: a template is not larger, and a definition hardly ever.
/// Source: Step Functions quotas, "Maximum state machine definition"; CloudFormation quotas.
const MAX_BYTES: u64 = 1024 * 1024;

/// The files of a flow.
#[derive(Debug)]
pub(super) struct Files {
    /// The folder, as a user would name it.
    pub(super) origin: String,
    texts: BTreeMap<&'static str, String>,
}

impl Files {
    /// Reads the files of a built-in flow, or else of the folder with this name.
    /// Fails when neither exists, or a file cannot be read.
    pub(super) fn named(name: &str) -> Result<Self, FlowError> {
        match catalogue::built_in(name) {
            Some(flow) => Ok(Self::built_in(flow)),
            None if Path::new(name).is_dir() => Ok(Self::of_folder(Path::new(name))?),
            None => Err(unknown_flow(name)),
        }
    }

    /// Reads the files of a folder.
    /// Fails when one of them exists and cannot be read.
    fn of_folder(folder: &Path) -> Result<Self, DefinitionError> {
        let mut texts = BTreeMap::new();
        for name in [MANIFEST, POLICY, RESOURCES].into_iter().chain(DEFINITIONS) {
            let path = folder.join(name);
            match read(&path) {
                Ok(text) => {
                    texts.insert(name, text);
                }
                Err(missing) if missing.kind() == io::ErrorKind::NotFound => {}
                Err(source) => {
                    let origin = path.display().to_string();
                    return Err(DefinitionError::Read { origin, source });
                }
            }
        }
        Ok(Self { origin: folder.display().to_string(), texts })
    }

    /// The files of a built-in flow.
    pub(super) fn built_in(flow: &BuiltIn) -> Self {
        let names = [MANIFEST, POLICY, RESOURCES].into_iter().chain(DEFINITIONS);
        let texts = names.filter_map(|name| {
            let (_, text) = flow.files.iter().find(|(known, _)| *known == name)?;
            Some((name, (*text).to_owned()))
        });
        Self { origin: format!("built-in:{}", flow.name), texts: texts.collect() }
    }

    /// Creates files from texts by name.
    #[cfg(test)]
    pub(super) fn of_texts(texts: BTreeMap<&'static str, String>) -> Self {
        Self { origin: "flow".to_owned(), texts }
    }

    /// A file's text and name.
    pub(super) fn get(&self, name: &str) -> Option<(&str, String)> {
        let text = self.texts.get(name)?;
        Some((text, format!("{}/{name}", self.origin.trim_end_matches('/'))))
    }
}

/// The text of a file that is not larger than a flow's files may be.
pub(super) fn read(path: &Path) -> io::Result<String> {
    if fs::metadata(path)?.len() > MAX_BYTES {
        return Err(io::Error::other("it is larger than 1048576 bytes"));
    }
    fs::read_to_string(path)
}
