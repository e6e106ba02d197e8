//! `flow.yaml`: what a flow says about itself.

use serde::Deserialize;

use super::DefinitionError;

/// A flow's own description.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Its name.
    pub name: String,
    /// One line about it.
    pub description: String,
}

impl Manifest {
    /// Reads a `flow.yaml`.
    ///
    /// # Errors
    /// When it is no YAML, or a key is missing or unknown.
    pub fn parse(text: &str) -> Result<Self, DefinitionError> {
        serde_yaml::from_str(text)
            .map_err(|source| DefinitionError::Yaml { origin: "flow.yaml".to_owned(), source })
    }
}
