//! A message flow: a state machine's definition and what belongs to it.

#[cfg(test)]
mod approval_tests;
#[cfg(test)]
mod built_in_tests;
mod catalogue;
mod check;
#[cfg(test)]
mod damaged_tests;
mod definition;
mod doubts;
mod files;
mod folder;
mod functions;
mod invoked_functions;
mod machine;
mod manifest;
mod own_resources;
mod parameter;
mod parts;
mod placeholder;
mod policy;
mod refusals;
mod resource_types;
mod resources;
mod services;
pub mod source;
mod stack;
mod test_files;
mod text_file;
mod validation;

use std::path::Path;

use crate::document::suggestion::instead;
use crate::finding::Finding;
use files::Files;
use folder::Folder;

pub use catalogue::{BUILT_IN, BuiltIn, built_in};
pub use definition::{Definition, DefinitionError};
pub use folder::Belongings;
pub use functions::{Build, CodeSource, FlowFunction, FunctionSettings, Language, Runtime, Vpc};
pub use invoked_functions::FunctionArn;
pub use machine::unknown_state;
pub use manifest::Manifest;
pub use own_resources::{OwnFunction, OwnResources};
pub use parameter::{Kind, Parameter};
pub use parts::FlowPart;
pub use resources::IAM_NAMES;
pub use source::{flow, flow_with_samples};
pub use stack::{FlowStack, Home};
pub use test_files::{TestFile, stray_tests, tests_at, tests_of};

/// The name of the flow that is used if none is given: it delivers everything.
pub const DEFAULT: &str = catalogue::DEFAULT.name;
/// The name of a flow that is the current definition of a state machine, which is not replaced.
pub const LIVE: &str = "live definition";

/// A message flow that was read and checked.
#[derive(Debug, Clone)]
pub struct Flow {
    /// Its name: a built-in flow's, or the definition file's name.
    pub name: String,
    /// One line about it.
    pub description: String,
    /// The state machine.
    pub definition: Definition,
    /// The Lambda functions that the definition names, which its role may therefore invoke.
    pub functions: Vec<FunctionArn>,
    /// What else it adds to its stack.
    pub belongings: Belongings,
    /// Findings about it that are not errors.
    pub warnings: Vec<Finding>,
}

/// Why a flow cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FlowError {
    /// The definition cannot be read.
    #[error(transparent)]
    Definition(#[from] DefinitionError),
    /// The definition was read, but it is not a state machine for a message flow.
    #[error("{}", heading(name, findings))]
    Faulty {
        /// The file, or the built-in flow.
        name: String,
        /// All faults.
        findings: Vec<Finding>,
    },
}

fn heading(name: &str, findings: &[Finding]) -> String {
    let is_of_parameter = |finding: &Finding| finding.location.starts_with("--parameter");
    match findings {
        [_, ..] if findings.iter().all(is_of_parameter) => {
            format!("the parameters of flow {name} cannot be used")
        }
        _ => format!("{name} cannot be used as a message flow"),
    }
}

impl FlowError {
    /// All faults as findings.
    pub fn into_findings(self) -> Vec<Finding> {
        match self {
            Self::Definition(error) => vec![error.finding()],
            Self::Faulty { findings, .. } => findings,
        }
    }
}

impl Flow {
    /// The flow with this name: a built-in one, or else the folder with this name. A text with a
    /// separator in it, such as `./approval`, is always a folder. `given` are values of its
    /// parameters, as `KEY=VALUE`.
    /// Fails when there is no such flow, a file of it cannot be read or is faulty, or a value is
    /// invalid.
    pub fn named(
        name: &str,
        stack: FlowStack<'_>,
        given: &[String],
        output_state: Option<&str>,
    ) -> Result<Self, FlowError> {
        let files = Files::named(name)?;
        let Folder { manifest, definition, belongings, warnings } =
            match folder::read(&files, stack, given) {
                Ok(folder) => folder,
                Err(FlowError::Faulty { name, mut findings }) => {
                    findings.extend(files.strays);
                    return Err(FlowError::Faulty { name, findings });
                }
                Err(other) => return Err(other),
            };
        let suggested = belongings.defaults.output_state.clone();
        let output_state = output_state.or(suggested.as_ref().map(|state| state.as_str()));
        let Manifest { name, description, .. } = manifest;
        let warnings = [files.strays, warnings].concat();
        let flow =
            Self::checked(name, description, definition, stack.home, output_state, belongings);
        flow.map(|flow| Self { warnings: [warnings, flow.warnings].concat(), ..flow })
    }

    /// The built-in flow that delivers everything.
    /// Fails when the output state is not one of its states, or a parameter is given.
    pub fn built_in(
        stack: FlowStack<'_>,
        given: &[String],
        output_state: Option<&str>,
    ) -> Result<Self, FlowError> {
        Self::named(DEFAULT, stack, given, output_state)
    }

    /// A bare definition from a file.
    /// Fails when the file cannot be read or is not a state machine for a message flow.
    pub fn from_file(
        path: &Path,
        home: Home<'_>,
        output_state: Option<&str>,
    ) -> Result<Self, FlowError> {
        let definition = Definition::from_file(path)?;
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let description = definition.comment().unwrap_or("Your own state machine.").to_owned();
        let none = Belongings::default();
        Self::checked(name, description, definition, home, output_state, none)
    }

    /// The current definition of a state machine, no matter who wrote it, in a stack with these
    /// additions of the flow from which it was created.
    /// Fails when it is not a state machine for a message flow.
    pub fn live(
        definition: &str,
        home: Home<'_>,
        output_state: Option<&str>,
        belongings: Belongings,
    ) -> Result<Self, FlowError> {
        let definition = Definition::from_json(definition, "the live definition")?;
        let description = definition.comment().unwrap_or("Your own state machine.").to_owned();
        let name = LIVE.to_owned();
        Self::checked(name, description, definition, home, output_state, belongings)
    }

    fn checked(
        name: String,
        description: String,
        definition: Definition,
        home: Home<'_>,
        output_state: Option<&str>,
        belongings: Belongings,
    ) -> Result<Self, FlowError> {
        let (mut functions, mut findings) =
            invoked_functions::named_in(&definition, home, &belongings.statements);
        let brought = invoked_functions::brought(&definition, home, &belongings.functions);
        functions.extend(brought.functions);
        functions.sort();
        functions.dedup();
        findings.extend(brought.findings);
        findings.extend(check::check(&definition, output_state));
        // Step Functions has accepted the definition, so it is not rejected here.
        if name != LIVE {
            findings.extend(services::check(&definition));
            findings.extend(definition.judged(&findings));
        }
        if !findings.is_empty() {
            definition.locate(&mut findings);
        }
        if findings.iter().any(Finding::is_error) {
            findings.extend(definition.not_run_here());
            return Err(FlowError::Faulty { name: definition.origin().to_owned(), findings });
        }
        let definition = definition.with_timeout();
        Ok(Self { name, description, definition, functions, belongings, warnings: findings })
    }
}

/// The error if there is neither a built-in flow nor a folder with this name.
fn unknown_flow(name: &str) -> FlowError {
    let names = BUILT_IN.iter().map(|flow| flow.name);
    let sentence = "there is no built-in flow and no folder with this name";
    let finding = Finding::error("unknown-flow", "--flow", sentence);
    let findings = vec![finding.fix(instead(name, names, "the built-in flows are "))];
    FlowError::Faulty { name: name.to_owned(), findings }
}
