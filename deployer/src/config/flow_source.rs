//! Which flow is meant. [`flow::source`](crate::flow::source) reads it.

use std::fmt;
use std::path::PathBuf;

/// Which flow is meant, and the values of its parameters.
#[derive(Debug, Clone)]
pub struct FlowSource {
    /// Where the flow is.
    pub location: FlowLocation,
    /// Values of its parameters, as `KEY=VALUE`.
    pub parameters: Vec<String>,
}

/// Where a flow is.
#[derive(Debug, Clone)]
pub enum FlowLocation {
    /// No flow is named: the built-in flow that delivers everything.
    Default,
    /// A built-in flow, or the folder of one.
    Named(String),
    /// A definition in a file, instead of a flow.
    File(PathBuf),
}

impl FlowSource {
    /// What the options `--state-machine`, `--flow` and `--parameter` name.
    pub fn of(file: &Option<PathBuf>, flow: &Option<String>, parameters: &[String]) -> Self {
        let location = match (file, flow) {
            (Some(path), _) => FlowLocation::File(path.clone()),
            (None, Some(name)) => FlowLocation::Named(name.clone()),
            (None, None) => FlowLocation::Default,
        };
        Self { location, parameters: parameters.to_vec() }
    }

    /// The setting that names it.
    pub fn key(&self) -> &'static str {
        match self.location {
            FlowLocation::File(_) => "state-machine",
            FlowLocation::Default | FlowLocation::Named(_) => "flow",
        }
    }

    /// Whether a flow, a file or a parameter is named.
    pub fn is_named(&self) -> bool {
        !self.parameters.is_empty() || !matches!(self.location, FlowLocation::Default)
    }
}

/// As it was named.
impl fmt::Display for FlowSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.location {
            FlowLocation::Default => f.write_str("the default flow"),
            FlowLocation::Named(name) => f.write_str(name),
            FlowLocation::File(path) => path.display().fmt(f),
        }
    }
}
