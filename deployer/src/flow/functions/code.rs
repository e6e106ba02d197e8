//! Where the code of a function is.

use std::path::PathBuf;

/// Where the code of a function is.
#[derive(Debug, Clone)]
pub enum CodeSource {
    /// The function's folder.
    Folder(PathBuf),
    /// Files of a built-in flow, by path.
    BuiltIn(Vec<(String, &'static str)>),
}

impl CodeSource {
    /// Where the files are, for a person.
    pub fn origin(&self) -> String {
        match self {
            Self::Folder(folder) => folder.display().to_string(),
            Self::BuiltIn(_) => "the built-in flow".to_owned(),
        }
    }

    /// Whether there is a file with this name.
    pub fn has(&self, name: &str) -> bool {
        match self {
            Self::Folder(folder) => folder.join(name).is_file(),
            Self::BuiltIn(files) => files.iter().any(|(path, _)| path == name),
        }
    }
}
