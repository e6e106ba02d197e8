//! The numeric settings of a Map state.

use serde_json::Value;

use super::super::visit::{Visit, invalid_path};
use super::items::map_run_fault;
use crate::definition::machine::{Map, Setting, SettingValue};
use crate::fault::{Fault, FaultKind};

/// The numeric settings of a Map, evaluated.
pub(super) struct MapSettings {
    /// How many iterations run concurrently; 0 means as many as possible.
    pub(super) concurrency: usize,
    pub(super) tolerated_count: Option<f64>,
    pub(super) tolerated_percentage: Option<f64>,
    pub(super) max_items: Option<usize>,
}

impl MapSettings {
    pub(super) fn of(
        visit: &Visit<'_>,
        map: &Map,
        input: &Value,
        concurrency: usize,
    ) -> Result<Self, Fault> {
        let number = |setting: Option<&Setting>, whole: bool| -> Result<Option<f64>, Fault> {
            setting.map(|setting| number(visit, setting, input, whole)).transpose()
        };
        let tolerated_percentage = number(map.tolerated_percentage.as_ref(), false)?;
        if tolerated_percentage.is_some_and(|percentage| !(0.0..=100.0).contains(&percentage)) {
            return Err(Fault::runtime("ToleratedFailurePercentage must be between 0 and 100."));
        }
        let max_items = map.reader.as_ref().and_then(|reader| reader.max_items.as_ref());
        Ok(Self {
            concurrency,
            tolerated_count: number(map.tolerated_count.as_ref(), true)?,
            tolerated_percentage,
            // Zero means no limit.
            max_items: number(max_items, true)?.map(count).filter(|&most| most > 0),
        })
    }
}

pub(super) fn concurrency(visit: &Visit<'_>, map: &Map, input: &Value) -> Result<usize, Fault> {
    let Some(setting) = &map.concurrency else { return Ok(0) };
    number(visit, setting, input, true).map(count)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the value is a whole number that is not negative; more than fits means: no limit"
)]
fn count(number: f64) -> usize {
    number as usize
}

pub(super) fn number(
    visit: &Visit<'_>,
    setting: &Setting,
    input: &Value,
    whole: bool,
) -> Result<f64, Fault> {
    let field = setting.field;
    let value = visit.setting(setting, &visit.scope(input), invalid_path)?;
    // Variables and paths may contain numbers as strings.
    let number = match &value {
        Value::String(text) => text.parse().ok(),
        value => value.as_f64(),
    };
    let fits = |number: &f64| number.is_finite() && (!whole || number.fract() == 0.0);
    let Some(number) = number.filter(fits) else {
        let kind = if whole { "integer" } else { "float" };
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        return Err(match &setting.value {
            SettingValue::Path(selector) => Fault::runtime(format!(
                "The {field}Path field refers to value \"{text}\" which is not a valid {kind}: {}",
                selector.text
            )),
            _ => {
                let message = format!("The {field} field is not a valid {kind}: {text}");
                Fault::new(FaultKind::Query(field.to_owned()), message)
            }
        });
    };
    if whole && number < 0.0 {
        return Err(match field {
            "MaxItems" => {
                map_run_fault("States.ItemReaderFailed", "field MaxItems must be positive")
            }
            "MaxConcurrency" => Fault::runtime(format!(
                "Expected non-negative integer for MaxConcurrency, got '{number}' instead."
            )),
            _ => Fault::runtime(format!("{field} cannot be negative.")),
        });
    }
    Ok(number)
}
