//! The types of states: what each of them does.

pub(crate) mod choice;
pub(crate) mod concurrently;
pub(crate) mod distributed;
pub(crate) mod items;
pub(crate) mod manifest;
mod map;
pub(crate) mod map_settings;
pub(crate) mod parallel;
pub(crate) mod pass;
pub(crate) mod reader;
pub(crate) mod retry;
pub(crate) mod task;
pub(crate) mod wait;
pub(crate) mod writer;

use serde_json::Value;

use super::coverage::Part;
use super::visit::{Exit, Visit};
use crate::definition::machine::Setting;
use crate::fault::{Failure, FailureKind, Fault, FaultKind};

pub(crate) fn succeed(visit: &Visit<'_>) -> Result<Exit, Fault> {
    visit.exit(None, Part::End, None, visit.state.output.as_ref())
}

/// The failure that a Fail state produces.
pub(crate) fn fail(
    visit: &Visit<'_>,
    error: Option<&Setting>,
    cause: Option<&Setting>,
) -> Result<Failure, Fault> {
    let text = |setting: Option<&Setting>| -> Result<Option<String>, Fault> {
        let Some(setting) = setting else { return Ok(None) };
        let scope = visit.scope(&visit.input);
        let value = visit.setting(setting, &scope, |selector, _| {
            Fault::runtime(format!(
                "The JSONPath '{}' specified for the field '{}Path' could not be found in the input '{}'",
                selector.text, setting.field, visit.input
            ))
        })?;
        match value {
            Value::String(text) => Ok(Some(text)),
            value => {
                let field = setting.field;
                let message = format!("The field '{field}' must be a string, but is {value}");
                Err(match setting.value {
                    crate::definition::machine::SettingValue::Jsonata(_) => {
                        Fault::new(FaultKind::Query(field.to_owned()), message)
                    }
                    _ => Fault::runtime(message),
                })
            }
        }
    };
    Ok(Failure::new(text(error)?, text(cause)?, FailureKind::Ordinary))
}
