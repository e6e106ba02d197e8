//! The definitions in which mistakes are made: those of the built-in flows, and those of `asl/tests/definitions`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use deployer::flow::{Flow, FlowError, FlowStack, Home};
use serde_json::Value;

use super::places::{Place, places};
use super::{Mistake, Verdict};

const HOME: Home<'_> = Home { region: "eu-west-1", account: "123456789012" };

/// A definition without a mistake.
pub(crate) struct Definition {
    name: String,
    /// The folder of a flow that it is a part of.
    flow: Option<PathBuf>,
    pub(crate) document: Value,
    pub(crate) places: Vec<Place>,
    text: String,
}

impl Definition {
    /// All definitions, in a fixed order.
    pub(crate) fn all() -> Vec<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let flows = listed(&root.join("state-machines")).into_iter().map(|folder| {
            let text = fs::read_to_string(folder.join("definition.asl.yaml")).unwrap();
            let document = serde_yaml::from_str(&text).unwrap();
            Self::new(&folder, Some(folder.clone()), document)
        });
        let files = listed(&root.join("asl/tests/definitions")).into_iter().map(|file| {
            let document = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
            Self::new(&file, None, document)
        });
        flows.chain(files).collect()
    }

    fn new(path: &Path, flow: Option<PathBuf>, document: Value) -> Self {
        let name = path.file_name().unwrap().to_str().unwrap();
        let name = name.trim_end_matches(".asl.json").to_owned();
        let places = places(&document);
        let text = lay_out(&document).0;
        Self { name, flow, document, places, text }
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Without a mistake, as it is checked.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The definition after a change, which may be reported at one of these JSON pointers.
    pub(crate) fn changed(&self, change: impl FnOnce(&mut Value), at: &[String]) -> Mistake {
        let mut document = self.document.clone();
        change(&mut document);
        let (text, lines) = lay_out(&document);
        let lines: BTreeSet<usize> =
            at.iter().filter_map(|pointer| lines.get(pointer)).copied().collect();
        assert!(!lines.is_empty(), "{at:?} is nowhere in {text}");
        assert_ne!(text, self.text, "nothing is changed at {at:?}");
        Mistake { text, lines }
    }
}

/// The text of a document, with one member or item per line, and the line of each by its JSON pointer.
pub(crate) fn lay_out(document: &Value) -> (String, BTreeMap<String, usize>) {
    let text = serde_json::to_string_pretty(document).unwrap();
    let mut lines = BTreeMap::from([(String::new(), 1)]);
    number(document, "", &mut 1, &mut lines);
    (text, lines)
}

/// Counts the lines of a value whose first line is known. Afterwards, `line` is its last one.
fn number(value: &Value, at: &str, line: &mut usize, lines: &mut BTreeMap<String, usize>) {
    let members: Vec<(String, &Value)> = match value {
        Value::Object(members) => {
            members.iter().map(|(name, member)| (pointer(at, name), member)).collect()
        }
        Value::Array(items) => {
            items.iter().enumerate().map(|(index, item)| (format!("{at}/{index}"), item)).collect()
        }
        _ => return,
    };
    for (pointer, member) in &members {
        *line += 1;
        lines.insert(pointer.clone(), *line);
        number(member, pointer, line, lines);
    }
    // The closing bracket.
    *line += usize::from(!members.is_empty());
}

/// The JSON pointer of a member.
pub(crate) fn pointer(at: &str, name: &str) -> String {
    format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"))
}

fn listed(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<_> =
        fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    found.sort();
    found
}

/// A folder in which definitions are checked, as `deployer check` does it.
pub(crate) struct Workspace {
    folder: PathBuf,
}

impl Workspace {
    pub(crate) fn new() -> Self {
        let folder = std::env::temp_dir().join(format!("mistakes-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        Self { folder }
    }

    /// What the checker says of a definition with this text.
    pub(crate) fn check(&self, definition: &Definition, text: &str) -> Verdict {
        let checked = match &definition.flow {
            None => {
                let file = self.folder.join("definition.json");
                fs::write(&file, text).unwrap();
                Flow::from_file(&file, HOME, None)
            }
            Some(folder) => self.check_flow(definition.name(), folder, text),
        };
        let (errors, warnings) = match checked.map_err(FlowError::into_findings) {
            Ok(flow) => (Vec::new(), [flow.warnings.clone(), flow.not_run_here()].concat()),
            Err(findings) => findings.into_iter().partition(|finding| finding.is_error()),
        };
        let line = |at: Option<usize>| at.unwrap_or_default();
        let errors =
            errors.iter().map(|it| (it.code, line(it.position.as_ref().map(|at| at.line))));
        let errors = errors.collect();
        Verdict { errors, warnings: warnings.iter().map(|finding| finding.code).collect() }
    }

    fn check_flow(&self, name: &str, folder: &Path, text: &str) -> Result<Flow, FlowError> {
        let copy = self.folder.join(name);
        if !copy.exists() {
            copy_folder(folder, &copy);
        }
        fs::write(copy.join("definition.asl.yaml"), text).unwrap();
        let stack = FlowStack { name: "mail", home: HOME, with_samples: true };
        Flow::named(&copy.display().to_string(), stack, &[], None)
    }
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let (path, copy) = (entry.path(), to.join(entry.file_name()));
        match path.is_dir() {
            true => copy_folder(&path, &copy),
            false => drop(fs::copy(&path, copy).unwrap()),
        }
    }
}

impl Drop for Workspace {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.folder));
    }
}
