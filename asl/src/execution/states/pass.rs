//! A Pass state.

use serde_json::Value;

use super::super::visit::{Exit, Visit};
use crate::expression::template::{QueryLanguage, Template};
use crate::fault::Fault;

pub(crate) fn pass(
    visit: &Visit<'_>,
    result: Option<&Value>,
    parameters: Option<&Template>,
) -> Result<Exit, Fault> {
    if visit.state.language == QueryLanguage::Jsonata {
        return visit.exit_unchanged();
    }
    let input = visit.effective_input()?;
    let result = match (result, parameters) {
        (Some(result), _) => result.clone(),
        (None, Some(parameters)) => parameters.evaluate(&visit.scope(&input))?,
        (None, None) => (*input).clone(),
    };
    visit.exit_with(result)
}
