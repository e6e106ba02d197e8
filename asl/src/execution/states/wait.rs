//! A Wait state.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

use super::super::clock::later;
use super::super::visit::Visit;
use crate::definition::machine::{Setting, SettingValue};
use crate::expression::timestamp;
use crate::fault::{Fault, FaultKind};

/// The time until which the state waits.
pub(crate) fn until(visit: &Visit<'_>, setting: &Setting) -> Result<Timestamp, Fault> {
    let input = visit.effective_input()?;
    let field = setting.field;
    let value = visit.setting(setting, &visit.scope(&input), |selector, _| {
        let path = &selector.text;
        Fault::runtime(format!(
            "The {field}Path parameter does not reference an input value: {path}"
        ))
    })?;
    let wait = WaitSetting { setting, value: &value };
    if field == "Seconds" { wait.seconds(visit) } else { wait.timestamp() }
}

struct WaitSetting<'a> {
    setting: &'a Setting,
    value: &'a Value,
}

impl WaitSetting<'_> {
    fn seconds(&self, visit: &Visit<'_>) -> Result<Timestamp, Fault> {
        let computed = matches!(self.setting.value, SettingValue::Jsonata(_));
        let whole = match self.value.as_f64() {
            // Integer arguments of expressions are rounded down.
            Some(number) if computed => serde_json::Number::from_f64(number.floor())
                .and_then(|number| number.to_string().trim_end_matches(".0").parse::<i64>().ok()),
            _ => self.value.as_i64(),
        };
        match whole.map(u64::try_from) {
            Some(Ok(seconds)) => Ok(later(visit.run.ambient.now(), Duration::from_secs(seconds))),
            Some(Err(_)) => Err(self.fault("references a negative value", "must not be negative")),
            None => {
                Err(self
                    .fault("cannot be parsed as a long value", "cannot be parsed as a long value"))
            }
        }
    }

    fn timestamp(&self) -> Result<Timestamp, Fault> {
        let format = "a valid ISO-8601 extended offset date-time format string";
        self.value.as_str().and_then(timestamp::parse).ok_or_else(|| {
            self.fault(
                &format!("does not reference {format}"),
                "cannot be parsed as an ISO-8601 extended offset date-time format string",
            )
        })
    }

    fn fault(&self, at_path: &str, computed: &str) -> Fault {
        let field = self.setting.field;
        let value = match self.value {
            Value::String(text) => text.clone(),
            value => value.to_string(),
        };
        match &self.setting.value {
            SettingValue::Path(selector) => {
                let path = &selector.text;
                Fault::runtime(format!("The {field}Path parameter {at_path}: {path} == {value}"))
            }
            _ => {
                let message = format!("The {field} field {computed}: {value}");
                Fault::new(FaultKind::Query(field.to_owned()), message)
            }
        }
    }
}
