//! Builds the dependencies of a function with the tool of its language, for the platform of the
//! function.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::code::{self, CodeError, CodeFile};
use super::tool::ToolError;
use super::{command, node, python, rust};
use crate::flow::{Build, CodeSource, FlowFunction, Language};

/// The platform that code is built for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// Lambda's.
    Lambda,
    /// This machine, where the code runs for `local` and `test`, with this interpreter if its language has one.
    ThisMachine {
        /// The program, such as `python3`.
        interpreter: Option<String>,
    },
}

/// Why the code of a function could not be built.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    #[error(transparent)]
    Tool(#[from] ToolError),
    #[error(transparent)]
    Code(#[from] CodeError),
    #[error("cannot create a folder for the build")]
    Folder(#[source] io::Error),
    /// Only folders on this machine are built.
    #[error("{0} of a built-in flow cannot be built; copy the flow with `init`")]
    BuiltIn(&'static str),
    #[error(
        "package.json lists dependencies, but there is no package-lock.json with their versions"
    )]
    NoLock,
    #[error("cannot read package.json")]
    Manifest(#[source] serde_json::Error),
    #[error("`{0}` wrote nothing into the folder FUNCTION_OUTPUT")]
    Nothing(String),
    #[error("cargo built {0}; one program is expected, or one with the name of the function")]
    Programs(String),
}

/// What builds the code of a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Builder {
    /// Nothing: its files are the code.
    Files,
    Python,
    Node,
    Rust,
    /// The user's own command.
    Command(String),
}

impl Builder {
    /// What a function needs, as its files show.
    /// Fails when a `package.json` cannot be read.
    pub(super) fn of(function: &FlowFunction, files: &[CodeFile]) -> Result<Self, BuildError> {
        let has = |name: &str| files.iter().any(|file| file.path == name);
        Ok(match (&function.settings.build, &function.settings.runtime.language) {
            (Build::Command(line), _) => Self::Command(line.clone()),
            (Build::Prebuilt(_), _) => Self::Files,
            (Build::ByLanguage, Language::Python(_)) if has(python::LIST) => Self::Python,
            (Build::ByLanguage, Language::Node(_)) if node::has_dependencies(files)? => Self::Node,
            (Build::ByLanguage, Language::Program) if has(rust::MANIFEST) => Self::Rust,
            (Build::ByLanguage, _) => Self::Files,
        })
    }

    /// The name of what is run, for a person.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Files => "files",
            Self::Python => python::LIST,
            Self::Node => node::MANIFEST,
            Self::Rust => rust::MANIFEST,
            Self::Command(_) => "build",
        }
    }

    /// Builds the code: all files that are then in the folder of the build.
    /// Fails when the tool is not installed, or fails.
    pub(super) fn build(
        &self,
        function: &FlowFunction,
        files: Vec<CodeFile>,
        target: &Target,
    ) -> Result<Vec<CodeFile>, BuildError> {
        if *self == Self::Files {
            return Ok(files);
        }
        let CodeSource::Folder(folder) = &function.code else {
            return Err(BuildError::BuiltIn(self.name()));
        };
        let aside = tempfile::tempdir().map_err(BuildError::Folder)?;
        let job = Job { function, folder, files, target, output: aside.path().to_owned() };
        match self {
            Self::Files => Ok(job.files),
            Self::Python => python::build(job),
            Self::Node => node::build(job),
            Self::Rust => rust::build(job),
            Self::Command(line) => command::build(job, line),
        }
    }
}

/// One build.
pub(super) struct Job<'a> {
    pub(super) function: &'a FlowFunction,
    /// The function's folder.
    pub(super) folder: &'a Path,
    /// The code in it.
    pub(super) files: Vec<CodeFile>,
    pub(super) target: &'a Target,
    /// The folder for what is made, which is removed afterwards.
    pub(super) output: PathBuf,
}

impl Job<'_> {
    /// Writes the code into the folder for what is made.
    pub(super) fn copy(&self) -> Result<(), BuildError> {
        for file in &self.files {
            let path = self.output.join(&file.path);
            let written = match path.parent() {
                Some(parent) => fs::create_dir_all(parent),
                None => Ok(()),
            };
            written.and_then(|()| fs::write(&path, &file.content)).map_err(BuildError::Folder)?;
        }
        Ok(())
    }

    /// What was made, with the code of the folder over it.
    pub(super) fn merged(self, made: Vec<CodeFile>) -> Vec<CodeFile> {
        let mut all = self.files;
        let is_new = |file: &CodeFile| all.iter().all(|own| own.path != file.path);
        let new: Vec<_> = made.into_iter().filter(is_new).collect();
        all.extend(new);
        all.sort_by(|a, b| a.path.cmp(&b.path));
        all
    }

    /// What was made.
    pub(super) fn made(&self) -> Result<Vec<CodeFile>, BuildError> {
        Ok(code::all_files(&self.output)?)
    }
}
