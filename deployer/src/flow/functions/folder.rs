//! The folders below `functions/`, from disk or from the binary.

use std::path::Path;
use std::{fs, io};

use super::{CodeSource, FOLDER};
use crate::config::FunctionName;
use crate::finding::Finding;
use crate::flow::stack::{FlowStack, Home};
use crate::flow::text_file::read;

/// `function.yaml`.
const SETTINGS: &str = "function.yaml";
/// `policy.yaml`.
const POLICY: &str = "policy.yaml";

/// A file and its text.
type Text = (String, String);

/// The folder of one function.
#[derive(Debug)]
pub struct FunctionFolder {
    pub name: FunctionName,
    /// `function.yaml`.
    pub settings: Text,
    pub policy: Option<Text>,
    pub code: CodeSource,
}

impl FunctionFolder {
    /// The ARN of the function in a stack.
    pub fn arn(&self, stack: FlowStack<'_>) -> String {
        let Home { region, account } = stack.home;
        format!("arn:aws:lambda:{region}:{account}:function:{}", self.name.in_stack(stack.name))
    }

    /// The functions in the folder of a flow, sorted by name.
    /// Fails with everything that is wrong with the folders and their contents.
    pub fn of_folder(flow: &Path) -> Result<Vec<Self>, Vec<Finding>> {
        let folder = flow.join(FOLDER);
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries.collect::<io::Result<Vec<_>>>(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => Err(error),
        };
        let mut entries = entries.map_err(|error| vec![unreadable(&folder, &error)])?;
        entries.sort_by_key(fs::DirEntry::file_name);
        let (mut functions, mut findings) = (Vec::new(), Vec::new());
        for entry in entries {
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with('.') {
                continue;
            }
            match Self::read(&name, &entry.path()) {
                Ok(function) => functions.push(function),
                Err(finding) => findings.push(finding),
            }
        }
        if findings.is_empty() { Ok(functions) } else { Err(findings) }
    }

    fn read(name: &str, path: &Path) -> Result<Self, Finding> {
        let place = path.display().to_string();
        if !path.is_dir() {
            let sentence = "this is not a folder; each function has its own folder";
            return Err(Finding::error("function-folder", place, sentence));
        }
        let name = FunctionName::parse(name)
            .map_err(|finding| Finding { location: place.clone(), ..finding })?;
        let optional = |file: &str| one_of(path, file);
        let Some(settings) = optional(SETTINGS)? else {
            let sentence = format!("the function's folder has no {SETTINGS}");
            let fix = "write one with a line such as `runtime: python3.13`";
            return Err(Finding::error("missing-file", place, sentence).fix(fix));
        };
        let code = CodeSource::Folder(path.to_owned());
        Ok(Self { name, settings, policy: optional(POLICY)?, code })
    }

    /// The functions of a built-in flow, given its name and its files.
    pub fn of_built_in(flow: &str, all: &[(&'static str, &'static str)]) -> Vec<Self> {
        let mut names = Vec::new();
        for (path, _) in all {
            let function = path.strip_prefix(FOLDER).and_then(|rest| rest.strip_prefix('/'));
            let name = function.and_then(|rest| rest.split_once('/')).map(|(name, _)| name);
            names.extend(name.and_then(|name| FunctionName::parse(name).ok()));
        }
        names.sort();
        names.dedup();
        let function = |name: FunctionName| {
            let prefix = format!("{FOLDER}/{name}/");
            let files = all
                .iter()
                .filter_map(|(path, text)| Some((path.strip_prefix(&prefix)?.to_owned(), *text)));
            let files: Vec<(String, &'static str)> = files.collect();
            let text = |file: &str| {
                let (_, text) = files.iter().find(|(path, _)| path == file)?;
                Some((format!("built-in:{flow}/{prefix}{file}"), (*text).to_owned()))
            };
            let (settings, policy) = (text(SETTINGS)?, text(POLICY));
            Some(Self { name, settings, policy, code: CodeSource::BuiltIn(files) })
        };
        names.into_iter().filter_map(function).collect()
    }
}

/// A file that may end in `.yaml` or in `.yml`.
/// Fails when there are both, or it cannot be read.
fn one_of(folder: &Path, name: &str) -> Result<Option<Text>, Finding> {
    let mut found = None;
    for name in [name.to_owned(), name.replace(".yaml", ".yml")] {
        let path = folder.join(&name);
        match read(&path) {
            Ok(_) if found.is_some() => {
                let sentence =
                    "a .yaml and a .yml file both exist, but a function has only one of them";
                let finding = Finding::error("two-files", path.display().to_string(), sentence);
                return Err(finding.fix("remove one of them"));
            }
            Ok(text) => found = Some((path.display().to_string(), text)),
            Err(missing) if missing.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(unreadable(&path, &error)),
        }
    }
    Ok(found)
}

fn unreadable(path: &Path, error: &io::Error) -> Finding {
    let sentence = format!("cannot read the file: {error}");
    Finding::error("unreadable", path.display().to_string(), sentence)
}
