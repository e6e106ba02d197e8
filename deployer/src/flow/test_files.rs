//! The tests of a flow: the YAML files in its folder `tests`.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::{fs, io};

use super::{DefinitionError, FlowError, catalogue, text_file, unknown_flow};
use crate::finding::Finding;

/// The name of the folder inside a flow's folder.
pub(super) const FOLDER: &str = "tests";
/// The extensions of test files.
const EXTENSIONS: [&str; 2] = ["yaml", "yml"];

/// A test file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestFile {
    /// Its path, or `built-in:NAME/tests/FILE`.
    pub origin: String,
    /// Its content.
    pub text: String,
}

/// The test files of a flow, given a name as for [`super::Flow::named`], sorted by name.
///
/// A flow without tests is not an error here.
/// Fails when there is no such flow, or a file cannot be read.
pub fn tests_of(name: &str) -> Result<Vec<TestFile>, FlowError> {
    if let Some(flow) = catalogue::built_in(name) {
        let mut embedded: Vec<_> =
            flow.files.iter().filter(|(file, _)| is_test(Path::new(file))).collect();
        embedded.sort_unstable();
        let file = |(file, text): &(&str, &str)| TestFile {
            origin: format!("built-in:{name}/{file}"),
            text: (*text).to_owned(),
        };
        return Ok(embedded.into_iter().map(file).collect());
    }
    let folder = Path::new(name);
    if !folder.is_dir() {
        return Err(unknown_flow(name));
    }
    let folder = folder.join(FOLDER);
    if folder.exists() { tests_at(&folder) } else { Ok(Vec::new()) }
}

/// A test file, or all YAML files of a folder sorted by name.
/// Fails when a file cannot be read.
pub fn tests_at(path: &Path) -> Result<Vec<TestFile>, FlowError> {
    let unreadable = |path: &Path, source: io::Error| DefinitionError::Read {
        origin: path.display().to_string(),
        source,
    };
    let paths = match path.is_dir() {
        true => yaml_files(path).map_err(|source| unreadable(path, source))?,
        false => vec![path.to_owned()],
    };
    let read = paths.into_iter().map(|path| match text_file::read(&path) {
        Ok(text) => Ok(TestFile { origin: path.display().to_string(), text }),
        Err(source) => Err(unreadable(&path, source).into()),
    });
    read.collect()
}

fn yaml_files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let paths = fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path()));
    let mut paths = paths.collect::<io::Result<Vec<_>>>()?;
    paths.retain(|path| is_yaml(path));
    paths.sort_unstable();
    Ok(paths)
}

/// The same of a flow's folder of tests.
pub fn stray_tests(name: &str) -> Vec<Finding> {
    match catalogue::built_in(name) {
        Some(_) => Vec::new(),
        None => strays(&Path::new(name).join(FOLDER)),
    }
}

/// A warning for each file of the folder that is ignored, although its name is similar to that of a test file.
pub(super) fn strays(folder: &Path) -> Vec<Finding> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> =
        entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort();
    let finding = |name: &String| {
        let path = folder.join(name);
        let text = || fs::read_to_string(&path).unwrap_or_default();
        let lower = name.to_lowercase();
        let stem = lower.strip_suffix(".txt")?;
        let is_test =
            is_yaml(Path::new(stem)) || text().lines().any(|line| line.starts_with("tests:"));
        let stem = Path::new(name.get(..stem.len()).unwrap_or(stem)).with_extension("yaml");
        let sentence = "this file is ignored: the names of test files end in .yaml";
        is_test.then(|| super::files::stray(&path, sentence, &stem.display().to_string()))
    };
    names.iter().filter_map(finding).collect()
}

fn is_yaml(path: &Path) -> bool {
    let extension = path.extension().and_then(OsStr::to_str);
    extension.is_some_and(|extension| {
        EXTENSIONS.iter().any(|known| extension.eq_ignore_ascii_case(known))
    })
}

/// Whether a file contains tests: a YAML file in the folder for them.
fn is_test(path: &Path) -> bool {
    path.parent().and_then(Path::file_name) == Some(OsStr::new(FOLDER)) && is_yaml(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origins(name: &str) -> Vec<String> {
        tests_of(name).unwrap().into_iter().map(|file| file.origin).collect()
    }

    #[test]
    fn every_built_in_flow_has_tests() {
        for flow in catalogue::BUILT_IN {
            let origins = origins(flow.name);
            assert!(!origins.is_empty(), "{}", flow.name);
            let start = format!("built-in:{}/tests/", flow.name);
            assert!(origins.iter().all(|origin| origin.starts_with(&start)), "{origins:?}");
        }
    }

    #[test]
    fn yaml_files_of_a_folder_are_read_in_name_order() {
        let folder = std::env::temp_dir().join(format!("deployer-{}-tests", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        let name = folder.to_str().unwrap();
        assert!(matches!(tests_of(name), Err(FlowError::Faulty { .. })), "there is no such flow");
        fs::create_dir_all(&folder).unwrap();
        assert_eq!(origins(name), [""; 0], "a flow without tests");
        let tests = folder.join("tests");
        fs::create_dir(&tests).unwrap();
        for file in ["b.yaml", "a.yml", "message.eml", "event.json"] {
            fs::write(tests.join(file), file).unwrap();
        }
        let found = tests_of(name).unwrap();
        let texts: Vec<&str> = found.iter().map(|file| file.text.as_str()).collect();
        assert_eq!(texts, ["a.yml", "b.yaml"]);
        assert_eq!(found[0].origin, tests.join("a.yml").display().to_string());
        fs::remove_dir_all(&folder).unwrap();
    }
}
