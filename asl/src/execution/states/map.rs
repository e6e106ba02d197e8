//! A Map state: one attempt.

use std::ops::ControlFlow;
use std::sync::Arc;

use serde_json::Value;

use super::super::branch::Trail;
use super::super::history::{Details, EventKind};
use super::super::visit::{Visit, invalid_path};
use super::super::walk::walk;
use super::concurrently::side_by_side;
use super::distributed::{self, map_run_fault};
use super::items::{items, selected};
use crate::definition::machine::{Map, Setting, SettingValue};
use crate::expression::context::MapItem;
use crate::fault::{Failure, Fault, FaultKind};
use crate::limits::INLINE_CONCURRENCY;

/// Runs all iterations; the list of their outputs.
pub(super) async fn perform(visit: &Visit<'_>, map: &Map) -> Result<Value, Failure> {
    let fail = |fault| visit.fail(fault);
    let input = visit.effective_input().map_err(fail)?;
    // Alone of the numbers, this one is looked at before the event that says that the Map started.
    let concurrency = concurrency(visit, map, &input).map_err(fail)?;
    let found = match &map.reader {
        Some(_) => None,
        None => Some(items(visit, map, &input).map_err(fail)?),
    };
    let length = Some(found.as_ref().map_or(0, Vec::len));
    let details = Details { length, ..Details::default() };
    let started = visit.line.trail.record(visit.run, EventKind::MapStateStarted, details);
    let settings = Settings::of(visit, map, &input, concurrency).map_err(fail)?;
    let result = if map.distributed {
        distributed::perform(visit, map, &input, found, &settings).await?
    } else {
        let found = found.unwrap_or_default();
        inline(visit, map, &input, &found, settings.concurrency, started).await?
    };
    visit.line.trail.record(visit.run, EventKind::MapStateSucceeded, Details::default());
    Ok(result)
}

/// The numbers that a Map is run with.
pub(super) struct Settings {
    /// How many iterations run side by side; 0: as many as possible.
    pub(super) concurrency: usize,
    pub(super) tolerated_count: Option<f64>,
    pub(super) tolerated_percentage: Option<f64>,
    pub(super) max_items: Option<usize>,
}

impl Settings {
    fn of(visit: &Visit<'_>, map: &Map, input: &Value, concurrency: usize) -> Result<Self, Fault> {
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

fn concurrency(visit: &Visit<'_>, map: &Map, input: &Value) -> Result<usize, Fault> {
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
    let value = visit.setting(setting, &visit.scene(input), invalid_path)?;
    // Variables and paths may hold numbers as texts.
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

async fn inline(
    visit: &Visit<'_>,
    map: &Map,
    input: &Value,
    items: &[MapItem],
    concurrency: usize,
    started: u64,
) -> Result<Value, Failure> {
    let limit =
        if concurrency == 0 { INLINE_CONCURRENCY } else { concurrency.min(INLINE_CONCURRENCY) };
    let (run, name) = (visit.run, &visit.state.name);
    let unheard = visit.line.trail.is_unheard();
    let trails: Vec<Arc<Trail>> = items.iter().map(|_| Trail::new(started, unheard)).collect();
    let mut outputs = vec![Value::Null; items.len()];
    // Which iterations are under way.
    let mut running = vec![false; items.len()];
    let running_cell = std::sync::Mutex::new(&mut running);
    let of = |index| Details { index: Some(index), ..Details::named(name) };
    let mark = |index: usize, under_way: bool| {
        let mut running = running_cell.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(place) = running.get_mut(index) {
            *place = under_way;
        }
    };
    let begin = |index: usize| match (items.get(index), trails.get(index)) {
        (Some(item), Some(trail)) => {
            trail.record(run, EventKind::MapIterationStarted, of(index));
            mark(index, true);
            iteration(visit, map, input, item, trail)
        }
        _ => Box::pin(std::future::pending()),
    };
    let done = |index: usize, result: Result<Arc<Value>, Failure>| {
        mark(index, false);
        match result {
            Ok(output) => {
                if let (Some(trail), Some(place)) = (trails.get(index), outputs.get_mut(index)) {
                    trail.record(run, EventKind::MapIterationSucceeded, of(index));
                    *place = Arc::unwrap_or_clone(output);
                }
                ControlFlow::Continue(())
            }
            Err(failure) => ControlFlow::Break((index, failure)),
        }
    };
    let ended = side_by_side(items.len(), limit, begin, done).await;
    match ended {
        ControlFlow::Continue(()) => Ok(Value::Array(outputs)),
        ControlFlow::Break((index, failure)) => {
            if !failure.ends_execution() {
                if let Some(trail) = trails.get(index) {
                    trail.record(run, EventKind::MapIterationFailed, of(index));
                    trail.abort(run);
                }
                for (index, trail) in trails.iter().enumerate() {
                    if running.get(index) == Some(&true) {
                        trail.record(run, EventKind::MapIterationAborted, of(index));
                        trail.abort(run);
                    }
                }
            }
            Err(failure)
        }
    }
}

fn iteration<'a>(
    visit: &'a Visit<'_>,
    map: &'a Map,
    input: &Value,
    item: &MapItem,
    trail: &Arc<Trail>,
) -> super::super::walk::Walk<'a> {
    let selected = match selected(visit, map, input, item) {
        Ok(selected) => selected,
        Err(fault) => {
            let failure = visit.fail(fault);
            return Box::pin(std::future::ready(Err(failure)));
        }
    };
    let mut line = visit.line.inside(Arc::clone(trail));
    line.item = Some(item.clone());
    line.iterations.push(item.index);
    walk(visit.run, &map.processor, line, selected)
}
