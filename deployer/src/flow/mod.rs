//! A message flow: a state machine's definition with what belongs to it.

use std::path::Path;

use crate::finding::Finding;

mod catalogue;
mod check;
mod definition;
mod functions;
mod machine;
mod manifest;
mod path;
mod pointer;
mod positions;
mod strict;
mod validation;

pub(crate) use path::{item, member};
pub(crate) use strict::Strict;

pub use definition::{Definition, DefinitionError};
pub use functions::FunctionArn;
pub use manifest::Manifest;

/// A message flow, read and checked.
#[derive(Debug, Clone)]
pub struct Flow {
    /// Its name: a built-in flow's, or the definition file's name.
    pub name: String,
    /// One line about it.
    pub description: String,
    /// The state machine.
    pub definition: Definition,
    /// The Lambda functions that the definition names, and that its role may therefore invoke.
    pub functions: Vec<FunctionArn>,
    /// What is worth saying about it, none of it an error.
    pub warnings: Vec<Finding>,
}

/// Why a flow cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FlowError {
    /// The definition cannot be read.
    #[error(transparent)]
    Definition(#[from] DefinitionError),
    /// The definition was read, and it is no state machine for a message flow.
    #[error("{name} is no state machine that a message flow can use")]
    Faulty {
        /// The file, or the built-in flow.
        name: String,
        /// All that is wrong with it.
        findings: Vec<Finding>,
    },
}

impl FlowError {
    /// All that is wrong, as findings.
    #[must_use]
    pub fn into_findings(self) -> Vec<Finding> {
        match self {
            Self::Definition(error) => vec![error.finding()],
            Self::Faulty { findings, .. } => findings,
        }
    }
}

/// Where the stack will live: functions without an ARN are looked for there.
#[derive(Debug, Clone, Copy)]
pub struct Home<'a> {
    /// The region.
    pub region: &'a str,
    /// The account.
    pub account: &'a str,
}

impl Flow {
    /// The built-in flow that delivers everything.
    ///
    /// # Errors
    /// When the output state is none of its states.
    pub fn built_in(home: Home<'_>, output_state: Option<&str>) -> Result<Self, FlowError> {
        let built_in = catalogue::DEFAULT;
        let definition = Definition::from_yaml(built_in.definition, "the built-in flow `default`")?;
        let manifest = Manifest::parse(built_in.manifest)?;
        Self::checked(manifest.name, manifest.description, definition, home, output_state)
    }

    /// A bare definition from a file.
    ///
    /// # Errors
    /// When the file cannot be read or is no state machine for a message flow.
    pub fn from_file(
        path: &Path,
        home: Home<'_>,
        output_state: Option<&str>,
    ) -> Result<Self, FlowError> {
        let definition = Definition::from_file(path)?;
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let description =
            definition.comment().unwrap_or("A state machine of one's own.").to_owned();
        Self::checked(name, description, definition, home, output_state)
    }

    /// The definition that a state machine has now, whoever wrote it.
    ///
    /// # Errors
    /// When it is no state machine for a message flow.
    pub fn live(
        definition: &str,
        home: Home<'_>,
        output_state: Option<&str>,
    ) -> Result<Self, FlowError> {
        let definition = Definition::from_json(definition, "the live definition")?;
        let description =
            definition.comment().unwrap_or("A state machine of one's own.").to_owned();
        Self::checked("live definition".to_owned(), description, definition, home, output_state)
    }

    fn checked(
        name: String,
        description: String,
        definition: Definition,
        home: Home<'_>,
        output_state: Option<&str>,
    ) -> Result<Self, FlowError> {
        let (functions, mut findings) = functions::named_in(&definition, home);
        findings.extend(check::check(&definition, output_state));
        if !findings.is_empty() {
            definition.locate(&mut findings);
        }
        if findings.iter().any(Finding::is_error) {
            return Err(FlowError::Faulty { name: definition.origin().to_owned(), findings });
        }
        let definition = definition.with_timeout();
        Ok(Self { name, description, definition, functions, warnings: findings })
    }
}
