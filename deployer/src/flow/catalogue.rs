//! The built-in flows, embedded in the binary with all files of their folders.

use super::files::{Files, MANIFEST};
use super::{FlowError, Manifest};

/// A built-in flow.
#[derive(Debug)]
pub struct BuiltIn {
    /// The name of the flow and of its folder in `state-machines/`.
    pub name: &'static str,
    /// The paths, relative to the folder, and the texts of its files.
    pub files: &'static [(&'static str, &'static str)],
}

macro_rules! built_in {
    ($name:literal: $($file:literal),+) => {
        BuiltIn {
            name: $name,
            files: &[
                $(($file, include_str!(concat!("../../../state-machines/", $name, "/", $file)))),+
            ],
        }
    };
}

/// The flow that is used if none is given: it delivers everything.
pub(super) const DEFAULT: &BuiltIn = &BUILT_IN[0];

/// All built-in flows, in display order.
pub const BUILT_IN: &[BuiltIn] = &[
    built_in!(
        "default": "README.md", "flow.yaml", "definition.asl.yaml", "tests/hostile.yaml",
        "tests/verdict.yaml"
    ),
    built_in!(
        "approval": "README.md", "flow.yaml", "definition.asl.yaml", "answers.yaml", "policy.yaml",
        "resources.yaml", "tests/failures.yaml", "tests/hostile.yaml", "tests/verdicts.yaml"
    ),
    built_in!(
        "attachments": "README.md", "flow.yaml", "definition.asl.yaml", "answers.yaml",
        "functions/inspect/app.py", "functions/inspect/function.yaml",
        "functions/inspect/policy.yaml", "tests/failures.yaml", "tests/hostile.yaml",
        "tests/verdicts.yaml"
    ),
    built_in!(
        "block-list": "README.md", "flow.yaml", "definition.asl.yaml", "answers.yaml", "policy.yaml",
        "resources.yaml", "tests/failures.yaml", "tests/hostile.yaml", "tests/verdicts.yaml"
    ),
    built_in!(
        "disclaimer": "README.md", "flow.yaml", "definition.asl.yaml", "answers.yaml",
        "functions/append/app.py", "functions/append/function.yaml",
        "functions/append/policy.yaml", "resources.yaml", "tests/failures.yaml",
        "tests/hostile.yaml", "tests/verdicts.yaml"
    ),
    built_in!(
        "invoke": "README.md", "flow.yaml", "definition.asl.yaml", "answers.yaml", "policy.yaml",
        "tests/failures.yaml", "tests/hostile.yaml", "tests/verdicts.yaml"
    ),
    built_in!(
        "lookalike": "README.md", "flow.yaml", "definition.asl.yaml", "functions/judge/app.py",
        "functions/judge/function.yaml", "tests/failures.yaml", "tests/hostile.yaml",
        "tests/verdicts.yaml"
    ),
    built_in!(
        "mail-storm": "README.md", "flow.yaml", "definition.asl.yaml", "answers.yaml", "policy.yaml",
        "resources.yaml", "tests/failures.yaml", "tests/hostile.yaml", "tests/verdicts.yaml"
    ),
    built_in!(
        "notify": "README.md", "flow.yaml", "definition.asl.yaml", "answers.yaml", "policy.yaml",
        "tests/hostile.yaml", "tests/verdicts.yaml"
    ),
    built_in!(
        "outbound-limit": "README.md", "flow.yaml", "definition.asl.yaml",
        "functions/count/function.yaml", "functions/count/index.mjs", "tests/failures.yaml",
        "tests/hostile.yaml", "tests/verdicts.yaml"
    ),
    built_in!(
        "quarantine": "README.md", "flow.yaml", "definition.asl.yaml", "tests/hostile.yaml",
        "tests/verdicts.yaml"
    ),
];

impl BuiltIn {
    /// The flow's `flow.yaml`.
    /// Error: Only because of a bug: a test reads each built-in flow.
    pub fn manifest(&self) -> Result<Manifest, FlowError> {
        let files = Files::built_in(self);
        let (text, origin) = files.get(MANIFEST).unwrap_or(("", files.origin.clone()));
        Manifest::read(text, origin)
            .map_err(|findings| FlowError::Faulty { name: files.origin.clone(), findings })
    }
}

/// The built-in flow with this name.
pub fn built_in(name: &str) -> Option<&'static BuiltIn> {
    BUILT_IN.iter().find(|flow| flow.name == name)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::{Path, PathBuf};

    use super::*;

    fn collect(folder: &Path, files: &mut BTreeSet<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                collect(&path, files);
            } else {
                files.insert(path);
            }
        }
    }

    #[test]
    fn every_file_of_every_folder_is_embedded() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../state-machines");
        let mut there = BTreeSet::new();
        collect(&root, &mut there);
        let carried = BUILT_IN.iter().flat_map(|flow| {
            let folder = root.join(flow.name);
            flow.files.iter().map(move |(file, _)| folder.join(file))
        });
        assert_eq!(carried.collect::<BTreeSet<_>>(), there);
    }
}
