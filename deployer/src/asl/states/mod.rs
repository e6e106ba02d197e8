//! What each type of state does.

pub(super) mod choice;
pub(super) mod distributed;
pub(super) mod items;
pub(super) mod map;
pub(super) mod parallel;
pub(super) mod pass;
pub(super) mod persist;
pub(super) mod reader;
pub(super) mod side_by_side;
pub(super) mod task;
pub(super) mod wait;
pub(super) mod writer;

use serde_json::Value;

use super::covered::Part;
use super::fault::{Failure, Fault, FaultKind, Nature};
use super::machine::Setting;
use super::visit::Visit;
use super::walk::Exit;

/// A Succeed state.
pub(super) fn succeed(visit: &Visit<'_>) -> Result<Exit, Fault> {
    visit.exit(None, Part::End, None, visit.state.output.as_ref())
}

/// A Fail state: the failure that it is there for.
pub(super) fn fail(
    visit: &Visit<'_>,
    error: Option<&Setting>,
    cause: Option<&Setting>,
) -> Result<Failure, Fault> {
    let text = |setting: Option<&Setting>| -> Result<Option<String>, Fault> {
        let Some(setting) = setting else { return Ok(None) };
        let scene = visit.scene(&visit.input);
        let value = visit.setting(setting, &scene, |selector, _| {
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
                    super::machine::SettingValue::Jsonata(_) => {
                        Fault::new(FaultKind::Query(field.to_owned()), message)
                    }
                    _ => Fault::runtime(message),
                })
            }
        }
    };
    Ok(Failure::new(text(error)?, text(cause)?, Nature::Ordinary))
}
