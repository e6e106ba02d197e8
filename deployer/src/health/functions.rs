//! The health of the functions that a flow brings.

use serde::Serialize;
use serde_json::Value;

use super::Code;
use crate::config::FunctionName;
use crate::installation::InstalledCode;
use crate::plan::other_code;
use cloud::{Cloud, CloudError, Function, Stack};

/// One function of a flow.
#[derive(Debug, Serialize)]
pub struct FlowFunctionHealth {
    /// The name of its folder.
    pub name: String,
    /// The function; null if it no longer exists.
    pub function: Option<Function>,
    /// Whether it runs the code that was deployed; null if that is unknown.
    pub code: Option<Code>,
}

/// Reads the functions that a stack's template has besides the handler.
/// Fails when AWS refuses a read or cannot be reached.
pub async fn functions(
    cloud: &Cloud,
    stack: &Stack,
    template: &Value,
) -> Result<Vec<FlowFunctionHealth>, CloudError> {
    let mut functions = Vec::new();
    for code in InstalledCode::of(template) {
        let Some(name) = FunctionName::of_function_id(&code.function_id) else { continue };
        let Some(called) = &code.function_name else { continue };
        let function = cloud.functions.function(called).await?;
        let compared = function.as_ref().filter(|function| function.code_sha256.is_some());
        let code = compared.map(|function| {
            match other_code(stack, template, &cloud.region, &code, function) {
                Some(other) => Code::Changed { other: Box::new(other) },
                None => Code::AsDeployed,
            }
        });
        functions.push(FlowFunctionHealth { name: name.to_string(), function, code });
    }
    Ok(functions)
}
