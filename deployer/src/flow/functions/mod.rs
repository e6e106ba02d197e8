//! `functions/`: the Lambda functions that a flow brings, one folder for each (docs/guides/functions.md).

mod code;
mod folder;
mod runtime;
mod settings;

use serde_json::Value;

use crate::config::FunctionName;

pub use code::CodeSource;
pub use runtime::{Language, Runtime};
pub use settings::{Build, FunctionSettings, Vpc};

pub(super) use folder::FunctionFolder;
pub(super) use settings::{DATA, read};

/// The folder of the functions in a flow's folder.
pub(super) const FOLDER: &str = "functions";

/// A Lambda function that a flow brings.
#[derive(Debug, Clone)]
pub struct FlowFunction {
    /// The name of its folder.
    pub name: FunctionName,
    /// Its ARN in the stack that the flow was read for.
    pub arn: String,
    /// How Lambda runs it.
    pub settings: FunctionSettings,
    /// Its permissions: policy statements of its role.
    pub statements: Vec<Value>,
    /// Where its code is.
    pub code: CodeSource,
}
