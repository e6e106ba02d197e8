//! The files of a flow's folder, from disk or from the binary.

use std::collections::BTreeMap;
use std::path::Path;
use std::{fs, io};

use super::catalogue::{self, BuiltIn};
use super::functions::{self, FunctionFolder};
use super::text_file::read;
use super::{DefinitionError, FlowError, test_files, unknown_flow};
use crate::document::suggestion::closest;
use crate::finding::Finding;

/// `flow.yaml`.
pub(super) const MANIFEST: &str = "flow.yaml";
/// The possible names of the definition.
pub(super) const DEFINITIONS: [&str; 3] =
    ["definition.asl.yaml", "definition.asl.yml", "definition.asl.json"];
/// `policy.yaml`.
pub(super) const POLICY: &str = "policy.yaml";
/// `answers.yaml`.
pub(super) const ANSWERS: &str = "answers.yaml";
/// `resources.yaml`.
pub(super) const RESOURCES: &str = "resources.yaml";
/// `overlay.yaml`.
pub(super) const OVERLAY: &str = "overlay.yaml";

/// The files of a flow.
#[derive(Debug)]
pub(super) struct Files {
    /// The folder, as a user would name it.
    pub(super) origin: String,
    /// By the name that the program uses: the name of the file, and its text.
    texts: BTreeMap<&'static str, (String, String)>,
    /// The functions that it brings, sorted by name.
    pub(super) functions: Vec<FunctionFolder>,
    /// A warning for each other file of the folder whose name is similar to one of these.
    pub(super) strays: Vec<Finding>,
}

/// The files whose names may end in `.yaml` and in `.yml`.
const YAML: [&str; 5] = [MANIFEST, POLICY, RESOURCES, ANSWERS, OVERLAY];

impl Files {
    /// Reads the files of a built-in flow, or else of the folder with this name.
    /// Fails when neither exists, or a file cannot be read.
    pub(super) fn named(name: &str) -> Result<Self, FlowError> {
        match catalogue::built_in(name) {
            Some(flow) => Ok(Self::built_in(flow)),
            None if Path::new(name).is_dir() => Self::of_folder(Path::new(name)),
            None => Err(unknown_flow(name)),
        }
    }

    /// Reads the files of a folder.
    /// Fails when one of them exists and cannot be read, or exists under two names.
    fn of_folder(folder: &Path) -> Result<Self, FlowError> {
        let origin = folder.display().to_string();
        let mut texts = BTreeMap::new();
        let mut names: Vec<(&'static str, String)> =
            YAML.iter().chain(&DEFINITIONS).map(|name| (*name, (*name).to_owned())).collect();
        names.extend(YAML.iter().map(|name| (*name, name.replace(".yaml", ".yml"))));
        for (known, name) in names {
            let path = folder.join(&name);
            match read(&path) {
                Ok(text) => {
                    if let Some((other, _)) = texts.insert(known, (name.clone(), text)) {
                        let sentence = format!(
                            "{other} and {name} both exist, but a flow has only one of them"
                        );
                        let finding = Finding::error("two-files", origin.as_str(), sentence);
                        let findings = vec![finding.fix("remove one of them")];
                        return Err(FlowError::Faulty { name: origin, findings });
                    }
                }
                Err(missing) if missing.kind() == io::ErrorKind::NotFound => {}
                Err(source) => {
                    let origin = path.display().to_string();
                    return Err(DefinitionError::Read { origin, source }.into());
                }
            }
        }
        let functions = FunctionFolder::of_folder(folder)
            .map_err(|findings| FlowError::Faulty { name: origin.clone(), findings })?;
        Ok(Self { strays: strays(folder), origin, texts, functions })
    }

    /// The files of a built-in flow.
    pub(super) fn built_in(flow: &BuiltIn) -> Self {
        let texts = YAML.into_iter().chain(DEFINITIONS).filter_map(|name| {
            let (_, text) = flow.files.iter().find(|(known, _)| *known == name)?;
            Some((name, (name.to_owned(), (*text).to_owned())))
        });
        Self {
            origin: format!("built-in:{}", flow.name),
            texts: texts.collect(),
            functions: FunctionFolder::of_built_in(flow.name, flow.files),
            strays: Vec::new(),
        }
    }

    /// Creates files from texts by name.
    #[cfg(test)]
    pub(super) fn of_texts(texts: BTreeMap<&'static str, String>) -> Self {
        let texts = texts.into_iter().map(|(name, text)| (name, (name.to_owned(), text))).collect();
        Self { origin: "flow".to_owned(), texts, functions: Vec::new(), strays: Vec::new() }
    }

    /// A file's text and name.
    pub(super) fn get(&self, name: &str) -> Option<(&str, String)> {
        let (name, text) = self.texts.get(name)?;
        Some((text, format!("{}/{name}", self.origin.trim_end_matches('/'))))
    }
}

/// A warning for each entry of the folder that is ignored, although its name is almost that of a file of a flow.
fn strays(folder: &Path) -> Vec<Finding> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> =
        entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort();
    let meant = names.iter().filter_map(|name| Some((name, meant(name, &folder.join(name))?)));
    let finding = |(name, meant): (&String, &str)| {
        let sentence = "this file is ignored: no file of a flow has this name";
        stray(&folder.join(name), sentence, meant)
    };
    let mut findings: Vec<Finding> = meant.map(finding).collect();
    findings.extend(test_files::strays(&folder.join(test_files::FOLDER)));
    findings
}

/// A warning for a file that is ignored, with the name that was probably meant.
pub(super) fn stray(path: &Path, sentence: &str, meant: &str) -> Finding {
    let fix = format!("did you mean `{}`?", meant.escape_debug());
    Finding::warning("unknown-file", path.display().to_string(), sentence).fix(fix)
}

/// The name that an entry was probably meant to have, if it has none of a flow's.
fn meant(name: &str, path: &Path) -> Option<&'static str> {
    let lower = name.to_lowercase();
    if path.is_dir() {
        let folders = [test_files::FOLDER, functions::FOLDER];
        return closest(&lower, folders).filter(|meant| *meant != name);
    }
    let yml = YAML.map(|name| name.replace(".yaml", ".yml"));
    if YAML.contains(&name) || yml.iter().any(|known| known == name) || DEFINITIONS.contains(&name)
    {
        return None;
    }
    // Text editors add an extension, which file managers hide.
    let plain = lower.strip_suffix(".txt").unwrap_or(&lower);
    let (stem, extensions) = plain.split_once('.').unwrap_or((plain, "txt"));
    if extensions == "txt" && plain == lower {
        return None;
    }
    let known = ["yaml", "yml", "json", "asl.yaml", "asl.yml", "asl.json", "asl", "txt"];
    if !known.contains(&extensions) {
        return None;
    }
    let known = ["flow", "policy", "resources", "answers", "overlay", "definition"];
    Some(match closest(stem, known)? {
        "flow" => MANIFEST,
        "policy" => POLICY,
        "resources" => RESOURCES,
        "answers" => ANSWERS,
        "overlay" => OVERLAY,
        _ => DEFINITIONS[0],
    })
}
